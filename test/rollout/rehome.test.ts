/** An account that has changed its wave brings its stacks along: nothing is deleted, and whatever stops on the way is found again. */

import { type AccountId, parseRegion, parseWaveName, type RolloutId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { rehomingRequests } from '../../orchestrator/domain/planning/rehoming';
import { previewPlan } from '../../orchestrator/operations/start';
import { listAccounts, readAccount } from '../../orchestrator/records/accounts';
import { loadRelease } from '../../orchestrator/records/documents';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { after } from '../operations/sweeping';
import { anAccountIn, baseline, createRig, eventsOf, type Invoke, type Rig } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];

/** The config names the account in the sandbox's wave, so that it is not the other's any more. */
const inSandbox = (desiredState: DesiredState, account: AccountId): DesiredState => ({
  ...desiredState,
  waves: desiredState.waves.map((wave) => (wave.name === sandbox ? { ...wave, accounts: [account] } : wave)),
});

const stricter = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
  ...desiredState,
  modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
});

/** Both waves have finished the same release, and then an account of one belongs to the other. */
async function moved(around?: (invoke: Invoke, name: string) => Invoke) {
  const rig = await createRig({ accounts: 40, ...(around && { around }) });
  const account = anAccountIn(rig, 'Workloads/Dev');
  await rig.rollOut({ waves: [sandbox, dev] });
  return { rig, account, desiredState: inSandbox(rig.desiredState, account), stacks: stacksOf(rig, account) };
}

const stacksOf = (rig: Rig, account: AccountId): readonly string[] =>
  rig.world.contents
    .stacks(account)
    .map(({ stackSet, region }) => `${stackSet} ${region}`)
    .sort();

const recordOf = async (rig: Rig, account: AccountId) => {
  const item = await readAccount(rig.ports, account);
  if (item === undefined) throw new Error(`account ${account} has no record`);
  return item.value;
};

const wavesOf = async (rig: Rig, account: AccountId): Promise<ReadonlySet<string>> =>
  new Set((await recordOf(rig, account)).modules.map(({ wave, detached }) => (detached ? 'none' : wave)));

const isInSet = (rig: Rig, set: string, account: AccountId): Promise<boolean> =>
  rig.inTime(async () => (await rig.ports.stackSets.instances(set)).some((instance) => instance.account === account));

test('the stacks leave the StackSets of the former wave and join those of the new one, and stay the stacks they are', async () => {
  const { rig, account, desiredState, stacks } = await moved();

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(eventsOf(events, 'stageStarted').flatMap(({ step }) => step ?? [])).toEqual(['detach', 'adopt', 'follow']);
  expect(stacksOf(rig, account)).toEqual(stacks);
  expect([
    await isInSet(rig, 'strongroom-dev-operator-role', account),
    await isInSet(rig, 'strongroom-sandbox-operator-role', account),
  ]).toEqual([false, true]);
  expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
  expect((await recordOf(rig, account)).release).toBe(
    events.flatMap((e) => (e.type === 'rolloutStarted' ? e.release : []))[0],
  );
});

test('the stacks follow the new wave from then on: its next release reaches them', async () => {
  const { rig, account, desiredState, stacks } = await moved();

  const { events } = await rig.rollOut({ waves: [sandbox] }, stricter(desiredState));

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(JSON.stringify(rig.world.contents.role(account, 'InfraAdmin')?.trust)).toContain('"900"');
  expect(stacksOf(rig, account)).toEqual(stacks);
});

test('the plan says who moves over from where, and that nothing is deleted', async () => {
  const { rig, account, desiredState } = await moved();
  const built = await baseline();

  const { plan } = await rig.inTime(() => previewPlan(rig.ports, built, desiredState, { waves: [sandbox] }));

  expect(plan.waves[0]?.accounts.find(({ id }) => id === account)?.change).toBe('rehome');
  expect(plan.notes).toContain(
    `account ${account} moves from wave dev to wave sandbox: its stacks move to the StackSets of wave sandbox, and nothing is deleted`,
  );
});

describe('a stack that the new StackSet cannot take in', () => {
  const stuck = async () => {
    const world = await moved();
    world.rig.world.faults.failInstance = ({ kind }) => (kind === 'adopt' ? 'import is closed today' : undefined);
    return { ...world, ...(await world.rig.rollOut({ waves: [sandbox] }, world.desiredState)) };
  };

  test('stays as it was, and the wave is held with the reason and what to do', async () => {
    const { rig, account, stacks, end, events } = await stuck();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'accountFailed')[0]).toMatchObject({
      account,
      reason: expect.stringMatching(/is in no StackSet.*import is closed today; fix the cause, then roll out again/),
    });
    expect(stacksOf(rig, account)).toEqual(stacks);
    expect((await recordOf(rig, account)).state).toBe('KEYS_AT_RISK');
    expect(await wavesOf(rig, account)).toEqual(new Set(['none']));
  });

  test('is found again by the next rollout, by what the account’s record knows', async () => {
    const { rig, account, desiredState, stacks, id } = await stuck();
    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'tomorrow' });
    await rig.resume(id);
    rig.world.faults.failInstance = () => undefined;

    const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
    expect(stacksOf(rig, account)).toEqual(stacks);
  });
});

