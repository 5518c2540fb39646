/** An execution for one account that nothing is heard of any more. */
import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { discover } from '../../orchestrator/operations/discover';
import type { Followed } from '../../orchestrator/operations/onboard';
import { functionName } from '../../orchestrator/tasks/table';
import { add, created, minutesOn, moved, outcomeOf, sweepOnce, swept, tell } from '../operations/newcomers';
import { recordOf, rolledOut, waves } from '../operations/sweeping';
import { createRig, type Rig } from '../rig';

describe('an execution that died', () => {
  const died = async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    await tell(rig, created(account));
    await minutesOn(rig, 61);
    return { rig, account, dead: parseRolloutId(`ro-${account}-joined`) };
  };

  test('is ended by a sweep, and another takes its account on', async () => {
    const { rig, account, dead } = await died();

    const [ran] = await swept(rig);

    expect(await outcomeOf(rig, { id: dead })).toMatchObject({
      kind: 'finished',
      outcome: 'failed',
      because: [expect.stringMatching(/^its lease expired at .* and a sweep took over$/)],
    });
    expect((await recordOf(rig, account)).holder?.rollout).toBe(ran?.id);
    expect(ran?.id).not.toBe(dead);
  });

  test('keeps its account until then, whatever event comes: its operations may still run', async () => {
    const { rig, account, dead } = await died();

    expect(await tell(rig, moved(account))).toEqual({ kind: 'busy', account, rollout: dead });
  });

  test('that wakes up again is refused, and does nothing beside the one that took over', async () => {
    let isAsleep = false;
    const rig: Rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        const sleeps = isAsleep && name === functionName('OpenWave');
        if (sleeps) isAsleep = false;
        if (sleeps) await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 600 * 60_000));
        return invoke(input);
      },
    });
    await rig.rollOut({ waves });
    isAsleep = true;
    const account = add(rig, 'Sandbox');
    const told = await tell(rig, created(account));
    const inputsOf = (followed: readonly (Followed | typeof told)[]) =>
      followed.flatMap((one) => (one.kind === 'start' ? [one.input] : []));

    const [first, second] = await rig.inTime(async () => {
      const sleeping = rig.walk(inputsOf([told]));
      await rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 90 * 60_000));
      const [later] = await rig.walk(inputsOf(await discover(rig.ports, { startsMax: 10 })));
      return [(await sleeping)[0], later];
    });

    expect(first?.events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'failed' });
    expect(second?.events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
    expect(await recordOf(rig, account)).toMatchObject({ state: 'READY_FOR_KEYS', holder: { rollout: second?.id } });
  });

  test('is ended also where nothing is left to do', async () => {
    const { rig, account, dead } = await died();
    rig.world.organization.move(account, '');

    expect(await sweepOnce(rig)).toEqual([]);
    expect(await outcomeOf(rig, { id: dead })).toMatchObject({ kind: 'finished', outcome: 'failed' });
    expect((await recordOf(rig, account)).holder).toBeUndefined();
  });
});
