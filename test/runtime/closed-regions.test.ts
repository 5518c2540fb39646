/** A governed Region that the account of the StackSets has not enabled: StackSets would fail in it, in every account. */
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { createRig, eventsOf } from '../rig';
import { blamed, waves } from './outages';

const west = parseRegion('us-west-2');

test('ends the rollout before any account is changed, and the next one completes once the Region is enabled', async () => {
  const rig = await createRig();
  rig.world.faults.isClosed = (region) => region === west;

  const refused = await rig.rollOut({ waves });
  rig.world.faults.isClosed = () => false;
  const next = await rig.rollOut({ waves });

  expect(eventsOf(refused.events, 'waveOpened')).toEqual([]);
  expect(eventsOf(refused.events, 'rolloutFinished')).toMatchObject([
    { outcome: 'failed', because: [expect.stringContaining('has not enabled us-west-2, which is a governed Region')] },
  ]);
  expect(await blamed(rig, refused)).toEqual([]);
  expect(eventsOf(next.events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
});

test('is not looked for where only the home Region is governed, which is always enabled', async () => {
  const rig = await createRig();
  const { regions } = rig.desiredState;
  rig.world.faults.isClosed = () => true;

  const { events } = await rig.rollOut(
    { waves },
    { ...rig.desiredState, regions: { ...regions, governed: [regions.home] } },
  );

  expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
});
