/** A holder that is paused for longer than its lease: another takes over, the first wakes up, and nothing of it has any effect. */

import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { readRollout, writeRollout } from '../../orchestrator/records/rollouts';
import { endSilent } from '../../orchestrator/rollout/takeover';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { createRig, type Rig, type RigOptions, type Walked } from '../rig';

const minute = 60_000;
const inMinutes = ({ world }: Rig, minutes: number): Date => new Date(world.clock.nowMs() + minutes * minute);

interface Met {
  readonly rig: Rig;
  readonly first: Walked;
  readonly second: Walked;
  /** Every effect outside the store, by the rollout that had it. */
  readonly effects: readonly { readonly by: string; readonly at: number; readonly what: string }[];
  readonly wokeAt: number;
}

interface Pause {
  /** Stops the first time that it is asked, until the second rollout is well under way. */
  readonly here: () => Promise<void>;
}

/** The first rollout pauses where `how` says; the second starts two hours later, and is at work when the first wakes up. */
async function met(how: (pause: Pause) => Pick<RigOptions, 'around' | 'ports'>): Promise<Met> {
  const effects: { by: string; at: number; what: string }[] = [];
  let isPaused = false;
  let wokeAt = 0;
  const pause: Pause = {
    here: async () => {
      if (isPaused) return;
      isPaused = true;
      await rig.world.clock.sleepUntil(inMinutes(rig, 125));
      wokeAt = rig.world.clock.nowMs();
    },
  };
  const { around, ports = () => ({}) } = how(pause);
  const rig: Rig = await createRig({
    accounts: 40,
    ...(around && { around }),
    ports: (world) => {
      const given = { ...world, ...ports(world) };
      return { ...ports(world), ...noting(given, (by, what) => effects.push({ by, what, at: world.clock.nowMs() })) };
    },
  });
  const wave = rig.desiredState.waves[0]?.name;
  if (wave === undefined) throw new Error('there is no wave');
  const [first, second] = await rig.inTime(() =>
    Promise.all([
      rig.begin({ waves: [wave] }),
      (async () => {
        while (!isPaused) await rig.world.clock.sleepUntil(inMinutes(rig, 1));
        await rig.world.clock.sleepUntil(inMinutes(rig, 120));
        return rig.begin({ waves: [wave], by: person('kim') });
      })(),
    ]),
  );
  return { rig, first, second, effects, wokeAt };
}

/** Who has an effect is in the operation's id, and in the visit. */
function noting(ports: UnguardedPorts, note: (by: string, what: string) => void): Partial<UnguardedPorts> {
  const { accounts, stackSets } = ports;
  return {
    accounts: {
      ...accounts,
      preflight: (visit, lookups) => {
        note(visit.rollout, 'preflight');
        return accounts.preflight(visit, lookups);
      },
      applySettings: (visit, desired, regions) => {
        note(visit.rollout, 'settings');
        return accounts.applySettings(visit, desired, regions);
      },
      collectFacts: (visit, wanted) => {
        note(visit.rollout, 'facts');
        return accounts.collectFacts(visit, wanted);
      },
    },
    stackSets: {
      ...stackSets,
      start: (request) => {
        note(request.operationId.slice(0, 'ro-20261122-090000-k3f9'.length), `start ${request.operationId}`);
        return stackSets.start(request);
      },
    },
  };
}

async function expectRefused({ rig, first, second, effects, wokeAt }: Met): Promise<void> {
  const late = effects.filter(({ by, at }) => by === first.id && at >= wokeAt);
  const record = (await readRollout(rig.ports, first.id)).value;
  const because = [expect.stringMatching(new RegExp(`^its lease expired at .* and rollout ${second.id} took over$`))];
  expect(wokeAt).toBeGreaterThan(0);
  expect(late.map(({ what }) => what)).toEqual([]);
  expect(record.status).toMatchObject({ kind: 'finished', outcome: 'failed', because });
  expect(first.events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'failed' });
  expect(second.events.at(-1)).toMatchObject({ outcome: 'completed' });
  const holders = (await listAccounts(rig.ports)).flatMap(({ value }) => value.holder ?? []);
  expect(new Set(holders.map(({ rollout }) => rollout))).toEqual(new Set([second.id]));
  expect(holders.every(({ fencingToken }) => fencingToken === 2)).toBe(true);
}

