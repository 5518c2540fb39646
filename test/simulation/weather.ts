/** Applies a scenario's faults to calls, to invocations of handlers, and to accounts and their stacks. */
import { errors } from '../../orchestrator/domain/errors';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import type { TaskName } from '../../orchestrator/tasks/table';
import { type Fault, stormMinutes } from './faults';

type FaultOf<K extends Fault['kind']> = Extract<Fault, { readonly kind: K }>;

/** What will happen to one call. */
export interface CallFate {
  readonly throttled: boolean;
  readonly doubled: boolean;
  readonly answerLost: boolean;
}
const fair: CallFate = { throttled: false, doubled: false, answerLost: false };

export interface VisitFate {
  readonly crashes: readonly FaultOf<'crash'>[];
  readonly zombies: readonly FaultOf<'zombie'>[];
  readonly twice: boolean;
}

export interface Weather {
  readonly isOver: () => boolean;
  readonly call: (api: string) => CallFate;
  /** For the next invocation of a task. An invocation that is repeated after a crash is a new one. */
  readonly visit: (task: TaskName) => VisitFate;
  readonly event: () => FaultOf<'event'> | undefined;
  readonly operation: () => { readonly stopAfterSeconds?: number };
  /** Part of the account is hidden from visitors. */
  readonly isBlind: (account: string) => boolean;
}

export function createWeather(world: SimulatedWorld, faults: readonly Fault[]): Weather {
  const startMs = world.clock.nowMs();
  const calls = new Map<string, number>();
  const visits = new Map<string, number>();
  let events = 0;
  let operations = 0;
  const of = <K extends Fault['kind']>(kind: K): readonly FaultOf<K>[] =>
    faults.filter((fault): fault is FaultOf<K> => fault.kind === kind);
  const minutes = (): number => (world.clock.nowMs() - startMs) / 60_000;
  const isOver = (): boolean => minutes() >= stormMinutes;
  const isIn = ({ from, until }: { readonly from: number; readonly until: number }): boolean =>
    minutes() >= from && minutes() < until;
  const next = (counters: Map<string, number>, key: string): number => {
    const count = (counters.get(key) ?? 0) + 1;
    counters.set(key, count);
    return count;
  };
  const [throttles, losses, doubles, crashes, zombies, twices, strays, stops, blindness] = [
    of('throttled'),
    of('answerLost'),
    of('callDoubled'),
    of('crash'),
    of('zombie'),
    of('deliveredTwice'),
    of('event'),
    of('stoppedFromOutside'),
    of('unreadable'),
  ];
  const ids = [...world.organization.accounts.keys()];
  const isAbout = (resident: number, account: string): boolean => ids[resident] === account;
  const isBlind = (account: string): boolean => blindness.some((f) => isAbout(f.resident, account) && isIn(f));

  afflict(world, of, isAbout, isIn);
  world.faults.distort = (facts) => {
    if (!isBlind(facts.account)) return facts;
    const unseen = { kind: 'unreadable', why: 'AccessDenied by weather' } as const;
    return { ...facts, identity: unseen, ciRole: unseen };
  };

  return {
    isOver,
    isBlind,
    call: (api) => {
      if (isOver()) return fair;
      const nth = next(calls, api);
      const throttled = throttles.some((f) => f.api === api && nth >= f.nth && nth < f.nth + f.times);
      const doubled = doubles.some((f) => f.api === api && nth === f.nth);
      const answerLost = losses.some((f) => f.api === api && nth === f.nth);
      return throttled || doubled || answerLost ? { throttled, doubled, answerLost } : fair;
    },
    visit: (task) => {
      const visit = next(visits, task);
      if (isOver()) return { crashes: [], zombies: [], twice: false };
      return {
        crashes: crashes.filter((f) => f.task === task && visit >= f.visit && visit < f.visit + f.times),
        zombies: zombies.filter((f) => f.task === task && visit === f.visit),
        twice: twices.some((f) => f.task === task && visit === f.visit),
      };
    },
    event: () => {
      const nth = ++events;
      return isOver() ? undefined : strays.find((f) => f.nth === nth);
    },
    operation: () => {
      const nth = ++operations;
      const stop = isOver() ? undefined : stops.find((f) => f.nth === nth);
      return stop === undefined ? {} : { stopAfterSeconds: stop.afterSeconds };
    },
  };
}

/** Faults that use the hooks of the simulated world and last for a while. */
function afflict(
  { faults }: SimulatedWorld,
  of: <K extends Fault['kind']>(kind: K) => readonly FaultOf<K>[],
  isAbout: (resident: number, account: string) => boolean,
  isIn: (spell: { readonly from: number; readonly until: number }) => boolean,
): void {
  const [failures, delays, noRoles, closures] = [
    of('instanceFails'),
    of('instanceSticks'),
    of('noRole'),
    of('regionClosed'),
  ];
  faults.failInstance = ({ account }) =>
    failures.some((f) => isAbout(f.resident, account) && isIn(f)) ? 'Resource handler returned: by weather' : undefined;
  faults.delaySeconds = ({ account }) =>
    (delays.find((f) => isAbout(f.resident, account) && isIn({ from: 0, until: f.until }))?.minutes ?? 0) * 60;
  faults.cannotEnter = (account) =>
    noRoles.some((f) => isAbout(f.resident, account) && isIn(f)) ? 'AccessDenied by weather' : undefined;
  faults.unusableRegion = (account, region) =>
    region !== 'us-east-1' && closures.some((f) => isAbout(f.resident, account) && isIn(f))
      ? 'the region is closed by weather'
      : undefined;
}

/** As Lambda reports a function that died [doc:lambda/invocation-retries]. */
export function died(task: string): Error {
  const error = new Error(`${task} exited without an answer`);
  error.name = 'Runtime.ExitError';
  return error;
}
export const lost = (api: string): Error => errors.awsUnavailable(api, 'the answer was lost');
