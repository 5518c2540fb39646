/** Applies a scenario's faults to calls, to invocations of handlers, and to accounts and their stacks. */
import { errors } from '../../orchestrator/domain/errors';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import type { TaskName } from '../../orchestrator/tasks/table';
import { type CallFault, type Fault, failingCalls, type OutageKind, stormMinutes } from './faults';

type FaultOf<K extends Fault['kind']> = Extract<Fault, { readonly kind: K }>;

/** What will happen to one call. */
export interface CallFate {
  /** It fails without effect. */
  readonly before?: Error | undefined;
  /** It takes effect, and its caller gets an error. */
  readonly after?: Error | undefined;
  readonly doubled?: boolean | undefined;
  /** It takes effect only after so long. */
  readonly lateSeconds?: number | undefined;
}
const fair: CallFate = {};

export interface VisitFate {
  readonly crashes: readonly FaultOf<'crash'>[];
  readonly zombies: readonly FaultOf<'zombie'>[];
  readonly twice: boolean;
}

export interface Weather {
  readonly isOver: () => boolean;
  /**
   * @param target what the call is about: retries of the same call are counted together.
   * @param isWorn the caller's task has failed so often already that only a long fault may fail it again.
   */
  readonly call: (api: string, target: string, isWorn: boolean) => CallFate;
  /** For the engine's own calls to the store. */
  readonly engineCall: (isLaptop: boolean) => Error | undefined;
  /** For the next invocation of a task. An invocation that is repeated after a crash is a new one. */
  readonly visit: (task: TaskName) => VisitFate;
  readonly event: () => FaultOf<'event'> | undefined;
  readonly operation: () => { readonly stopAfterSeconds?: number };
  /** Part of the account is hidden from visitors. */
  readonly isBlind: (account: string) => boolean;
  /** How far the clock of the next process is off, in milliseconds. */
  readonly clockOff: () => number;
}

/** Retries inside a handler survive this many failures in a row of the same call. */
const inRowMax = 5;

export function createWeather(world: SimulatedWorld, faults: readonly Fault[]): Weather {
  const startMs = world.clock.nowMs();
  const counters = new Map<string, number>();
  const inRow = new Map<string, number>();
  const of = <K extends Fault['kind']>(kind: K): readonly FaultOf<K>[] =>
    faults.filter((fault): fault is FaultOf<K> => fault.kind === kind);
  const minutes = (): number => (world.clock.nowMs() - startMs) / 60_000;
  const isOver = (): boolean => minutes() >= stormMinutes;
  const isIn: IsIn = ({ from, until }) => minutes() >= from && minutes() < until;
  const next = (key: string): number => {
    const count = (counters.get(key) ?? 0) + 1;
    counters.set(key, count);
    return count;
  };
  const [crashes, zombies, twices, strays, stops, blindness, skews, engineFaults] = [
    of('crash'),
    of('zombie'),
    of('deliveredTwice'),
    of('event'),
    of('stoppedFromOutside'),
    of('unreadable'),
    of('skewed'),
    of('engineStore'),
  ];
  const ids = [...world.organization.accounts.keys()];
  const isAbout: IsAbout = (resident, account) => ids[resident] === account;
  const isBlind = (account: string): boolean => blindness.some((f) => isAbout(f.resident, account) && isIn(f));
  const outage = outageIn(of, isIn);
  const short = shortFaults(of);

  afflict(world, of, isAbout, isIn);
  world.faults.distort = (facts) => {
    if (!isBlind(facts.account)) return facts;
    const unseen = { kind: 'unreadable', why: 'AccessDenied by weather' } as const;
    return { ...facts, identity: unseen, ciRole: unseen };
  };

  return {
    isOver,
    isBlind,
    clockOff: () => {
      const process = next('process');
      if (isOver()) return 0;
      return 1000 * skews.filter((f) => f.process === process).reduce((sum, { seconds }) => sum + seconds, 0);
    },
    call: (api, target, isWorn) => {
      if (isOver()) return fair;
      const nth = next(api);
      const long = outage(api) ?? short.long(api, nth);
      if (long !== undefined) return { before: long };
      const fate = short.fate(api, nth);
      if (fate === undefined) {
        inRow.delete(`${api} ${target}`);
        return fair;
      }
      if (fate.before === undefined && fate.after === undefined) return fate;
      const failures = (inRow.get(`${api} ${target}`) ?? 0) + 1;
      if (isWorn || failures > inRowMax) return fair;
      inRow.set(`${api} ${target}`, failures);
      return fate;
    },
    engineCall: (isLaptop) => {
      if (isOver() || !isLaptop) return undefined;
      const nth = next('engine');
      return (
        outage('engine.store') ?? (engineFaults.some((f) => covers(f, nth)) ? errors.throttled('the table') : undefined)
      );
    },
    visit: (task) => {
      const visit = next(`visit ${task}`);
      if (isOver()) return { crashes: [], zombies: [], twice: false };
      return {
        crashes: crashes.filter((f) => f.task === task && visit >= f.visit && visit < f.visit + f.times),
        zombies: zombies.filter((f) => f.task === task && visit === f.visit),
        twice: twices.some((f) => f.task === task && visit === f.visit),
      };
    },
    event: () => {
      const nth = next('event');
      return isOver() ? undefined : strays.find((f) => f.nth === nth);
    },
    operation: () => {
      const nth = next('operation');
      const stop = isOver() ? undefined : stops.find((f) => f.nth === nth);
      return stop === undefined ? {} : { stopAfterSeconds: stop.afterSeconds };
    },
  };
}

