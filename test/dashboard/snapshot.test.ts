/** How often the deployed dashboard reads the store. It is frozen between requests and pays for each read. */

import { createSnapshots } from '../../orchestrator/dashboard/api/snapshot';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { prepareRollout } from '../../orchestrator/operations/start';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readRollout, writeRollout } from '../../orchestrator/records/rollouts';
import { person } from '../actors';
import { baseline, createRig, type Rig } from '../rig';
import { accountOf, recorded } from './rig';

type Status = RolloutRecord['status'];
const soaking = (until: string): Status => ({ kind: 'waiting', until, doing: 'soaking' });
const running: Status = { kind: 'running', doing: 'deploying' };
const approval: Status = {
  kind: 'awaitingApproval',
  prompt: { about: 'gate', wave: parseWaveName('canary'), because: [], promptedAt: '2026-11-22T09:00:00Z' },
};

async function prepared(rig: Rig, status: Status): Promise<void> {
  const built = await baseline();
  const { rolloutId } = await rig.inTime(() =>
    prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo') }),
  );
  const { value, version } = await readRollout(rig.ports, rolloutId);
  await writeRollout(guard(rig.ports, byVersion), { ...value, status }, version);
}

/** The first snapshot has one account; a second one is written without a rollout. */
async function shown(status?: Status) {
  const rig = await createRig({ accounts: 40 });
  if (status !== undefined) await prepared(rig, status);
  await recorded(rig, [accountOf('100000000001')]);
  let elapsedMs = 0;
  const { latest } = createSnapshots(rig.ports, () => elapsedMs, true);
  await latest();
  await recorded(rig, [accountOf('100000000002')]);
  const countAt = async (ms: number): Promise<number> => {
    elapsedMs = ms;
    return (await latest()).accounts.length;
  };
  return { rig, countAt };
}

describe('the store is read again', () => {
  test.each<{ when: string; status: Status | undefined; ms: number; seen: number }>([
    { when: 'not while it is fresh', status: running, ms: 1_900, seen: 1 },
    { when: 'while a rollout is running', status: running, ms: 2_100, seen: 2 },
    { when: 'when the soak of a rollout has ended', status: soaking('2026-11-22T08:59:00Z'), ms: 2_100, seen: 2 },
    { when: 'not for a minute while a rollout soaks', status: soaking('2026-11-24T09:00:00Z'), ms: 59_000, seen: 1 },
    { when: 'once a minute while a rollout soaks', status: soaking('2026-11-24T09:00:00Z'), ms: 61_000, seen: 2 },
    { when: 'not for a minute while a rollout waits for approval', status: approval, ms: 59_000, seen: 1 },
    { when: 'not for a minute without a rollout', status: undefined, ms: 59_000, seen: 1 },
  ])('$when', async ({ status, ms, seen }) => {
    const { countAt } = await shown(status);

    expect(await countAt(ms)).toBe(seen);
  });

  test('within ten seconds after a rollout starts', async () => {
    const { rig, countAt } = await shown();
    await prepared(rig, running);

    expect(await countAt(10_100)).toBe(2);
  });

  test('a minute after the last read, regardless of requests in between', async () => {
    const { countAt } = await shown();

    const counts = [await countAt(20_000), await countAt(40_000), await countAt(58_000), await countAt(61_000)];

    expect(counts).toEqual([1, 1, 1, 2]);
  });
});
