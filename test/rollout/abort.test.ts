/** Ends a rollout at any moment: nothing is left running, nothing stays held, and nobody claims to know what was interrupted. */

import { errors, messageOf } from '../../orchestrator/domain/errors';
import { parseWaveName, type RolloutId } from '../../orchestrator/domain/model/brand';
import type { StageOperation } from '../../orchestrator/domain/model/rollout';
import { type OperationStatus, operationEnded } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readLease } from '../../orchestrator/records/leases';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { lastStages } from '../../orchestrator/records/stages';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { person } from '../actors';
import { createRig, type EventOf, eventsOf, type Rig } from '../rig';
import { interruptedAt } from './interrupting';

const waves = ['canary', 'sandbox'].map((name) => parseWaveName(name));

const aborting = (handler: string): Promise<Rig> =>
  interruptedAt(handler, (rig, id) => abortRollout(rig.ports, id, person('jo'), 'wrong config'));

/** Rolls out once undisturbed; once `aborts.now` is set, a person aborts after the handler. */
async function rolledOutAborting(handler: string) {
  const aborts = { now: false };
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const output = await invoke(input);
      const { rolloutId = '' as RolloutId } = input as { rolloutId?: RolloutId };
      if (aborts.now && name === `strongroom-${handler}`)
        await abortRollout(rig.ports, rolloutId, person('jo'), 'wrong config');
      return output;
    },
  });
  await rig.rollOut({ waves });
  return { rig, aborts };
}

/** Whatever of a rollout still works, or is still held. */
async function leftBehind(rig: Rig, id: RolloutId) {
  const operations = (await lastStages(rig.ports, id)).flatMap((stage) => stage.operations);
  const accounts = (await listAccounts(rig.ports)).map(({ value }) => value);
  const statuses = await rig.inTime(async () => {
    await rig.world.clock.sleepUntil(new Date(rig.world.clock.now().getTime() + 3_600_000));
    return Promise.all(operations.map((o) => statusOf(rig, o)));
  });
  return {
    operations: statuses.filter((status) => !operationEnded(status)),
    held: accounts.filter(({ holder }) => holder?.rollout === id).map((account) => account.id),
    deploying: accounts.filter(({ state }) => state === 'DEPLOYING').map((account) => account.id),
    lease: (await readLease(rig.ports))?.value.released === false,
  };
}
/** Named before it is started, an operation may never have been. */
const statusOf = (rig: Rig, { stackSet, operationId }: StageOperation): Promise<OperationStatus> =>
  rig.world.stackSets.status(stackSet, operationId).catch((error: unknown) => {
    if (messageOf(error).includes('OperationNotFound')) return 'STOPPED';
    throw error;
  });
const nothing = { operations: [], held: [], deploying: [], lease: false };

