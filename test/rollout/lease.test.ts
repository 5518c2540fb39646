import { holderOf } from '../../orchestrator/rollout/lease';
import { person } from '../actors';
import { createRig } from '../rig';

const hoursAfter = (time: Date, hours: number): Date => new Date(time.getTime() + hours * 3_600_000);

describe('the lease on the organization', () => {
  const asking = async () => {
    const rig = await createRig({ accounts: 40 });
    rig.world.faults.disablesAlerts = () => true;
    const { id } = await rig.rollOut();
    return { rig, id };
  };

  test('is kept by a rollout that waits for a person, for days', async () => {
    const { rig, id } = await asking();

    const holder = await holderOf(rig.ports, hoursAfter(rig.world.clock.now(), 13 * 24));

    expect(holder).toMatchObject({ holder: id, by: person('jo') });
  });

  test('is free when nobody has answered for longer than the machine waits', async () => {
    const { rig } = await asking();

    expect(await holderOf(rig.ports, hoursAfter(rig.world.clock.now(), 15 * 24))).toBeUndefined();
  });

  test('is kept over a soak that is longer than any lease', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('soakMinutes: 10', 'soakMinutes: 600'),
    });
    const rollout = rig.rollOut();
    const seen = await rig.world.clock.run(
      (async () => {
        await rig.world.clock.sleepUntil(hoursAfter(rig.world.clock.now(), 8));
        return holderOf(rig.ports, rig.world.clock.now());
      })(),
    );
    const { id } = await rollout;

    expect(seen).toMatchObject({ holder: id });
  });
});
