/** A lease that has expired by the clock is taken only from a rollout that nothing runs any more. */
import { prepareRollout } from '../../orchestrator/operations/start';
import type { Clock, Signs, UnguardedPorts } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readLease } from '../../orchestrator/records/leases';
import { readRollout } from '../../orchestrator/records/rollouts';
import { createEmbeddedEngine } from '../../orchestrator/runtime/embedded';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { functionName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { add, created, minutesOn, newAccountRollouts, outcomeOf, sweepOnce, tell } from '../operations/newcomers';
import { rolledOut } from '../operations/sweeping';
import { baseline, createRig, type Rig } from '../rig';

const minute = 60_000;

/** A rollout whose task hangs, so that its lease expires, and what the runtime says of it. */
async function hanging(isRunning: Awaited<ReturnType<Signs['isRunning']>>) {
  const asked: string[] = [];
  let hangs = true;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      if (name === functionName('OpenWave') && hangs) {
        hangs = false;
        await rig.world.clock.pause(300 * minute);
      }
      return invoke(input);
    },
    ports: () => ({
      signs: {
        end: async () => undefined,
        isRunning: async (id) => {
          asked.push(id);
          return isRunning;
        },
      },
    }),
  });
  const second = async (afterMinutes: number) => {
    await rig.world.clock.pause(afterMinutes * minute);
    return rig.begin({ by: person('kim') });
  };
  return { rig, asked, second };
}

test.each([
  ['yes', /but it is still being run$/],
  ['unknown', /only the deployed state machine knows whether it still runs: .*strongroom abort ro-/],
] as const)('is refused as busy if the sign is %s, with who and since when', async (sign, why) => {
  const { rig, second } = await hanging(sign);

  const [first, refused] = await rig.inTime(() => Promise.all([rig.begin(), second(120)]));

  const [because] = (await outcomeOf(rig, refused)).kind === 'finished' ? await reasons(rig, refused.id) : [];
  expect(because).toMatch(
    new RegExp(`^rollout ${first.id} has the lease, started by jo at 2026-\\S+; its lease expired`),
  );
  expect(because).toMatch(why);
  expect(first.events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
});

const reasons = async (rig: Rig, id: Parameters<typeof readRollout>[1]): Promise<readonly string[]> => {
  const { status } = (await readRollout(rig.ports, id)).value;
  return status.kind === 'finished' ? status.because : [];
};

test('is taken if nothing runs it', async () => {
  const { rig, asked, second } = await hanging('no');

  const [first, taker] = await rig.inTime(() => Promise.all([rig.begin(), second(120)]));

  expect(asked).toContain(first.id);
  expect(taker.events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(await outcomeOf(rig, first)).toMatchObject({
    outcome: 'failed',
    because: [expect.stringMatching(`^its lease expired at .* and rollout ${taker.id} took over$`)],
  });
});

test('a lease that was released is taken at once: nothing is asked', async () => {
  const { rig, asked } = await hanging('unknown');
  await rig.rollOut();

  const { events } = await rig.rollOut();

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(asked).toEqual([]);
});

test.each(['yes', 'unknown'] as const)('an account is not taken from its rollout if the sign is %s', async (sign) => {
  const rig = await rolledOut();
  const account = add(rig, 'Sandbox');
  await tell(rig, created(account));
  await minutesOn(rig, 61);
  jest.spyOn(rig.ports.signs, 'isRunning').mockResolvedValue(sign);

  const followed = await sweepOnce(rig);
  const { events } = await rig.rollOut();

  const [joining] = await newAccountRollouts(rig);
  expect(followed.filter((one) => one.account === account && one.kind === 'start')).toEqual([]);
  expect(joining?.status.kind).toBe('running');
  expect((await listAccounts(rig.ports)).find(({ value }) => value.id === account)?.value.holder?.rollout).toBe(
    joining?.id,
  );
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});

describe('two machines over one table', () => {
  /** What the second machine takes for the time. */
  const ahead = (clock: Clock, hours: number): Clock => ({
    ...clock,
    now: () => new Date(clock.now().getTime() + hours * 3_600_000),
    sleepUntil: (until, signal) => clock.sleepUntil(new Date(until.getTime() - hours * 3_600_000), signal),
  });

  /** The task hangs for three hours, during which the first machine is alive, or dead. */
  async function machines(first: 'alive' | 'dead') {
    const { world, desiredState } = await createRig({ accounts: 40 });
    const built = await baseline();
    let isDead = false;
    const mortal: Clock = {
      ...world.clock,
      pause: (milliseconds, signal) =>
        world.clock.pause(milliseconds, signal).then(() => (isDead ? new Promise(() => {}) : undefined)),
    };
    let hangs = true;
    const functions: typeof functionsOf = (ports) => ({
      ...functionsOf(ports),
      [functionName('OpenWave')]: async (input) => {
        if (hangs) {
          hangs = false;
          isDead = first === 'dead';
          await world.clock.pause(180 * minute);
        }
        return functionsOf(ports)[functionName('OpenWave')]?.(input);
      },
    });
    const start = async (ports: UnguardedPorts, by: string) => {
      const engine = createEmbeddedEngine(ports, { baseline: built, nudgeSeconds: [15], isShared: true, functions });
      const input = await prepareRollout(engine.ports, built, desiredState, { by: person(by) });
      return { id: input.rolloutId, end: engine.start(input) };
    };
    const work = async () => {
      const one = await start({ ...world, clock: mortal }, 'jo');
      await world.clock.pause(30 * minute);
      const two = await start({ ...world, clock: ahead(world.clock, 2) }, 'kim');
      await two.end;
      // A process that is dead never ends.
      if (first === 'alive') await one.end;
      return [one.id, two.id] as const;
    };
    const ids = await world.clock.run(work());
    const [one, two] = await Promise.all(ids.map(async (id) => (await readRollout(world, id)).value.status));
    return { world, ids, one, two };
  }

  test('a clock that is two hours ahead steals no rollout that a live process runs', async () => {
    const { one, two } = await machines('alive');

    expect(one).toMatchObject({ kind: 'finished', outcome: 'completed' });
    expect(two).toMatchObject({ outcome: 'aborted', because: [expect.stringMatching(/but it is still being run$/)] });
  });

  test('a process that has died is found dead', async () => {
    const { world, ids, one, two } = await machines('dead');

    expect(one).toMatchObject({ outcome: 'failed', because: [expect.stringMatching(/took over$/)] });
    expect(two).toMatchObject({ outcome: 'completed' });
    expect((await readLease(world))?.value).toMatchObject({ holder: ids[1], released: true });
  });
});