describe('a rollout that is aborted', () => {
  test.each([
    'PlanWaves',
    'OpenWave',
    'PreflightShard',
    'JudgePreflight',
    'DeployStage',
    'JudgeStage',
    'SettingsShard',
    'HealthShard',
    'JudgeWave',
  ])('after %s ends as aborted, with nothing left behind, and its execution ends too', async (handler) => {
    const rig = await aborting(handler);

    const { id, end, events } = await rig.rollOut({ waves });

    const finished: readonly EventOf<'rolloutFinished'>[] = eventsOf(events, 'rolloutFinished');
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'aborted' } });
    expect(finished).toEqual([
      expect.objectContaining({ outcome: 'aborted', because: ['jo aborted it: wrong config'] }),
    ]);
    expect(await leftBehind(rig, id)).toEqual(nothing);
  });

  test('stops the operations of the stage at work, and marks its accounts as failed, to be tried again', async () => {
    const rig = await aborting('DeployStage');
    const stop = jest.spyOn(rig.world.stackSets, 'stop');

    await rig.rollOut({ waves });

    const marked = (await listAccounts(rig.ports)).filter(({ value }) => value.state === 'DEPLOY_FAILED');
    expect(stop).toHaveBeenCalled();
    expect(marked).toHaveLength(1);
    expect(marked[0]?.value.work?.failures).toEqual([
      { at: 'deploy', reason: 'the rollout was aborted while it was deployed to: wrong config' },
    ]);
  });

  test('claims no release and no version where an update was interrupted, and the next rollout puts it right', async () => {
    const { rig, aborts } = await rolledOutAborting('DeployStage');
    aborts.now = true;
    const { modules } = rig.desiredState;
    const stricter = {
      ...rig.desiredState,
      modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
    };

    await rig.rollOut({ waves }, stricter);

    const uncertain = (await listAccounts(rig.ports)).filter(({ value }) =>
      value.modules.some((m) => m.version === ''),
    );
    expect(uncertain.map(({ value }) => [value.release, value.state, value.passing])).toEqual([
      [undefined, 'READY_FOR_KEYS', undefined],
    ]);
    aborts.now = false;
    const { events } = await rig.rollOut({ waves }, stricter);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('after settings were changed leaves no proof from before them', async () => {
    const { rig, aborts } = await rolledOutAborting('SettingsShard');
    const provedOf = async () =>
      (await listAccounts(rig.ports)).filter(
        ({ value: { wave, passing } }) => wave === 'canary' && passing !== undefined,
      );
    const before = await provedOf();
    aborts.now = true;
    const { modules } = rig.desiredState;

    await rig.rollOut(
      { waves },
      {
        ...rig.desiredState,
        modules: { ...modules, 'account-hardening': { ...modules['account-hardening'], passwordPolicy: false } },
      },
    );

    expect(before.length).toBeGreaterThan(0);
    expect(await provedOf()).toEqual([]);
  });

  test('while a stage is being started, still has the stage stopped by the execution', async () => {
    let isStarting = false;
    const rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        isStarting = name === 'strongroom-DeployStage';
        return invoke(input);
      },
    });
    const start = rig.world.stackSets.start;
    const started = new Set<string>();
    jest.spyOn(rig.world.stackSets, 'start').mockImplementation(async (request) => {
      const [id] = /^ro-\d+-\d+-\w{4}/.exec(request.operationId) ?? [];
      if (isStarting) await abortRollout(rig.ports, id as RolloutId, person('jo'), 'wrong config');
      started.add(request.operationId);
      return start(request);
    });

    const { id, end } = await rig.rollOut({ waves });

    expect(end).toMatchObject({ output: { outcome: 'aborted' } });
    expect(await leftBehind(rig, id)).toEqual(nothing);
    const statuses = (await lastStages(rig.ports, id)).flatMap(({ operations }) =>
      operations
        .filter(({ operationId }) => started.has(operationId))
        .map((o) => rig.inTime(() => rig.world.stackSets.status(o.stackSet, o.operationId))),
    );
    // What would have come next was not even started.
    expect(started.size).toBe(1);
    expect(new Set(await Promise.all(statuses))).toEqual(new Set(['STOPPED']));
  });

  test('while a start is tried again is not followed by that start', async () => {
    const rig = await createRig({ accounts: 40 });
    const tried = jest.spyOn(rig.world.stackSets, 'start').mockImplementation(async ({ operationId }) => {
      const [id] = /^ro-\d+-\d+-\w{4}/.exec(operationId) ?? [];
      await abortRollout(rig.ports, id as RolloutId, person('jo'), 'wrong config');
      throw errors.throttled('cloudformation:CreateStackInstances');
    });

    const { end } = await rig.rollOut({ waves });

    expect(end).toMatchObject({ output: { outcome: 'aborted' } });
    expect(tried).toHaveBeenCalledTimes(1);
  });

  test('by a process that died after its first write is aborted in full by the next call', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('ous: [Sandbox]', '$&, approval: manual'),
    });
    const { id } = await rig.rollOut({ waves });
    const dying = {
      ...rig.ports,
      stackSets: { ...rig.ports.stackSets, stop: () => Promise.reject(new Error('killed')) },
    };
    await expect(abortRollout(dying, id, person('jo'), 'wrong config')).rejects.toThrow('killed');

    await rig.inTime(() => abortRollout(rig.ports, id, person('kim'), 'once more'));

    const { value: record } = await readRollout(rig.ports, id);
    expect(record.status).toMatchObject({ outcome: 'aborted', because: ['jo aborted it: wrong config'] });
    expect(await leftBehind(rig, id)).toEqual(nothing);
  });

  test('while it soaks ends the execution within a minute', async () => {
    const rig = await createRig({ accounts: 40 });
    const rolling = rig.rollOut({ waves });
    const minute = 60_000;
    const soaks = async (): Promise<boolean> =>
      (await listRollouts(rig.ports)).some(({ status }) => status.kind === 'waiting' && status.doing === 'soaking');
    do await rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + minute)));
    while (!(await soaks()));
    const [running] = await listRollouts(rig.ports);
    const abortedAt = rig.world.clock.nowMs();
    await rig.inTime(() => abortRollout(rig.ports, running?.id ?? ('' as RolloutId), person('jo'), 'wrong config'));

    const { end } = await rolling;

    expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'aborted' } });
    expect(rig.world.clock.nowMs() - abortedAt).toBeLessThanOrEqual(minute + 5_000);
  });

  test('when it has ended otherwise is refused', async () => {
    const rig = await createRig({ accounts: 40 });
    const { id } = await rig.rollOut({ waves });

    await expect(abortRollout(rig.ports, id, person('jo'), 'too late')).rejects.toMatchObject({
      code: 'RolloutEnded',
      message: `rollout ${id} has ended: completed`,
    });
  });

  test('lets go of no account that another rollout has taken meanwhile', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('ous: [Sandbox]', '$&, approval: manual'),
    });
    const { id } = await rig.rollOut({ waves });
    await rig.inTime(() => abortRollout(rig.ports, id, person('jo'), 'wrong config'));
    const second = await rig.rollOut({ waves });

    await rig.inTime(() => abortRollout(rig.ports, id, person('jo'), 'once more'));

    const holders = (await listAccounts(rig.ports)).map(({ value }) => value.holder?.rollout).filter(Boolean);
    expect(new Set(holders)).toEqual(new Set([second.id]));
    expect((await readLease(rig.ports))?.value).toMatchObject({ holder: second.id, released: false });
  });
});
