/** Creating, comparing, repeating, updating: the first StackSet of a rehearsal. */
import { messageOf } from '../../domain/errors';
import { saySame, templateOf } from '../../domain/rehearsal/templates';
import {
  confirmed,
  instanceIn,
  isRefusedByAws,
  operationId,
  refuted,
  requestFor,
  requireStack,
  retrying,
  run,
  type Scene,
  saidOf,
  setName,
  stackMadeBy,
  type Told,
  type Trial,
  Undecided,
  unknown,
} from './scene';

const firstAs = (note: string) => ({ set: 'first', edition: 'first', note }) as const;

export const creation: Trial = {
  asks: ['executionRole', 'templateBytes', 'templateContent'],
  run: async (scene) => {
    const end = await run(scene, requestFor(scene, 'create', 'create', firstAs('created')));
    const back = await retrying(scene, () => scene.ports.rehearsal.templateOf(setName(scene, 'first')));
    return [createdWithRole(end), ...comparison(back)];
  },
};

function createdWithRole(end: Awaited<ReturnType<typeof run>>): Told {
  const reason = end.result?.reason ?? '';
  if (end.result?.outcome === 'SUCCEEDED') return confirmed('executionRole', 'the stack was created');
  // A role that cannot be entered says nothing about what it may do there.
  const isDenied = /denied|not authorized/i.test(reason) && !reason.includes('should have');
  return (isDenied ? refuted : unknown)('executionRole', `the creation ended as ${saidOf(end)}`);
}

function comparison(back: string | undefined): readonly Told[] {
  if (back === undefined)
    return [unknown('templateBytes', 'the set has no template'), unknown('templateContent', 'the set has no template')];
  const sent = templateOf('first');
  const size = `${sent.length} characters sent, ${back.length} received`;
  const isSame = saySame(sent, back);
  return [
    back === sent
      ? confirmed('templateBytes', size)
      : refuted('templateBytes', `${size}; ${firstDifference(sent, back)}`),
    isSame ? confirmed('templateContent', 'the same JSON') : refuted('templateContent', `${size}; other content`),
  ];
}

function firstDifference(sent: string, back: string): string {
  const at = [...sent].findIndex((character, index) => back[index] !== character);
  const from = at < 0 ? sent.length : at;
  return `they differ from character ${from}: ${JSON.stringify(sent.slice(from, from + 20))} became ${JSON.stringify(back.slice(from, from + 20))}`;
}

export const repetition: Trial = {
  asks: ['repeatAfterEnd'],
  run: async (scene) => {
    await requireStack(scene);
    return [await repeated(scene, 'repeatAfterEnd', ['OperationIdAlreadyExists'], operationId(scene, 'create'))];
  },
};

export async function repeated(
  scene: Scene,
  question: 'repeatAfterEnd' | 'repeatWhileRunning',
  expected: readonly string[],
  id: string,
): Promise<Told> {
  const stackSet = setName(scene, question === 'repeatAfterEnd' ? 'first' : 'busy');
  const target = { stackSet, operationId: id, account: scene.visit.account, region: scene.home };
  const answered = await retrying(scene, () => scene.ports.rehearsal.repeat(target));
  const isExpected = expected.includes(answered);
  return (isExpected ? confirmed : refuted)(question, `AWS answered ${answered}`);
}

export const strictUpdate: Trial = {
  asks: ['strictMaximum'],
  run: async (scene) => {
    await requireStack(scene);
    const pace = { strict: true, failureTolerance: 1, maxConcurrent: 2 };
    const request = requestFor(scene, 'update', 'update', firstAs('updated'), pace);
    let end: Awaited<ReturnType<typeof run>>;
    try {
      end = await run(scene, request);
    } catch (error) {
      if (!isRefusedByAws(error)) throw error;
      return [refuted('strictMaximum', messageOf(error))];
    }
    const kept = await retrying(scene, () =>
      scene.ports.rehearsal.concurrencyOf(request.spec.name, request.operationId),
    );
    const observed = `a maximum of ${pace.maxConcurrent} was sent, ${kept ?? 'none'} recorded; the update ended as ${saidOf(end)}`;
    if (kept === undefined || end.result?.outcome !== 'SUCCEEDED') return [unknown('strictMaximum', observed)];
    return [(kept === pace.maxConcurrent ? confirmed : refuted)('strictMaximum', observed)];
  },
};

export const secondCreation: Trial = {
  asks: ['secondCreate'],
  run: async (scene) => {
    await requireStack(scene);
    const before = await stackMadeBy(scene, 'first');
    if (before === undefined) throw new Undecided('the account does not list the stack');
    if ((await instanceIn(scene, 'first'))?.status !== 'CURRENT') throw new Undecided('the instance is not CURRENT');
    // What the set holds by now, since a creation with other content would be refused.
    const note = before.parameters['Note'] ?? 'updated';
    const end = await run(scene, requestFor(scene, 'create', 'create-again', firstAs(note)));
    const after = await stackMadeBy(scene, 'first');
    const isSame = after?.changedAt === before.changedAt && after.status === before.status;
    const observed = `the creation ended as ${saidOf(end)}, and the stack was ${isSame ? 'not changed' : 'changed'}`;
    return [(isSame && end.result?.outcome === 'SUCCEEDED' ? confirmed : refuted)('secondCreate', observed)];
  },
};

const missingRole = 'strongroom-rehearsal-no-such-role';

export const deniedRole: Trial = {
  asks: ['deniedRole'],
  run: async (scene) => {
    const wanted = { set: 'denied', edition: 'first', note: 'denied', executionRole: missingRole } as const;
    const end = await run(scene, requestFor(scene, 'create', 'create-denied', wanted));
    if (end.result?.outcome === 'SUCCEEDED')
      return [unknown('deniedRole', 'the operation succeeded with a role that does not exist')];
    const isNamed = end.result?.outcome === 'FAILED';
    return [(isNamed ? confirmed : refuted)('deniedRole', `the operation ended as ${saidOf(end)}`)];
  },
};

export const optIn: Trial = {
  asks: ['optInRegion'],
  run: async (scene) => {
    const { optInRegion } = scene;
    if (optInRegion === undefined) return [];
    const wanted = { set: 'optin', edition: 'first', note: 'opted in' } as const;
    const end = await run(scene, requestFor(scene, 'create', 'create-optin', wanted, { regions: [optInRegion] }));
    const isMade = end.result?.outcome === 'SUCCEEDED';
    return [(isMade ? confirmed : refuted)('optInRegion', `in ${optInRegion} the creation ended as ${saidOf(end)}`)];
  },
};