type Of = <K extends Fault['kind']>(kind: K) => readonly FaultOf<K>[];
type IsIn = (spell: { readonly from: number; readonly until: number }) => boolean;
type IsAbout = (resident: number, account: string) => boolean;

const covers = ({ nth, times }: { readonly nth: number; readonly times: number }, call: number): boolean =>
  call >= nth && call < nth + times;

/** Faults of single calls. `fate` is what retries survive, `long` is not. */
function shortFaults(of: Of) {
  const [throttles, longThrottles, losses, doubles, callbacks] = [
    of('throttled'),
    of('throttledLong'),
    of('answerLost'),
    of('callDoubled'),
    of('callback'),
  ];
  const kinds = Object.keys(failingCalls) as CallFault['kind'][];
  const failing = kinds.flatMap((kind) => of(kind) as readonly CallFault[]);
  const ailing = (api: string, nth: number): CallFate | undefined => {
    const fault = failing.find((f) => f.api === api && covers(f, nth));
    switch (fault?.how) {
      case undefined:
        return undefined;
      case 'throttled':
        return { before: errors.throttled(api) };
      case 'unavailable':
        return { before: errors.awsUnavailable(api, 'HTTP 503') };
      case 'lost':
        return { after: lost(api) };
      case 'garbled':
        return { after: errors.awsUnavailable(api, 'the answer cannot be read') };
    }
  };
  const woken = (nth: number): CallFate | undefined => {
    const fault = callbacks.find((f) => f.nth === nth);
    switch (fault?.fate) {
      case undefined:
        return undefined;
      case 'refused':
        return { before: errors.awsUnavailable('callbacks.succeed', 'HTTP 503') };
      case 'lost':
        return { after: lost('callbacks.succeed') };
      case 'late':
        return { lateSeconds: fault.seconds };
      case 'twice':
        return { doubled: true };
    }
  };
  return {
    long: (api: string, nth: number): Error | undefined =>
      longThrottles.some((f) => f.api === api && covers(f, nth)) ? errors.throttled(api) : undefined,
    fate: (api: string, nth: number): CallFate | undefined => {
      if (api === 'callbacks.succeed') return woken(nth);
      if (throttles.some((f) => f.api === api && covers(f, nth))) return { before: errors.throttled(api) };
      const ill = ailing(api, nth);
      const doubled = doubles.some((f) => f.api === api && nth === f.nth);
      const after = losses.some((f) => f.api === api && nth === f.nth) ? lost(api) : undefined;
      return ill ?? (doubled || after ? { doubled, after } : undefined);
    },
  };
}

const failures: Readonly<Record<OutageKind, (api: string) => Error | undefined>> = {
  refused: (api) => errors.endpointDown(api, 'ECONNREFUSED'),
  dns: (api) => errors.endpointDown(api, 'ENOTFOUND'),
  expired: () => errors.noCredentials('ExpiredToken: the security token included in the request is expired'),
  stsThrottled: (api) => (api.startsWith('accounts.') ? errors.throttled('sts:AssumeRole') : undefined),
};

/** Why no call of this kind gets through now. */
function outageIn(of: Of, isIn: IsIn): (api: string) => Error | undefined {
  const [ours, theirs] = [of('outage'), of('awsOutage')];
  const isNow = ({ at, minutes }: { readonly at: number; readonly minutes: number }): boolean =>
    isIn({ from: at, until: at + minutes });
  return (api) => {
    const port = api.slice(0, api.indexOf('.'));
    // What a process keeps on its own disk is within its reach.
    const isNear = port === 'store' || port === 'artifacts' || port === 'engine' || port === 'callbacks';
    const own = ours.find((f) => isNow(f) && (f.store || !isNear));
    const served = port === 'engine' || port === 'callbacks' ? 'store' : port;
    return (
      (own && failures[own.how](api)) ??
      (theirs.some((f) => isNow(f) && f.port === served) ? errors.awsUnavailable(api, 'HTTP 503') : undefined)
    );
  };
}

/** Faults that use the hooks of the simulated world and last for a while. */
function afflict({ faults }: SimulatedWorld, of: Of, isAbout: IsAbout, isIn: IsIn): void {
  const [failures, slow, delays, noRoles, closures] = [
    of('instanceFails'),
    of('slowAws'),
    of('instanceSticks'),
    of('noRole'),
    of('regionClosed'),
  ];
  faults.failInstance = ({ account }) =>
    failures.some((f) => isAbout(f.resident, account) && isIn(f)) ? 'Resource handler returned: by weather' : undefined;
  faults.slowness = (account) => (slow.some((f) => isAbout(f.resident, account) && isIn(f)) ? 10 : 1);
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
const lost = (api: string): Error => errors.awsUnavailable(api, 'the answer was lost');
