import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenInput } from '../../orchestrator/domain/model/execution-input';
import { onStackSetEvent } from '../../orchestrator/events/on-stack-set';
import { parseStackSetEvent } from '../../orchestrator/events/stack-set-event';
import { awaitStage } from '../../orchestrator/handlers/await-stage';
import { operationEnded, type UnguardedPorts } from '../../orchestrator/ports/ports';
import { stackSetEvent } from '../../orchestrator/simulated/stack-set-event';
import { createRig, eventsOf, type Rig, type RigOptions, type Walked } from '../rig';

const samples: readonly { readonly what: string; readonly event: unknown; readonly heard?: object }[] = JSON.parse(
  readFileSync(join(__dirname, '..', 'scenarios', 'events', 'stack-set-events.json'), 'utf8'),
);

test.each(samples)('$what is read for the end of an operation, and for nothing else', ({ event, heard }) => {
  expect(parseStackSetEvent(event)).toEqual(heard);
});

const second = 1000;
const minute = 60 * second;
const pollInterval = 15 * minute;

interface Waits {
  readonly rig: Rig;
  readonly ran: Walked;
  /** From the end of each stage's last operation to the turn that judges it, in milliseconds. */
  readonly gaps: readonly number[];
}

/** Canary and sandbox: every stage of slow start, in time that passes at will. */
async function waitedThrough(how: (rig: () => Rig) => RigOptions = () => ({})): Promise<Waits> {
  const gaps = new Map<string, number>();
  let endedAt = 0;
  const { around = (invoke) => invoke, ...options } = how(() => rig);
  const rig: Rig = await createRig({
    accounts: 40,
    ...options,
    around: (invoke, name) => async (input) => {
      const key = JSON.stringify(input);
      // Asked again, since results lag, it was acted on all the same.
      if (name === 'strongroom-JudgeStage' && !gaps.has(key)) gaps.set(key, rig.world.clock.nowMs() - endedAt);
      return around(invoke, name)(input);
    },
  });
  // Each instance asks this when it ends, so the last one to ask is the end of its stage's operations.
  rig.world.faults.failInstance = () => {
    endedAt = rig.world.clock.nowMs();
    return undefined;
  };
  const ran = await rig.rollOut({ waves: rig.desiredState.waves.slice(0, 2).map(({ name }) => name) });
  return { rig, ran, gaps: [...gaps.values()] };
}

const later =
  (...delays: readonly number[]): NonNullable<RigOptions['events']> =>
  ({ clock }, hear) => {
    let heard = 0;
    return (event) => {
      const delay = delays[heard++ % delays.length] ?? 0;
      clock.at(clock.nowMs() + delay, () => hear(event));
    };
  };
const outcomeOf = ({ ran, rig }: Waits) => ({
  last: ran.events.at(-1),
  landed: eventsOf(ran.events, 'stageLanded').map(({ at: _at, rolloutId: _id, ...landed }) => landed),
  stacks: [...rig.world.organization.accounts.keys()].map((id) => rig.world.contents.stacks(id).length),
});
const withoutTime = (outcome: ReturnType<typeof outcomeOf>) => ({
  ...outcome,
  last: { ...outcome.last, at: '', rolloutId: '' },
});

describe('the end of an operation is acted on', () => {
  const heard = waitedThrough();

  test('within 5 seconds when its event arrives', async () => {
    const { gaps } = await heard;

    expect(gaps.length).toBeGreaterThan(4);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * second);
  });

  test('within one poll interval when every event is lost', async () => {
    const lost = await waitedThrough(() => ({ events: () => () => {} }));

    expect(Math.max(...lost.gaps)).toBeGreaterThan(5 * second);
    // The poll itself asks for the status of each operation, at some hundred milliseconds a call.
    expect(Math.max(...lost.gaps)).toBeLessThanOrEqual(pollInterval + 5 * second);
    expect(withoutTime(outcomeOf(lost))).toEqual(withoutTime(outcomeOf(await heard)));
  });

  test.each([
    {
      how: 'doubled',
      events: (_world: unknown, hear: (event: unknown) => void) => (event: unknown) => {
        hear(event);
        hear(event);
      },
    },
    { how: 'late, some by more than a poll interval', events: later(20 * minute, minute, 0) },
    { how: 'out of order', events: later(90 * second, 45 * second, 0) },
  ])('to the same end when events come $how', async ({ events }) => {
    const disturbed = await waitedThrough(() => ({ events }));

    expect(withoutTime(outcomeOf(disturbed))).toEqual(withoutTime(outcomeOf(await heard)));
  });

  test('at once when its event comes between the look at the operation and the answer to it', async () => {
    let isFirst = true;
    const { gaps } = await waitedThrough((rig) => ({
      events: () => () => {},
      around: (invoke, name) => async (input) => {
        if (name !== 'strongroom-AwaitStage' || !isFirst) return invoke(input);
        isFirst = false;
        return awaitStage(lookingBeforeTheEnd(rig().ports))(input as TokenInput);
      },
    }));

    expect(gaps[0]).toBeLessThanOrEqual(5 * second);
  });
});

/** Sees operations under way, and by the time it has seen that, they have ended and their events were delivered. */
function lookingBeforeTheEnd(real: UnguardedPorts): UnguardedPorts {
  const status: UnguardedPorts['stackSets']['status'] = async (stackSet, operationId) => {
    const { clock, stackSets } = real;
    while (!operationEnded(await stackSets.status(stackSet, operationId)))
      await clock.sleepUntil(new Date(clock.now().getTime() + 100));
    await onStackSetEvent(real)(stackSetEvent(stackSet, operationId));
    return 'RUNNING';
  };
  return { ...real, stackSets: { ...real.stackSets, status } };
}

test.each([
  { what: 'that nobody started', stackSet: 'strongroom-canary-alerts', operationId: 'by-hand' },
  { what: 'on a set of somebody else', stackSet: 'theirs', operationId: '1' },
])('an event of an operation $what wakes nobody', async ({ stackSet, operationId }) => {
  const rig = await createRig({ accounts: 40 });

  const isWaitedFor = await onStackSetEvent(rig.ports)(stackSetEvent(stackSet, operationId));

  expect(isWaitedFor).toBe(false);
});

test('an event finds its rollout without asking who holds the organization: several rollouts may wait', async () => {
  const { ran, gaps } = await waitedThrough((rig) => ({
    events: () => (event) => void onStackSetEvent(withoutLease(rig().ports))(event),
  }));

  expect(ran.events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * second);
});

const withoutLease = (ports: UnguardedPorts): UnguardedPorts => ({
  ...ports,
  store: { ...ports.store, get: async (key) => (key.pk === 'organization' ? undefined : ports.store.get(key)) },
});
