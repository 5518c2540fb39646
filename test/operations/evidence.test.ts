import { type AccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { type EvidenceLine, evidenceSince } from '../../orchestrator/operations/evidence';
import { sweep } from '../../orchestrator/operations/sweep';
import { visitsKept } from '../../orchestrator/records/keys';
import { anAccountIn, baseline, createRig, type Rig } from '../rig';

const sandbox = { waves: [parseWaveName('sandbox')] };
const longAgo = new Date('2020-01-01T00:00:00Z');

async function linesOf(rig: Rig, since = longAgo, ids?: readonly AccountId[]): Promise<readonly EvidenceLine[]> {
  const lines: EvidenceLine[] = [];
  for await (const line of evidenceSince(rig.ports, since, ids)) lines.push(line);
  return lines;
}

async function sweptOften(rig: Rig, account: AccountId, times: number): Promise<void> {
  const built = await baseline();
  for (let time = 0; time < times; time++)
    await rig.inTime(() => sweep(rig.ports, built, rig.desiredState, { accounts: [account], accountsMax: 1 }));
}

test('every visit of a rollout leaves evidence that is complete by itself', async () => {
  const rig = await createRig({ accounts: 40 });
  const { id } = await rig.rollOut(sandbox);

  const lines = await linesOf(rig);

  const ofOne = lines.filter(({ accountId }) => accountId === anAccountIn(rig, 'Sandbox'));
  // The first proof and the one after the soak, at least.
  expect(ofOne.length).toBeGreaterThan(1);
  expect(ofOne[0]).toMatchObject({
    name: expect.stringMatching(/^sandbox-/),
    rollout: id,
    release: expect.stringMatching(/^r-/),
    facts: { account: ofOne[0]?.accountId },
  });
  expect(ofOne[0]?.results[0]).toEqual({
    check: expect.any(String),
    control: expect.any(String),
    title: expect.any(String),
    gate: expect.any(String),
    module: expect.any(String),
    severity: expect.any(String),
    region: expect.any(String),
    outcome: expect.any(String),
    observed: expect.any(String),
    expected: expect.any(String),
  });
});

test('the history of an account is bounded: the oldest visit makes room for the newest', async () => {
  const rig = await createRig({ accounts: 40 });
  const { id } = await rig.rollOut(sandbox);
  const account = anAccountIn(rig, 'Sandbox');

  await sweptOften(rig, account, 2 * visitsKept + 5);

  const lines = await linesOf(rig, longAgo, [account]);
  const times = lines.map(({ at }) => at);
  expect(lines).toHaveLength(visitsKept);
  expect(lines.some((line) => 'rollout' in line && line.rollout === id)).toBe(false);
  expect(times).toEqual(times.toSorted());
  expect(new Set(times).size).toBe(visitsKept);
});

test('only visits since the time, and only of the accounts that are asked for', async () => {
  const rig = await createRig({ accounts: 40 });
  await rig.rollOut(sandbox);
  const [account, other] = [anAccountIn(rig, 'Sandbox'), anAccountIn(rig, 'Sandbox', 1)];
  const since = new Date(rig.world.clock.nowMs() + 1);
  await rig.inTime(() => rig.world.clock.sleepUntil(since));
  await sweptOften(rig, account, 3);

  const [all, named] = [await linesOf(rig, since), await linesOf(rig, since, [other])];

  expect(all.map(({ accountId }) => accountId)).toEqual([account, account, account]);
  expect(named).toEqual([]);
});

test('an account that is not recorded is refused before the first line', async () => {
  const rig = await createRig({ accounts: 40 });

  await expect(linesOf(rig, longAgo, [anAccountIn(rig, 'Sandbox')])).rejects.toMatchObject({ code: 'UnknownAccount' });
});
