/**
 * Computes what a rollout costs the deployed orchestrator per account. Counts Step Functions transitions, Lambda time and DynamoDB units
 * while the production handlers roll out over a simulated organization.
 */
import { join } from 'node:path';
import { madeUpDesiredState } from '../orchestrator/cli/session';
import { parseRegion } from '../orchestrator/domain/model/brand';
import { onStackSet } from '../orchestrator/events/on-stack-set';
import { sizeOf } from '../orchestrator/infrastructure/sizing';
import { prepareRollout } from '../orchestrator/operations/start';
import type { Item, Store, UnguardedPorts } from '../orchestrator/ports/ports';
import { readBaseline } from '../orchestrator/records/baseline';
import { createEmbeddedEngine } from '../orchestrator/runtime/embedded';
import { functionsOf } from '../orchestrator/runtime/handlers';
import { createSimulatedWorld } from '../orchestrator/simulated/world';
import { functionName, taskNames } from '../orchestrator/tasks/table';
import { person } from '../test/actors';

/** us-east-1, US dollars; stored copies of price pages, which may be old [aws-behavior 1.8], [aws-behavior 7]. */
const price = {
  transition: 0.025 / 1000,
  gigabyteSecond: 0.000_013_333_4,
  invocation: 0.2 / 1_000_000,
  writeUnit: 0.625 / 1_000_000,
  readUnit: 0.125 / 1_000_000,
};
/** The duration of a call to DynamoDB or S3 in the same region. The store of the simulated world takes no time. */
const storeCallMs = 6;

const accounts = Number(process.argv[2] ?? '10000');
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'].map(parseRegion);

interface Units {
  read: number;
  write: number;
  calls: number;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** A consistent read is a unit for each 4 KB, a write one for each KB [doc:amazondynamodb/read-write-operations]. */
function metered(store: Store, units: Units): Store {
  const read = (items: readonly (Item<unknown> | undefined)[]): void => {
    units.calls += 1;
    for (const item of items) units.read += item === undefined ? 1 : Math.ceil(bytesOf(item.value) / 4096);
  };
  return {
    get: async <T>(key: Parameters<Store['get']>[0]) => {
      const item = await store.get<T>(key);
      read([item]);
      return item;
    },
    getMany: async <T>(keys: Parameters<Store['getMany']>[0]) => {
      const items = await store.getMany<T>(keys);
      read(items);
      return items;
    },
    put: (key, value, version) => {
      units.calls += 1;
      units.write += Math.ceil(bytesOf(value) / 1024);
      return store.put(key, value, version);
    },
    list: async <T>(pk: string, options?: Parameters<Store['list']>[1]) => {
      const page = await store.list<T>(pk, options);
      units.calls += 1;
      units.read += Math.ceil(page.items.reduce((sum, { value }) => sum + bytesOf(value), 0) / 4096) || 1;
      return page;
    },
  };
}

async function main(): Promise<void> {
  const baseline = await readBaseline(join(__dirname, '..', 'dist'));
  const world = createSimulatedWorld({ seed: 1, accounts, start: new Date('2026-01-05T08:00:00Z') });
  const madeUp = await madeUpDesiredState(world);
  const desiredState = { ...madeUp, regions: { ...madeUp.regions, governed: regions } };
  const units: Units = { read: 0, write: 0, calls: 0 };
  const spent = { invocations: 0, gigabyteMs: 0, ms: 0 };
  const measured = (ports: UnguardedPorts) =>
    Object.fromEntries(
      Object.entries(functionsOf(ports)).map(([name, invoke]) => [
        name,
        async (input: unknown) => {
          const task = taskNames.find((one) => functionName(one) === name);
          if (task === undefined) throw new RangeError(`${name} is no function`);
          const [startedMs, calls] = [world.clock.nowMs(), units.calls];
          try {
            return await invoke(input);
          } finally {
            // Shards run in parallel, so each is charged with its share of the store's calls.
            const ms = world.clock.nowMs() - startedMs + (units.calls - calls) * storeCallMs;
            spent.invocations += 1;
            spent.ms += ms;
            spent.gigabyteMs += (ms * sizeOf(task).memoryMegabytes) / 1024;
          }
        },
      ]),
    );
  const { figures, outcome } = await world.clock.run(
    (async () => {
      const engine = createEmbeddedEngine(
        { ...world, store: metered(world.store, units) },
        { baseline, functions: measured },
      );
      world.onOperationEnded((stackSet, operationId) => {
        const detail = {
          'stack-set-arn': `arn:aws:cloudformation:us-east-1:1:stackset/${stackSet}:id`,
          'stack-set-operation-id': operationId,
        };
        const event = {
          source: 'aws.cloudformation',
          'detail-type': 'CloudFormation StackSet Operation Status Change',
          detail,
        };
        void onStackSet(engine.ports)(event).catch(() => undefined);
      });
      const input = await prepareRollout(engine.ports, baseline, desiredState, { by: person('bench') });
      const end = await engine.start(input);
      return { figures: await engine.figures(input.rolloutId), outcome: end.status };
    })(),
  );
  const costs = {
    'Step Functions': figures.transitions * price.transition,
    Lambda: (spent.gigabyteMs / 1000) * price.gigabyteSecond + spent.invocations * price.invocation,
    DynamoDB: units.write * price.writeUnit + units.read * price.readUnit,
  };
  const total = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
  const each = (count: number): string => (count / accounts).toFixed(2);
  console.log(`outcome                       ${outcome}`);
  console.log(`accounts                      ${accounts} x ${desiredState.regions.governed.length} regions`);
  console.log(`state transitions             ${figures.transitions}, ${each(figures.transitions)} an account`);
  console.log(
    `Lambda                        ${Math.round(spent.ms / 1000)} s in ${spent.invocations} invocations, ${each(spent.ms)} ms an account`,
  );
  console.log(`DynamoDB                      ${each(units.write)} write and ${each(units.read)} read units an account`);
  for (const [service, cost] of Object.entries(costs)) console.log(`${service.padEnd(30)}$${cost.toFixed(3)}`);
  console.log(
    `a rollout                     $${total.toFixed(2)}, $${((total / accounts) * 1000).toFixed(3)} per 1,000 accounts`,
  );
}

void main();
