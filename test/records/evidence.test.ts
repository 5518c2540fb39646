/** A visit that dies after it has written its evidence is made again, and its place in the ring has a version that no record counts. */
import { parseAccountId, parseReleaseId, parseRolloutId } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { type Evidence, readVisits, writeEvidence } from '../../orchestrator/records/evidence';
import { visitsKept } from '../../orchestrator/records/keys';
import { person } from '../actors';
import { createRig } from '../rig';

const id = parseAccountId('111122223333');
const visitAt = (minute: number): Evidence => ({
  at: `2026-11-22T09:${String(minute).padStart(2, '0')}:00.000Z`,
  release: parseReleaseId('r-1a2b3c4d5e6f'),
  rollout: parseRolloutId('ro-20261122-090000-k3f9'),
  by: person('jo'),
  results: [],
});

test('the visit that is made again replaces it, and later rounds of the ring replace both', async () => {
  const { ports: world } = await createRig({ accounts: 40 });
  const ports = guard(world, byVersion);
  const write = (visits: number, minute: number) => writeEvidence(ports, { id, visits }, visitAt(minute));
  const times = async () => (await readVisits(world, id)).map(({ at }) => at);

  await write(0, 1);
  await write(0, 2);
  const again = await times();
  await write(visitsKept, 3);
  const nextRound = await times();
  await write(2 * visitsKept, 4);

  expect(again).toEqual([visitAt(2).at]);
  expect(nextRound).toEqual([visitAt(3).at]);
  expect(await times()).toEqual([visitAt(4).at]);
});