const tasks: readonly TaskName[] = [
  'OpenWave',
  'PreflightShard',
  'JudgePreflight',
  'DeployStage',
  'AwaitStage',
  'JudgeStage',
  'SettingsShard',
  'HealthShard',
  'JudgeWave',
];

test.each(tasks)('paused before %s, it is refused before any effect', async (task) => {
  await expectRefused(
    await met(({ here }) => ({
      around: (invoke, name) => async (input) => {
        if (name === functionName(task)) await here();
        return invoke(input);
      },
    })),
  );
});

describe('paused in the middle of a handler, it is refused before the next effect', () => {
  test('between looking at the rollout and at the accounts of a shard', async () => {
    let isInShard = false;
    await expectRefused(
      await met(({ here }) => ({
        around: (invoke, name) => async (input) => {
          isInShard ||= name === functionName('PreflightShard');
          return invoke(input);
        },
        ports: ({ store }: SimulatedWorld) => ({
          store: {
            ...store,
            getMany: async (keys) => {
              if (isInShard) await here();
              return store.getMany(keys);
            },
          },
        }),
      })),
    );
  });

  test('between two operations of a stage', async () => {
    await expectRefused(
      await met(({ here }) => ({
        ports: ({ stackSets }: SimulatedWorld) => ({
          stackSets: {
            ...stackSets,
            start: async (request) => {
              const id = await stackSets.start(request);
              await here();
              return id;
            },
          },
        }),
      })),
    );
  });

  test('between reading the settings of an account and changing them', async () => {
    await expectRefused(
      await met(({ here }) => ({
        ports: ({ accounts }: SimulatedWorld) => ({
          accounts: {
            ...accounts,
            readSettings: async (visit, desired, regions) => {
              const found = await accounts.readSettings(visit, desired, regions);
              await here();
              return found;
            },
          },
        }),
      })),
    );
  });

  test('between looking into an account and recording what was seen', async () => {
    await expectRefused(
      await met(({ here }) => ({
        ports: ({ accounts }: SimulatedWorld) => ({
          accounts: {
            ...accounts,
            collectFacts: async (visit, wanted) => {
              const found = await accounts.collectFacts(visit, wanted);
              await here();
              return found;
            },
          },
        }),
      })),
    );
  });
});

describe('taking over', () => {
  const silence = { kind: 'silent', because: 'its lease expired', successor: 'ro-another-one' } as const;

  /** A rollout that has opened its first wave and is not heard of any more. */
  async function silent() {
    const rig = await createRig({ accounts: 40 });
    rig.world.faults.disablesAlerts = () => true;
    const { id } = await rig.rollOut();
    const { value, version } = await readRollout(rig.ports, id);
    return { rig, id, value, version };
  }

  test('is refused by the version if the holder has woken up in between', async () => {
    const { rig, id, value, version } = await silent();
    const seen = await readRollout(rig.ports, id);
    await writeRollout(guard(rig.ports, byVersion), value, version);

    const late = rig.inTime(() => endSilent(rig.ports, seen, silence, rig.world.clock.now()));

    await expect(late).rejects.toMatchObject({ code: 'StaleWrite' });
  });

  test('leaves no gap in the log of a holder that died between its events and its record', async () => {
    const { rig, id, value } = await silent();
    await rig.ports.store.put(
      { pk: `rollout#${id}#events`, sk: String(value.events).padStart(8, '0') },
      { type: 'organizationListed', accounts: 1, at: value.startedAt, rolloutId: id },
      0,
    );

    await rig.inTime(async () =>
      endSilent(rig.ports, await readRollout(rig.ports, id), silence, rig.world.clock.now()),
    );

    const events = await readEvents(rig.ports, id, -1);
    expect(events.length).toBe((await readRollout(rig.ports, id)).value.events);
    expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'held' });
  });

  test('stops what the former holder has begun', async () => {
    const stopped: string[] = [];
    const starts: string[] = [];
    const { first } = await met(({ here }) => ({
      around: (invoke, name) => async (input) => {
        if (name === functionName('AwaitStage')) await here();
        return invoke(input);
      },
      ports: ({ stackSets }) => ({
        stackSets: {
          ...stackSets,
          start: async (request) => {
            starts.push(request.operationId);
            return stackSets.start(request);
          },
          stop: async (name, id) => {
            stopped.push(id);
            await stackSets.stop(name, id);
          },
        },
      }),
    }));

    expect(stopped.length).toBeGreaterThan(0);
    expect(stopped).toEqual(starts.filter((id) => id.startsWith(first.id)));
  });
});
