/** AWS takes longer than usual for what it completes after a deployment: the first delivery of a trail, the first status of a recorder. */
import { listAccounts } from '../../orchestrator/records/accounts';
import { createRig, eventsOf } from '../rig';
import { waves } from './outages';

const statesIn = async ({ ports }: Awaited<ReturnType<typeof createRig>>) =>
  new Set((await listAccounts(ports)).filter(({ value }) => value.wave === waves[0]).map(({ value }) => value.state));

test('three times as long: the first wave waits for it, and completes', async () => {
  const rig = await createRig();
  rig.world.faults.slowness = () => 3;

  const { events } = await rig.rollOut({ waves });

  expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
});

test('a hundred times as long: the wave is inconclusive, with the reason, and no account is called unhealthy', async () => {
  const rig = await createRig();
  rig.world.faults.slowness = () => 100;

  const { events } = await rig.rollOut({ waves });

  expect(eventsOf(events, 'waveJudged')).toMatchObject([
    { verdict: 'inconclusive', because: expect.arrayContaining([expect.stringContaining('has not delivered yet')]) },
  ]);
  expect(await statesIn(rig)).toEqual(new Set(['UNKNOWN']));
});
