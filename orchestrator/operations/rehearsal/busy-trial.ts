/** What AWS answers while an operation runs: its template waits for a signal that nobody sends. */
import { isStrongroomError, messageOf } from '../../domain/errors';
import { saySame, templateOf } from '../../domain/rehearsal/templates';
import { type OperationStatus, operationEnded } from '../../ports/ports';
import {
  confirmed,
  ended,
  operationId,
  refuted,
  requestFor,
  retrying,
  type Scene,
  saidOf,
  setName,
  type Told,
  type Trial,
  Undecided,
  unknown,
  watching,
} from './scene';
import { repeated } from './stack-set-trials';

const beginWatch = { seconds: 120, everySeconds: 2 } as const;

export const busyTrial: Trial = {
  asks: ['repeatWhileRunning', 'detectionDuringOperation', 'queuedUpdate', 'stoppedOperation'],
  run: async (scene) => {
    const request = requestFor(scene, 'create', 'create-busy', { set: 'busy', edition: 'busy', note: 'busy' });
    const id = await retrying(scene, () => scene.ports.stackSets.start(request));
    const begun = await watching(scene, beginWatch, async () => {
      const status = await statusOf(scene, id);
      return status === 'QUEUED' ? undefined : status;
    });
    if (begun !== 'RUNNING') throw new Undecided(`the operation was not seen running, but ${begun ?? 'QUEUED'}`);
    const told = [
      await duringOperation(scene, id, () =>
        repeated(scene, 'repeatWhileRunning', ['OperationIdAlreadyExists', 'OperationInProgress'], id),
      ),
      await duringOperation(scene, id, () => detection(scene)),
      await duringOperation(scene, id, () => queued(scene)),
      await stopped(scene, id),
    ];
    // What waits would be in the way of the cleanup.
    await ended(scene, setName(scene, 'busy'), operationId(scene, 'update-busy')).catch(() => undefined);
    return told;
  },
};

const statusOf = (scene: Scene, id: string): Promise<OperationStatus> =>
  retrying(scene, () => scene.ports.stackSets.status(setName(scene, 'busy'), id));

/** An answer counts only if the operation still runs afterwards. */
async function duringOperation(scene: Scene, id: string, ask: () => Promise<Told>): Promise<Told> {
  const told = await ask();
  if (operationEnded(await statusOf(scene, id))) return unknown(told.question, 'the operation had ended by then');
  return told;
}

async function detection(scene: Scene): Promise<Told> {
  const set = setName(scene, 'busy');
  try {
    // One that is refused in passing would be sent again, so this is not retried.
    const id = await scene.ports.stackSets.detectDrift(set, operationId(scene, 'detect-busy'));
    const status = await scene.ports.stackSets.status(set, id);
    await scene.ports.stackSets.stop(set, id);
    return refuted('detectionDuringOperation', `AWS accepted it: it was ${status}`);
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    const isRefused = error.code === 'StackSetBusy';
    return (isRefused ? confirmed : unknown)('detectionDuringOperation', messageOf(error));
  }
}

async function queued(scene: Scene): Promise<Told> {
  const set = setName(scene, 'busy');
  const wanted = { set: 'busy', edition: 'first', note: 'no longer busy' } as const;
  const id = await retrying(scene, () =>
    scene.ports.stackSets.start(requestFor(scene, 'update', 'update-busy', wanted)),
  );
  const [status, body] = [
    await statusOf(scene, id),
    await retrying(scene, () => scene.ports.rehearsal.templateOf(set)),
  ];
  if (status !== 'QUEUED') return unknown('queuedUpdate', `the update was not queued, but ${status}`);
  if (body !== undefined && saySame(body, templateOf('busy')))
    return confirmed('queuedUpdate', 'while the update was queued, the set had its former template');
  return refuted('queuedUpdate', 'while the update was queued, the set had another template');
}

async function stopped(scene: Scene, id: string): Promise<Told> {
  const set = setName(scene, 'busy');
  await retrying(scene, () => scene.ports.stackSets.stop(set, id));
  const end = await ended(scene, set, id);
  const isKept = end.status === 'STOPPED' && end.result !== undefined;
  return (isKept ? confirmed : refuted)('stoppedOperation', `the operation ended as ${saidOf(end)}`);
}