test('a stack that AWS will not even begin to move fails its account, and not the rollout', async () => {
  const { rig, account, desiredState } = await moved();
  const start = rig.ports.stackSets.start;
  jest.spyOn(rig.ports.stackSets, 'start').mockImplementation(async (request) => {
    if (request.kind === 'detach' && request.spec.name.endsWith('alerts'))
      return start({ ...request, maxConcurrent: 0 });
    return start(request);
  });

  const { end, events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(end.status).toBe('PARKED');
  expect(eventsOf(events, 'accountFailed')).toContainEqual(
    expect.objectContaining({ account, module: 'alerts', reason: expect.stringContaining('former wave') }),
  );
});

test.each([
  ['released', 1],
  ['adopted', 2],
])('what was %s when the rollout crashed is found where it is', async (_, judged) => {
  let stages = 0;
  let isOver = true;
  const { rig, account, desiredState, stacks } = await moved((invoke, name) => async (input) => {
    if (!isOver && name === 'strongroom-JudgeStage' && ++stages === judged) throw new Error('the power is gone');
    return invoke(input);
  });
  isOver = false;
  const { events: crashed } = await rig.rollOut({ waves: [sandbox] }, desiredState);
  isOver = true;

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(crashed.at(-1)).toMatchObject({ outcome: 'failed' });
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
  expect(stacksOf(rig, account)).toEqual(stacks);
});

test('every step delivered twice is done once', async () => {
  const { rig, account, desiredState, stacks } = await moved((invoke, name) => async (input) => {
    if (name === 'strongroom-DeployStage') await invoke(input);
    return invoke(input);
  });

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(stacksOf(rig, account)).toEqual(stacks);
});

test('one operation adopts ten stacks at most, of one module in one region', async () => {
  const { rig, account } = await moved();
  const known = await recordOf(rig, account);
  if (known.release === undefined) throw new Error('the account has no release');
  const release = await loadRelease(rig.ports, known.release);
  const detached = known.modules.map((m, index) => ({ ...m, detached: true as const, stackId: `stack-${index}` }));
  const accounts = Array.from({ length: 23 }, () => ({ ...known, modules: detached }));
  const regions = Object.fromEntries(release.modules.map((m) => [m.module, m.regions]));
  const stage = { index: 1, modules: release.modules.map(({ module }) => module), regions, from: 0, to: 23 };

  const requests = rehomingRequests(stage, 'adopt', sandbox, release.modules, accounts);

  const ofAlerts = requests.filter(
    ({ module, regions: [region] }) => module.module === 'alerts' && region === 'us-east-1',
  );
  expect(ofAlerts.map(({ stackIds }) => stackIds.length)).toEqual([10, 10, 3]);
  expect(requests.every(({ stackIds, accounts: meant }) => stackIds.length === meant.length)).toBe(true);
});

describe('a stack that is not there any more', () => {
  const deleted = async () => {
    const world = await moved();
    const { rig, account } = world;
    rig.world.contents.byHand(account, {
      kind: 'deleteStack',
      region: parseRegion('us-east-1'),
      stackSet: 'strongroom-dev-alerts',
    });
    return { ...world, ...(await rig.rollOut({ waves: [sandbox] }, world.desiredState)) };
  };

  test('fails its account, holds up no other, and says what to do', async () => {
    const { end, events, account } = await deleted();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'accountFailed')).toEqual([
      expect.objectContaining({
        account,
        module: 'alerts',
        reason: expect.stringContaining('the stack does not exist'),
      }),
    ]);
  });

  test('is named in the question that the wave then asks', async () => {
    const { events, account } = await deleted();

    expect(eventsOf(events, 'approvalRequested')[0]?.because).toContainEqual(
      expect.stringContaining(`${account}: alerts in us-east-1`),
    );
  });

  test('is made by the new wave in the next rollout', async () => {
    const { rig, account, desiredState, stacks, id } = await deleted();
    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'now we know' });
    await rig.resume(id);

    const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
    expect(stacksOf(rig, account)).toHaveLength(stacks.length);
  });
});

test('a stack that was never made is not brought along: the new wave makes it', async () => {
  const rig = await createRig({ accounts: 40 });
  const account = anAccountIn(rig, 'Workloads/Dev');
  rig.world.faults.failInstance = (attempt) =>
    attempt.account === account && attempt.stackSet.endsWith('operator-role') ? 'no luck today' : undefined;
  const { id } = await rig.rollOut({ waves: [dev] });
  await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'it moves anyway' });
  await rig.resume(id);
  rig.world.faults.failInstance = () => undefined;

  const { events } = await rig.rollOut({ waves: [sandbox] }, inSandbox(rig.desiredState, account));

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
  expect(await isInSet(rig, 'strongroom-dev-operator-role', account)).toBe(false);
});

test('a creation that went on after its rollout was aborted comes along, though nobody has recorded it', async () => {
  let isFirst = true;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const output = await invoke(input);
      if (!isFirst || name !== 'strongroom-DeployStage') return output;
      isFirst = false;
      await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 10_000));
      await abortRollout(rig.ports, (input as { rolloutId: RolloutId }).rolloutId, person('jo'), 'it moves anyway');
      return output;
    },
  });
  await rig.rollOut({ waves: [dev] });
  await after(rig, 60);
  const [account = anAccountIn(rig, 'Workloads/Dev')] = (await listAccounts(rig.ports)).flatMap(({ value }) =>
    value.pendingCreates === undefined ? [] : [value.id],
  );
  const begun = stacksOf(rig, account);

  const { events } = await rig.rollOut({ waves: [sandbox] }, inSandbox(rig.desiredState, account));

  expect(begun.length).toBeGreaterThan(0);
  expect((await recordOf(rig, account)).pendingCreates).toBeUndefined();
  expect(stacksOf(rig, account)).toEqual(expect.arrayContaining([...begun]));
  expect(eventsOf(events, 'accountFailed')).toEqual([]);
  expect(await wavesOf(rig, account)).toEqual(new Set([sandbox]));
  expect(await isInSet(rig, 'strongroom-dev-operator-role', account)).toBe(false);
});
