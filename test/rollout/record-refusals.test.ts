/** What accounts refused in settings and checks is recorded against them once it is clear that it is their own failure. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { Unreached } from '../../orchestrator/domain/model/outage';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { Item } from '../../orchestrator/ports/ports';
import { readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { readVisits } from '../../orchestrator/records/evidence';
import { readRollout } from '../../orchestrator/records/rollouts';
import { recordRefusals } from '../../orchestrator/rollout/record-refusals';
import { anAccountIn, createRig } from '../rig';

const because = 'AccessDenied: not authorized';

/** An account of a wave that waits for its approval; its last visit was refused. */
async function refusing(at: Unreached['at']) {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual'),
  });
  const { id } = await rig.rollOut({ waves: [parseWaveName('canary')] });
  const { value: record } = await readRollout(rig.ports, id);
  const ports = guard(rig.ports, byVersion);
  const account = anAccountIn(rig, 'PolicyStaging');
  const read = async (): Promise<Item<Parameters<typeof writeAccount>[1]>> => {
    const item = await readAccount(rig.ports, account);
    if (item === undefined) throw new Error('the account has no record');
    return item;
  };
  const { value, version } = await read();
  const seenAt = rig.world.clock.now().toISOString();
  const unreached: Unreached = { at, fault: 'account', because, seenAt };
  const state = at === 'health' ? 'BASELINE_HEALTHY' : 'DEPLOYED';
  await writeAccount(ports, { ...value, state, work: { rollout: id, failures: [], unreached } }, version);
  const judge = async () => {
    await recordRefusals(ports, record, [await read()], rig.world.clock.now());
    return (await read()).value;
  };
  return { rig, id, account, seenAt, judge };
}

test.each(['settings', 'preflight'] as const)('refused %s fail the account', async (at) => {
  const { rig, id, account, judge } = await refusing(at);

  const judged = await judge();

  expect(judged).toMatchObject({
    state: 'DEPLOY_FAILED',
    work: { rollout: id, failures: [{ at: 'settings', reason: because }] },
  });
  expect(judged.work?.unreached).toBeUndefined();
  expect(await readVisits(rig.ports, account)).toEqual([]);
});

test('refused checks are a visit that has seen nothing, with evidence', async () => {
  const { rig, id, account, seenAt, judge } = await refusing('health');

  const judged = await judge();

  expect(judged).toMatchObject({
    state: 'UNKNOWN',
    checkedAt: seenAt,
    visits: 1,
    work: { failures: [] },
    failing: [{ outcome: 'unknown', observed: because }],
  });
  expect(await readVisits(rig.ports, account)).toMatchObject([{ at: seenAt, rollout: id, results: [{}] }]);
});

test('refused checks count once, however often the wave is judged', async () => {
  const { rig, account, judge } = await refusing('health');

  const first = await judge();
  const second = await judge();

  expect(first.work?.unreached).toBeUndefined();
  expect(second).toEqual(first);
  expect(await readVisits(rig.ports, account)).toHaveLength(1);
});
