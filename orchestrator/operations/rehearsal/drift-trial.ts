/** A change by hand: detected by StackSets, and reverted as `--include-drifted` does. */
import { messageOf } from '../../domain/errors';
import {
  confirmed,
  ended,
  instanceIn,
  isRefusedByAws,
  operationId,
  refuted,
  requireStack,
  retrying,
  ruleName,
  type Scene,
  setName,
  type Told,
  type Trial,
  Undecided,
  unknown,
  watching,
} from './scene';

const revertWatch = { seconds: 15 * 60, everySeconds: 10 } as const;

export const driftTrial: Trial = {
  asks: ['revertDrift'],
  run: async (scene) => {
    await requireStack(scene);
    const { ports, visit, home } = scene;
    await retrying(scene, () => ports.rehearsal.changeByHand(visit, home, ruleName(scene, 'first')));
    const found = await detected(scene, 'detect');
    if (found !== 'DRIFTED') return [unknown('revertDrift', `after a change by hand the instance is ${found}`)];
    return [(await refusedRevert(scene)) ?? (await afterRevert(scene))];
  },
};

async function detected(scene: Scene, what: string): Promise<string> {
  const set = setName(scene, 'first');
  const id = await retrying(scene, () => scene.ports.stackSets.detectDrift(set, operationId(scene, what)));
  await ended(scene, set, id);
  return (await instanceIn(scene, 'first'))?.drift ?? 'gone';
}

async function refusedRevert(scene: Scene): Promise<Told | undefined> {
  const { ports, visit, home } = scene;
  const place = { stackSet: setName(scene, 'first'), region: home };
  try {
    const done = await watching(scene, revertWatch, async () => {
      const progress = await ports.accounts.revertDrift(visit, place, operationId(scene, 'revert'));
      return progress === 'done' ? progress : undefined;
    });
    if (done === undefined)
      throw new Undecided(`the change set was not done after ${revertWatch.seconds / 60} minutes`);
    return undefined;
  } catch (error) {
    if (!isRefusedByAws(error)) throw error;
    return refuted('revertDrift', messageOf(error));
  }
}

async function afterRevert(scene: Scene): Promise<Told> {
  const left = await detected(scene, 'detect-again');
  const observed = `the change was detected; after the change set the instance is ${left}`;
  return (left === 'IN_SYNC' ? confirmed : refuted)('revertDrift', observed);
}
