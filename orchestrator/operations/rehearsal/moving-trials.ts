/** A stack leaves its set and joins another, as when an account changes its wave. */
import { type ErrorCode, isStrongroomError, messageOf } from '../../domain/errors';
import type { Region } from '../../domain/model/brand';
import type { OperationRequest } from '../../ports/ports';
import {
  confirmed,
  type Ended,
  instanceIn,
  isRefusedByAws,
  refuted,
  requestFor,
  requireStack,
  run,
  type Scene,
  saidOf,
  setName,
  stackMadeBy,
  succeeded,
  type Told,
  type Trial,
  Undecided,
  unknown,
} from './scene';

const [held, other] = [
  { set: 'third', edition: 'first', note: 'moved', from: 'first' },
  { set: 'second', edition: 'second', note: 'moved', from: 'first' },
] as const;

export const movingTrial: Trial = {
  asks: ['missingStack', 'importDetached', 'importOtherTemplate', 'follow'],
  run: async (scene) => {
    const { stackId } = await requireStack(scene);
    await succeeded(scene, requestFor(scene, 'detach', 'detach', { set: 'first', edition: 'first', note: 'updated' }));
    const missing = await withMissing(scene, stackId);
    const imported = missing.isImported ? inOther(missing.told.observed) : await importing(scene, stackId);
    const isInOther = imported.some((told) => told.question === 'importOtherTemplate' && told.verdict === 'confirmed');
    const followed = isInOther
      ? await following(scene)
      : unknown('follow', 'the stack is in no set with another template');
    return [missing.told, ...imported, followed];
  },
};

const adopting = (scene: Scene, what: string, into: typeof held | typeof other, stackIds: readonly string[]) =>
  requestFor(scene, 'adopt', what, into, { stackIds });

const inOther = (observed: string): readonly Told[] => [
  confirmed('importDetached', observed),
  confirmed('importOtherTemplate', observed),
];

/** The other stack is missing in another Region, since a set has one instance in each. */
async function withMissing(
  scene: Scene,
  stackId: string,
): Promise<{ readonly told: Told; readonly isImported: boolean }> {
  const missing = stackId.replace(`:${scene.home}:`, `:${elsewhere(scene)}:`);
  const attempt = await attempted(scene, adopting(scene, 'import-missing', other, [stackId, missing]));
  const isImported = (await instanceIn(scene, 'second')) !== undefined;
  const observed = `${attempt.said}; the stack that exists was ${isImported ? 'imported' : 'not imported'}`;
  const isExpected = attempt.code === 'StackGone' && !isImported;
  return { told: (isExpected ? confirmed : refuted)('missingStack', observed), isImported };
}

function elsewhere({ home, desiredState }: Scene): Region {
  const found = desiredState.regions.governed.find((region) => region !== home);
  if (found === undefined)
    throw new Undecided('the config governs one Region, and a stack would be missing in another');
  return found;
}

async function importing(scene: Scene, stackId: string): Promise<readonly Told[]> {
  const first = await attempted(scene, adopting(scene, 'import-other', other, [stackId]));
  if (first.isDone) return inOther(first.said);
  const second = await attempted(scene, adopting(scene, 'import-same', held, [stackId]));
  if (second.isDone) return [confirmed('importDetached', second.said), refuted('importOtherTemplate', first.said)];
  return [
    refuted('importDetached', second.said),
    unknown('importOtherTemplate', `no set imported the stack: ${first.said}`),
  ];
}

/** A refusal of AWS is an outcome here, at once or as the result of the operation. */
async function attempted(
  scene: Scene,
  request: OperationRequest,
): Promise<{ readonly isDone: boolean; readonly said: string; readonly code?: ErrorCode }> {
  let end: Ended;
  try {
    end = await run(scene, request);
  } catch (error) {
    if (!isStrongroomError(error) || !isRefusedByAws(error)) throw error;
    return { isDone: false, said: messageOf(error), code: error.code };
  }
  const key = request.spec.name === setName(scene, 'second') ? 'second' : 'third';
  const isIn = (await instanceIn(scene, key)) !== undefined;
  return { isDone: end.status === 'SUCCEEDED' && isIn, said: `the import ended as ${saidOf(end)}` };
}

async function following(scene: Scene): Promise<Told> {
  const end = await run(scene, requestFor(scene, 'follow', 'follow', other));
  const stack = await stackMadeBy(scene, 'first');
  const { Note: note = 'none', Edition: edition = 'none' } = stack?.outputs ?? {};
  const observed = `the update ended as ${saidOf(end)}; the stack has the parameters "${note}" and the template "${edition}"`;
  return (note === other.note && edition === other.edition ? confirmed : refuted)('follow', observed);
}
