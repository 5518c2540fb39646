/** Sweeps, probes, detections and people act too, and each asks before every call whether it still may. */
import { errors } from '../../orchestrator/domain/errors';
import { type AccountId, parseRolloutId, parseSweepId } from '../../orchestrator/domain/model/brand';
import { advanceDrift } from '../../orchestrator/operations/detect-drift';
import { probeMembers } from '../../orchestrator/operations/probe';
import { prepareRollout } from '../../orchestrator/operations/start';
import { membersMeant } from '../../orchestrator/operations/sweep';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { readDesiredState } from '../../orchestrator/records/desired-state';
import { readLease, writeLease } from '../../orchestrator/records/leases';
import { readRollout, writeRollout } from '../../orchestrator/records/rollouts';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { startExecution } from '../../orchestrator/runtime/executions';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, type Rig } from '../rig';
import { resultOf, rolledOut, swept, waves } from './sweeping';

const changeRecord = async (rig: Rig, id: AccountId): Promise<void> => {
  const item = await readAccount(rig.ports, id);
  if (item === undefined) throw new Error(`account ${id} has no record`);
  await writeAccount(guard(rig.ports, byVersion), { ...item.value, release: undefined }, item.version);
};

/** Another rollout has taken the lease, and changes the first of its waves. */
async function takeLease(rig: Rig): Promise<void> {
  const lease = await readLease(rig.ports);
  if (lease === undefined) throw new Error('nobody has had the lease yet');
  const { value: former } = await readRollout(rig.ports, lease.value.holder);
  const id = parseRolloutId('ro-another');
  const fencingToken = lease.value.fencingToken + 1;
  const expiresAt = new Date(rig.world.clock.nowMs() + 3_600_000).toISOString();
  const status = { kind: 'running', doing: 'deploying' } as const;
  const own = guard(rig.ports, byVersion);
  await writeRollout(own, { ...former, id, status, wave: 0, lease: { fencingToken, expiresAt } }, 0);
  await writeLease(own, { ...lease.value, holder: id, fencingToken, released: false }, lease.version);
}

test('a sweep does not enter an account again that has changed since it was read', async () => {
  const rig = await rolledOut();
  const account = anAccountIn(rig, 'Sandbox');
  let tries = 0;
  const { collectFacts } = rig.ports.accounts;
  const accounts: UnguardedPorts['accounts'] = {
    ...rig.ports.accounts,
    collectFacts: async (visit, wanted) => {
      if (visit.account !== account) return collectFacts(visit, wanted);
      tries += 1;
      await changeRecord(rig, account);
      throw errors.throttled('sts:AssumeRole');
    },
  };

  const { verified } = await swept(rig, undefined, { accounts });

  expect(tries).toBe(1);
  expect(resultOf(verified, account)).toMatchObject({
    kind: 'unmanaged',
    because: 'another process changed its record during the visit',
  });
});

test('probes stop in an account that a rollout has begun to change, and clear away what they have made', async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) =>
      `${text.replace(/(name: (?:canary|sandbox),[^}]*)}/g, '$1, probe: true }')}probes: { operatorProbe: MfaProbe }\n`,
  });
  await rig.rollOut({ waves });
  const account = anAccountIn(rig, 'Sandbox');
  const calls: string[] = [];
  const { probes } = rig.ports;
  const noting = Object.fromEntries(
    Object.entries(probes).map(([name, call]: [string, (...args: unknown[]) => unknown]) => [
      name,
      (...args: unknown[]) => {
        calls.push(name);
        return call(...args);
      },
    ]),
  );
  const watched = { ...probes, ...noting } as UnguardedPorts['probes'];
  const built = await baseline();

  const [probed] = await rig.inTime(async () => {
    const members = await membersMeant(rig.ports, built, rig.desiredState, { accounts: [account] });
    const raiseSample: typeof probes.raiseSample = async (...args) => {
      const sample = await watched.raiseSample(...args);
      await changeRecord(rig, account);
      calls.length = 0;
      return sample;
    };
    return probeMembers({ ...rig.ports, probes: { ...watched, raiseSample } }, rig.desiredState, members, {
      by: person('jo'),
    });
  });

  expect(probed).toMatchObject({ kind: 'notProbed', because: expect.stringContaining('while the probes ran') });
  expect(calls).toEqual(['clearAway']);
});

test('no detection begins in a wave that a rollout has begun to change since the run looked', async () => {
  const rig = await rolledOut();
  const begun: string[] = [];
  const { detectDrift } = rig.ports.stackSets;
  const stackSets: UnguardedPorts['stackSets'] = {
    ...rig.ports.stackSets,
    detectDrift: async (name, operationId) => {
      begun.push(name);
      if (begun.length === 1) await takeLease(rig);
      return detectDrift(name, operationId);
    },
  };
  const run = { id: parseSweepId('sw-20261122-cccccc'), by: person('jo'), waves };

  const { waiting } = await rig.inTime(() => advanceDrift({ ...rig.ports, stackSets }, rig.desiredState, run));

  expect(begun.filter((name) => name.startsWith('strongroom-canary-'))).toHaveLength(1);
  expect(waiting.filter(({ wave }) => wave === 'canary').length).toBeGreaterThan(0);
});

test('a rollout that another was quicker to start records nothing, not even its desired state', async () => {
  const rig = await rolledOut();
  const before = await readDesiredState(rig.ports);
  const { put } = rig.ports.artifacts;
  const artifacts: UnguardedPorts['artifacts'] = {
    ...rig.ports.artifacts,
    put: async (key, text) => {
      await put(key, text);
      // The last document before the records.
      if (key.startsWith('desiredState/')) await takeLease(rig);
    },
  };
  const changed = { ...rig.desiredState, onFailure: 'rollBack' as const };
  const built = await baseline();

  const starting = rig.inTime(() => prepareRollout({ ...rig.ports, artifacts }, built, changed, { by: person('jo') }));

  await expect(starting).rejects.toMatchObject({ code: 'RolloutBusy' });
  expect(await readDesiredState(rig.ports)).toEqual(before);
});

test('an execution is not started for a rollout that was aborted before', async () => {
  const rig = await rolledOut();
  const started: string[] = [];
  const executions = {
    start: async ({ rolloutId }: { readonly rolloutId: string }) => void started.push(rolloutId),
  };
  const built = await baseline();
  const [kept, aborted] = await rig.inTime(async () => [
    await prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo') }),
    await prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo') }),
  ]);
  await rig.inTime(() => abortRollout(rig.ports, aborted.rolloutId, person('jo'), 'stop it'));

  for (const input of [kept, aborted]) await startExecution({ ...rig.ports, executions }, input);

  expect(started).toEqual([kept.rolloutId]);
});
