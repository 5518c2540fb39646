/** What each guard asks, and how long an answer holds. */
import { type AccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { byVersion, type Effect, type Guard, guard, type Strength } from '../../orchestrator/ports/guard';
import { readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { readLease, writeLease } from '../../orchestrator/records/leases';
import { readRollout, writeRollout } from '../../orchestrator/records/rollouts';
import { abortRollout } from '../../orchestrator/rollout/abort';
import {
  accountGuard,
  decidingGuard,
  outputGuard,
  taskGuard,
  unchangedGuard,
  unfinishedGuard,
} from '../../orchestrator/rollout/guards';
import { person } from '../actors';
import { anAccountIn, createRig, type Rig } from '../rig';

const effect = (strength: Strength): Effect => ({ port: 'store', method: 'put', strength, args: [] });

/** A rollout that waits for the approval of its first wave, and the task that would work on it. */
async function waiting() {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual, approvalHours: 5'),
  });
  const { id } = await rig.rollOut({ waves: [parseWaveName('canary')] });
  const item = await readRollout(rig.ports, id);
  const task = { rolloutId: id, step: item.value.lastStep?.input.step ?? 0 };
  return { rig, id, item, task };
}
const later = (rig: Rig, seconds: number): Promise<void> =>
  rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + seconds * 1000)));

/** Somebody writes the rollout's record, and nothing else. */
const written = async ({ rig, id }: Awaited<ReturnType<typeof waiting>>): Promise<void> => {
  const { value, version } = await readRollout(rig.ports, id);
  await writeRollout(guard(rig.ports, byVersion), value, version);
};
const moveLease = async (rig: Rig): Promise<void> => {
  const lease = await readLease(rig.ports);
  if (lease === undefined) throw new Error('nobody has the lease');
  const next = { ...lease.value, fencingToken: lease.value.fencingToken + 1 };
  await writeLease(guard(rig.ports, byVersion), next, lease.version);
};
const codeOf = (by: Guard, strength: Strength = 'change'): Promise<string> =>
  by.ask(effect(strength)).then(
    () => 'may act',
    ({ code }: { readonly code: string }) => code,
  );

describe('a task', () => {
  const guarded = async () => {
    const world = await waiting();
    const { rig, task } = world;
    return { ...world, by: taskGuard(rig.ports, task, rig.world.clock.now()) };
  };

  test.each(['record', 'enter', 'change'] as const)(
    'may act while its step is the current one: %s',
    async (strength) => {
      const { by } = await guarded();

      expect(await codeOf(by, strength)).toBe('may act');
    },
  );

  test.each(['enter', 'change'] as const)('may not act once the rollout was aborted: %s', async (strength) => {
    const { rig, id, by } = await guarded();
    await abortRollout(rig.ports, id, person('jo'), 'stop it');

    expect(await codeOf(by, strength)).toBe('RolloutEnded');
  });

  test('may not act for an earlier step', async () => {
    const { rig, task } = await waiting();
    const by = taskGuard(rig.ports, { ...task, step: task.step - 1 }, rig.world.clock.now());

    expect(await codeOf(by)).toBe('StaleStep');
  });

  test('may not act once the fencing token has risen', async () => {
    const { rig, by } = await guarded();
    await moveLease(rig);

    expect(await codeOf(by)).toBe('LeaseLost');
  });

  test('may act after a write of others that leaves the step as it is', async () => {
    const world = await guarded();
    await written(world);

    expect(await codeOf(world.by)).toBe('may act');
  });

  test('writes records for a minute without asking again, since their version decides', async () => {
    const { rig, id, by } = await guarded();
    await abortRollout(rig.ports, id, person('jo'), 'stop it');

    await later(rig, 59);
    const within = await codeOf(by, 'record');
    await later(rig, 1);

    expect([within, await codeOf(by, 'record')]).toEqual(['may act', 'RolloutEnded']);
  });

  test('asks again for a record after a call that failed', async () => {
    const { rig, id, by } = await guarded();
    await abortRollout(rig.ports, id, person('jo'), 'stop it');

    by.failed?.();

    expect(await codeOf(by, 'record')).toBe('RolloutEnded');
  });
});

describe('a step that decides by the record', () => {
  test('may not act once anybody has written the record since', async () => {
    const world = await waiting();
    const { rig, task, item } = world;
    const by = decidingGuard(rig.ports, task, rig.world.clock.now(), { version: item.version });
    const before = await codeOf(by);
    await written(world);

    expect([before, await codeOf(by)]).toEqual(['may act', 'StaleWrite']);
  });

  test('may act after it has renewed the lease itself, and knows the version that this made', async () => {
    const { rig, id, task } = await waiting();
    const item = await readRollout(rig.ports, id);
    const aging = { ...item.value, status: { kind: 'running' as const, doing: 'deploying' } };
    const expiresAt = new Date(rig.world.clock.nowMs() + 60_000).toISOString();
    const lease = { fencingToken: aging.lease?.fencingToken ?? 0, expiresAt };
    const version = await writeRollout(guard(rig.ports, byVersion), { ...aging, lease }, item.version);
    const known = { version };
    const by = decidingGuard(rig.ports, task, rig.world.clock.now(), known);

    expect([await codeOf(by), await codeOf(by)]).toEqual(['may act', 'may act']);
    expect(known.version).toBe(version + 1);
  });
});

test('an output is handed on only while it is that of the current step, and the rollout has not ended', async () => {
  const { rig, id, task } = await waiting();
  const by = outputGuard(rig.ports, task);
  const former = outputGuard(rig.ports, { ...task, step: task.step - 1 });
  const before = [await codeOf(by), await codeOf(former)];
  await abortRollout(rig.ports, id, person('jo'), 'stop it');

  expect([...before, await codeOf(by)]).toEqual(['may act', 'StaleStep', 'RolloutEnded']);
});

test('a rollout is ended only if it has not woken up since it was read', async () => {
  const world = await waiting();
  const by = unchangedGuard(world.rig.ports, world.item);
  const before = await codeOf(by);
  await written(world);

  expect([before, await codeOf(by), await codeOf(by, 'record')]).toEqual(['may act', 'StaleWrite', 'may act']);
});

test('an execution is started only for a rollout that has not ended', async () => {
  const { rig, id } = await waiting();
  const by = unfinishedGuard(rig.ports, id);
  const before = await codeOf(by);
  await abortRollout(rig.ports, id, person('jo'), 'stop it');

  expect([before, await codeOf(by)]).toEqual(['may act', 'RolloutEnded']);
});

test('an account is looked at again only if its record is as it was', async () => {
  const { rig } = await waiting();
  const id: AccountId = anAccountIn(rig, 'PolicyStaging');
  const item = await readAccount(rig.ports, id);
  if (item === undefined) throw new Error(`account ${id} has no record`);
  const by = accountGuard(rig.ports, item, rig.world.clock.now());
  const before = await codeOf(by, 'enter');
  await writeAccount(guard(rig.ports, byVersion), { ...item.value, name: 'renamed' }, item.version);
  const within = await codeOf(by, 'enter');
  by.failed?.();

  expect([before, within, await codeOf(by, 'enter')]).toEqual(['may act', 'may act', 'StaleWrite']);
});
