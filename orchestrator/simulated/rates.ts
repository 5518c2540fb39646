import { errors } from '../domain/errors';
import type { Calls } from './calls';
import type { Random } from './random';
import type { VirtualClock } from './virtual-clock';

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Documented request rates per calling account [doc:organizations/orgs_reference_limits],
 * [doc:IAM/reference_iam-quotas]. STS charges the caller: AssumeRole comes from one account, the identity check
 * from each member. The rates of StackSet calls are not documented, so only weather slows them.
 */
const documentedRates: Readonly<Record<string, Rate>> = {
  'organizations:DescribeOrganization': { perSecond: 1, burst: 2 },
  'organizations:ListRoots': { perSecond: 1, burst: 2 },
  'organizations:ListAccounts': { perSecond: 8, burst: 12 },
  'organizations:ListOrganizationalUnitsForParent': { perSecond: 5, burst: 8 },
  'sts:AssumeRole': { perSecond: 600, burst: 600 },
};

/** How unreliable AWS is; every value is a probability. */
export interface Weather {
  /** A call is throttled although it keeps its rate: other callers use the API too. */
  readonly throttled: number;
  /** The event that an operation has ended does not arrive. */
  readonly eventLost: number;
  /** It arrives twice: EventBridge delivers at least once. */
  readonly eventTwice: number;
}
export const calm: Weather = { throttled: 0, eventLost: 0, eventTwice: 0 };
/** An ordinary day. */
export const drizzle: Weather = { throttled: 0.002, eventLost: 0.02, eventTwice: 0.05 };

export interface Rates {
  /** One call that fails with Throttled when its bucket is empty or the weather decides so. */
  readonly take: (api: string) => void;
  /** One call of a client that paces itself: it waits for a token, and retries when throttled. */
  readonly paced: (api: string) => Promise<void>;
  /** Lets the time of `calls` sequential calls pass. */
  readonly latency: (calls: number) => Promise<void>;
}

/** Round trip of one call, in milliseconds. */
const usualLatencyMs = { least: 80, most: 150 };
const pacedRetryMs = 1000;

export function createRates(world: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly calls: Calls;
  readonly weather: Weather;
  readonly latencyMs?: { readonly least: number; readonly most: number } | undefined;
}): Rates {
  const { clock, random, calls, weather, latencyMs = usualLatencyMs } = world;
  const buckets = new Map<string, { tokens: number; filledAtMs: number }>();

  /** Milliseconds until the bucket has a token; 0 if one was taken. */
  const waitFor = (api: string): number => {
    const rate = documentedRates[api];
    if (rate === undefined) return 0;
    const nowMs = clock.nowMs();
    const bucket = buckets.get(api) ?? { tokens: rate.burst, filledAtMs: nowMs };
    const tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.filledAtMs) * rate.perSecond) / 1000);
    const free = tokens >= 1;
    buckets.set(api, { tokens: free ? tokens - 1 : tokens, filledAtMs: nowMs });
    return free ? 0 : Math.ceil(((1 - tokens) * 1000) / rate.perSecond);
  };
  const wait = (ms: number) => clock.sleepUntil(new Date(clock.nowMs() + ms));
  const rained = (): boolean => weather.throttled > 0 && random.next() < weather.throttled;

  return {
    take: (api) => {
      calls.count(api);
      if (waitFor(api) > 0 || rained()) throw errors.throttled(api);
    },
    paced: async (api) => {
      for (;;) {
        for (let ms = waitFor(api); ms > 0; ms = waitFor(api)) await wait(ms);
        calls.count(api);
        if (!rained()) return;
        await wait(pacedRetryMs);
      }
    },
    latency: (count) => {
      const { least, most } = latencyMs;
      return wait(Math.ceil(count * (least + (most - least) * random.next())));
    },
  };
}
