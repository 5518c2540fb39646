import { parseWaveName, type ReleaseId } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { readRollout } from '../../orchestrator/records/rollouts';
import { coversWave } from '../../orchestrator/rollout/covers-wave';
import { anAccountIn, createRig } from '../rig';

/** A wave whose accounts are all at one release, except for one of them. */
async function finished(others: { readonly release?: ReleaseId | undefined }) {
  const rig = await createRig({ accounts: 40 });
  const { id } = await rig.rollOut({ waves: [parseWaveName('sandbox')] });
  const [chosen, other] = [anAccountIn(rig, 'Sandbox', 0), anAccountIn(rig, 'Sandbox', 1)];
  const item = await readAccount(rig.ports, other);
  if (item === undefined) throw new Error('the account has no record');
  await writeAccount(guard(rig.ports, byVersion), { ...item.value, ...others }, item.version);
  const { value: record } = await readRollout(rig.ports, id);
  return { rig, record: { ...record, wave: 0 }, chosen };
}

test.each([
  { when: 'covers its wave if the others are at the release', others: {}, covers: true },
  { when: 'does not if another account is at none', others: { release: undefined }, covers: false },
])('a rollout over one account $when', async ({ others, covers }) => {
  const { rig, record, chosen } = await finished(others);
  const request = { ...record.request, accounts: [chosen] };

  expect(await coversWave(rig.ports, { ...record, request })).toBe(covers);
});

test.each([
  { request: { retryFailed: true }, covers: false },
  { request: {}, covers: true },
])('a rollout with the request $request covers its wave: $covers', async ({ request, covers }) => {
  const { rig, record } = await finished({ release: undefined });

  expect(await coversWave(rig.ports, { ...record, request: { ...record.request, ...request } })).toBe(covers);
});
