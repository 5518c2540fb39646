/** Runs StackSet operations, at once or from the queue as ManagedExecution does, and reports when they end. */
import type { AccountId, Region } from '../domain/model/brand';
import { createDeployment, type DeploymentWorld } from './deployment';
import { createDetection } from './drift';
import type { InstanceWork, Operation, Order } from './operation';
import { between } from './random';
import type { Weather } from './rates';
import { createRemoval } from './removal';
import { type StackSet, sameContent } from './stack-set';

/** How long a queue, and an event, take to start. */
const queueSeconds = 2;
const eventSeconds = { least: 1, most: 4 };

export type OperationEnded = (stackSet: string, operationId: string) => void;

/** What an operation did to one instance, at the moment at which it happens. No port reports it: tests compare it with what is claimed. */
export interface InstanceEnd {
  readonly stackSet: string;
  readonly operationId: string;
  readonly does: Order['kind'];
  readonly account: AccountId;
  readonly region: Region;
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'SKIPPED';
}
export type InstanceEnded = (end: InstanceEnd) => void;

export interface DispatcherWorld extends DeploymentWorld {
  readonly weather: Weather;
}

export interface Dispatcher {
  readonly enqueue: (set: StackSet, operation: Operation) => void;
  readonly onOperationEnded: (listener: OperationEnded) => void;
  readonly onInstanceEnded: (listener: InstanceEnded) => void;
}

export function createDispatcher(world: DispatcherWorld): Dispatcher {
  const { clock, random } = world;
  const listeners: OperationEnded[] = [];
  const watchers: InstanceEnded[] = [];

  const tell = (set: StackSet, { request: { operationId } }: Operation): void => {
    const luck = random.of(`event ${set.name} ${operationId}`);
    const times = luck < world.weather.eventLost ? 0 : luck > 1 - world.weather.eventTwice ? 2 : 1;
    for (let time = 1; time <= times; time++) {
      const seconds = between(
        random.of(`event ${time} ${set.name} ${operationId}`),
        eventSeconds.least,
        eventSeconds.most,
      );
      clock.at(clock.nowMs() + seconds * 1000, () => {
        for (const listener of listeners) listener(set.name, operationId);
      });
    }
  };
  const watched = (set: StackSet, { kind, operationId }: Order, work: InstanceWork): InstanceWork => {
    const ended = (account: AccountId, region: Region, outcome: InstanceEnd['outcome']): void => {
      for (const watcher of watchers)
        watcher({ stackSet: set.name, operationId, does: kind, account, region, outcome });
    };
    return {
      begin: (account, region) => {
        const seconds = work.begin(account, region);
        if (seconds === undefined) ended(account, region, 'SKIPPED');
        return seconds;
      },
      finish: (account, region) => {
        const reason = work.finish(account, region);
        ended(account, region, reason === undefined ? 'SUCCEEDED' : 'FAILED');
        return reason;
      },
    };
  };
  const isFree = (set: StackSet, operation: Operation): boolean => !set.running.some((r) => conflict(r, operation));
  /** Starts queued operations in order, as long as the next one does not conflict with what runs. */
  const pump = (set: StackSet): void => {
    for (;;) {
      const [operation, ...rest] = set.queue;
      if (operation === undefined || !isFree(set, operation)) return;
      set.queue = rest;
      if (operation.status() !== 'QUEUED') {
        tell(set, operation);
        continue;
      }
      set.running = [...set.running, operation];
      const work = workOf(world, set, operation.request);
      operation.run(watched(set, operation.request, work), () => {
        for (const { account, region, outcome, reason } of operation.resultsAt(clock.nowMs()))
          if (outcome === 'CANCELLED') work.cancel?.(account, region, reason);
        set.running = set.running.filter((r) => r !== operation);
        tell(set, operation);
        clock.at(clock.nowMs(), () => pump(set));
      });
    }
  };
  return {
    onOperationEnded: (listener) => void listeners.push(listener),
    onInstanceEnded: (listener) => void watchers.push(listener),
    enqueue: (set, operation) => {
      const isIdle = set.queue.length === 0 && set.running.length === 0;
      set.queue = [...set.queue, operation];
      // While anything runs or waits, every new operation queues first, whether it conflicts or not [bc:cloudformation:ManagedExecution].
      if (isIdle) pump(set);
      else clock.at(clock.nowMs() + queueSeconds * 1000, () => pump(set));
    },
  };
}

function workOf(world: DispatcherWorld, set: StackSet, { kind, ...order }: Order): InstanceWork {
  if (kind === 'detectDrift') return createDetection(world, set, { kind, ...order });
  if (kind === 'delete' || kind === 'retain') return createRemoval(world, set, { kind, ...order });
  return createDeployment(world, set, { kind, ...order });
}

/** Two operations conflict if they share an instance, or if the set would have to hold different templates or parameters. */
const conflict = (a: Operation, b: Operation): boolean =>
  !sameContent(a.request.spec, b.request.spec) ||
  b.request.regions.some((region) => b.request.accounts.some((account) => a.touches(account, region)));
