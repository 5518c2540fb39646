/**
 * One StackSet operation, as CloudFormation runs it: several accounts at a time in each region, until it is done, stopped, or more
 * accounts have failed in a region than the tolerance allows [aws-behavior 2.3].
 */
import type { AccountId, Region } from '../domain/model/brand';
import {
  type InstanceOutcome,
  type InstanceResult,
  type OperationRequest,
  type OperationStatus,
  operationEnded,
} from '../ports/ports';
import { createHeap } from './heap';
import type { VirtualClock } from './virtual-clock';

/** What happens to one instance when it starts and when it ends. */
export interface InstanceWork {
  /** Seconds until it is done; undefined skips the account, which is no failure. */
  readonly begin: (account: AccountId, region: Region) => number | undefined;
  /** Why it failed; undefined if it did not. */
  readonly finish: (account: AccountId, region: Region) => string | undefined;
  /** It never starts there. */
  readonly cancel?: (account: AccountId, region: Region, reason: string) => void;
}

/** What an operation does: the request, drift detection over all instances, or the removal of an instance with or without its stack. */
export type Order = Omit<OperationRequest, 'kind'> & {
  readonly kind: OperationRequest['kind'] | 'detectDrift' | 'delete' | 'retain';
};

export interface Operation {
  readonly request: Order;
  readonly status: () => OperationStatus;
  readonly run: (work: InstanceWork, ended: () => void) => void;
  readonly stop: () => void;
  /** Results as of a given time: what an eventually consistent list shows. */
  readonly resultsAt: (ms: number) => readonly InstanceResult[];
  readonly touches: (account: AccountId, region: Region) => boolean;
}

interface Instance {
  readonly account: AccountId;
  readonly lane: Lane;
  startedAtMs: number;
  endedAtMs: number;
  outcome: InstanceOutcome;
  reason: string;
}

/** The work in one region. Regions run in parallel; a stage that needs one region first sends it alone. */
interface Lane {
  readonly region: Region;
  readonly instances: Instance[];
  next: number;
  running: number;
  failed: number;
}

export function createOperation(clock: VirtualClock, request: Order): Operation {
  const lanes = request.regions.map((region) => laneOf(region, request.accounts));
  const running = createHeap<Instance>((a, b) => a.endedAtMs < b.endedAtMs);
  const accounts = new Set(request.accounts);
  let status: OperationStatus = 'QUEUED';

  const fill = (lane: Lane, work: InstanceWork): void => {
    while (lane.running < roomIn(lane, request)) {
      const instance = lane.instances[lane.next];
      if (instance === undefined) return;
      lane.next++;
      const seconds = work.begin(instance.account, lane.region);
      instance.startedAtMs = clock.nowMs();
      if (seconds === undefined) {
        Object.assign(instance, { outcome: 'SKIPPED', endedAtMs: clock.nowMs() });
        continue;
      }
      Object.assign(instance, { outcome: 'RUNNING', endedAtMs: clock.nowMs() + seconds * 1000 });
      lane.running++;
      running.push(instance);
    }
  };
  const finish = (instance: Instance, work: InstanceWork): void => {
    const { lane } = instance;
    const reason = work.finish(instance.account, lane.region);
    Object.assign(instance, { outcome: reason === undefined ? 'SUCCEEDED' : 'FAILED', reason: reason ?? '' });
    lane.running--;
    if (reason !== undefined && ++lane.failed > request.failureTolerance)
      cancelRest(lane, 'Cancelled since failure tolerance has exceeded', clock.nowMs());
  };
  /** Instances end on whole seconds, so that many share one timer. */
  const step = (work: InstanceWork, ended: () => void): void => {
    for (let first = running.peek(); first !== undefined && first.endedAtMs <= clock.nowMs(); first = running.peek()) {
      running.pop();
      finish(first, work);
    }
    for (const lane of lanes) fill(lane, work);
    const next = running.peek();
    if (next !== undefined) {
      clock.at(next.endedAtMs, () => step(work, ended));
      return;
    }
    status =
      status === 'STOPPING'
        ? 'STOPPED'
        : lanes.some((l) => l.failed > request.failureTolerance)
          ? 'FAILED'
          : 'SUCCEEDED';
    ended();
  };

  return {
    request,
    status: () => status,
    run: (work, ended) => {
      if (status !== 'QUEUED') return;
      status = 'RUNNING';
      step(work, ended);
    },
    stop: () => {
      if (operationEnded(status)) return;
      status = status === 'QUEUED' ? 'STOPPED' : 'STOPPING';
      for (const lane of lanes) cancelRest(lane, 'Cancelled since the operation was stopped', clock.nowMs());
    },
    resultsAt: (ms) => lanes.flatMap((lane) => lane.instances.map((instance) => resultAt(instance, ms))),
    touches: (account, region) => accounts.has(account) && request.regions.includes(region),
  };
}

const laneOf = (region: Region, accounts: readonly AccountId[]): Lane => {
  const lane: Lane = { region, instances: [], next: 0, running: 0, failed: 0 };
  for (const account of accounts)
    lane.instances.push({ account, lane, startedAtMs: Infinity, endedAtMs: Infinity, outcome: 'PENDING', reason: '' });
  return lane;
};

/** STRICT limits what is in flight so that failures exceed the tolerance by one at most; SOFT stays at the maximum [doc:AWSCloudFormation/concurrency-mode]. */
const roomIn = (lane: Lane, { strict, maxConcurrent, failureTolerance }: Order): number =>
  strict ? Math.min(maxConcurrent, failureTolerance + 1 - lane.failed) : maxConcurrent;

function cancelRest(lane: Lane, reason: string, nowMs: number): void {
  for (const instance of lane.instances.slice(lane.next))
    Object.assign(instance, { outcome: 'CANCELLED', endedAtMs: nowMs, reason });
  lane.next = lane.instances.length;
}

function resultAt({ account, lane, startedAtMs, endedAtMs, outcome, reason }: Instance, ms: number): InstanceResult {
  const at = { account, region: lane.region };
  if (endedAtMs <= ms) return { ...at, outcome, reason };
  return { ...at, outcome: startedAtMs <= ms ? 'RUNNING' : 'PENDING', reason: '' };
}
