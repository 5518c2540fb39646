/**
 * Measures the memory and duration of the functions that work on a whole wave, over 10,000 accounts. The production handlers roll out over
 * a simulated organization. Memory is measured after a garbage collection, so that only live objects count.
 * `npx tsx bench/wide.ts 10000 one` puts all accounts into one wave, followed by a release that fails in one account and is rolled back.
 */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { madeUpDesiredState } from '../orchestrator/cli/session';
import { parseRegion, parseWaveName } from '../orchestrator/domain/model/brand';
import type { DesiredState, WaveSpec } from '../orchestrator/domain/model/desired-state';
import { onStackSet } from '../orchestrator/events/on-stack-set';
import { scheduledDrift } from '../orchestrator/operations/scheduled-drift';
import { scheduledDiscovery, scheduledVisits } from '../orchestrator/operations/scheduled-sweep';
import { prepareRollout } from '../orchestrator/operations/start';
import type { Store, UnguardedPorts } from '../orchestrator/ports/ports';
import { readBaseline } from '../orchestrator/records/baseline';
import { readRollout } from '../orchestrator/records/rollouts';
import { createEmbeddedEngine } from '../orchestrator/runtime/embedded';
import { functionsOf } from '../orchestrator/runtime/handlers';
import { stackSetEvent } from '../orchestrator/simulated/stack-set-event';
import { createSimulatedWorld } from '../orchestrator/simulated/world';
import { person } from '../test/actors';

const accounts = Number(process.argv[2] ?? '10000');
const isOneWave = process.argv[3] === 'one';
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'].map(parseRegion);
const everybody = (waves: readonly WaveSpec[]): WaveSpec => {
  const [first] = waves;
  if (first === undefined) throw new RangeError('the made-up config has no waves');
  return {
    ...first,
    name: parseWaveName('everybody'),
    ous: [...new Set(waves.flatMap(({ ous }) => ous))],
    maxConcurrent: { kind: 'percent', percent: 100 },
    slowStart: false,
  };
};
/** As in bench/cost.ts. */
const storeCallMs = 6;
/** A garbage collection is worth its time after this much growth. */
const grownBytes = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const used = (): number => process.memoryUsage().heapUsed;

interface Row {
  liveMegabytes: number;
  storeCalls: number;
  seconds: number;
}
const rows = new Map<string, Row>();

/** Shards run in parallel over a hundred accounts each, and are measured as bundles. */
const isWide = (name: string): boolean => !name.endsWith('Shard');

/** The call that is measured; wide functions run one after another. */
let now: { base: number; peak: number; seen: number; storeCalls: number } | undefined;
function look(): void {
  if (now === undefined) return;
  const heap = used();
  if (heap - now.seen < grownBytes) return;
  collect();
  now.seen = used();
  now.peak = Math.max(now.peak, now.seen - now.base);
}

/** Measures whenever a handler reads or writes something. */
const watched = (store: Store): Store => {
  const around = async <T>(call: () => Promise<T>): Promise<T> => {
    if (now !== undefined) now.storeCalls += 1;
    look();
    const answer = await call();
    look();
    return answer;
  };
  return {
    get: (key) => around(() => store.get(key)),
    getMany: (keys) => around(() => store.getMany(keys)),
    put: (key, value, version) => around(() => store.put(key, value, version)),
    list: (pk, options) => around(() => store.list(pk, options)),
  };
};

async function main(): Promise<void> {
  const baseline = await readBaseline(join(__dirname, '..', 'dist'));
  const world = createSimulatedWorld({ seed: 1, accounts, start: new Date('2026-01-05T08:00:00Z') });
  const madeUp = await madeUpDesiredState(world);
  const desiredState: DesiredState = {
    ...madeUp,
    regions: { ...madeUp.regions, governed: regions },
    onFailure: 'rollBack',
    ...(isOneWave && { waves: [everybody(madeUp.waves)] }),
  };
  const { 'operator-role': operatorRole } = madeUp.modules;
  const next: DesiredState = {
    ...desiredState,
    modules: { ...madeUp.modules, 'operator-role': { ...operatorRole, mfaMaxAgeSeconds: 7200 } },
  };
  const measured = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    if (now !== undefined || !isWide(name)) return run();
    collect();
    const base = used();
    now = { base, peak: 0, seen: base, storeCalls: 0 };
    const startedMs = world.clock.nowMs();
    try {
      const answer = await run();
      look();
      return answer;
    } finally {
      const row = rows.get(name) ?? { liveMegabytes: 0, storeCalls: 0, seconds: 0 };
      const seconds = (world.clock.nowMs() - startedMs + now.storeCalls * storeCallMs) / 1000;
      row.liveMegabytes = Math.max(row.liveMegabytes, Math.ceil(now.peak / 1024 / 1024));
      row.storeCalls = Math.max(row.storeCalls, now.storeCalls);
      row.seconds = Math.max(row.seconds, Math.ceil(seconds));
      rows.set(name, row);
      now = undefined;
    }
  };
  const functions = (ports: UnguardedPorts) =>
    Object.fromEntries(
      Object.entries(functionsOf(ports)).map(([name, invoke]) => [
        name,
        (input: unknown) => measured(name.replace('strongroom-', ''), () => invoke(input)),
      ]),
    );
  const ports = { ...world, store: watched(world.store) };
  await world.clock.run(
    (async () => {
      const engine = createEmbeddedEngine(ports, { baseline, functions });
      world.onOperationEnded((stackSet, id) => {
        void onStackSet(engine.ports)(stackSetEvent(stackSet, id)).catch(() => undefined);
      });
      const first = await prepareRollout(engine.ports, baseline, desiredState, { by: person('bench') });
      await engine.start(first);
      // The next release finds existing instances and is rolled back: in the single wave at its checks, otherwise in the largest wave.
      const [largest] = (await readRollout(ports, first.rolloutId)).value.waves.toSorted(
        (a, b) => b.accounts - a.accounts,
      );
      const [spoiled] = world.organization.accountsIn('Sandbox');
      if (isOneWave)
        world.faults.distort = (facts) =>
          facts.account === spoiled?.id ? { ...facts, passwordPolicy: { kind: 'absent' } } : facts;
      else
        world.faults.failInstance = ({ stackSet, kind }) =>
          kind === 'update' && stackSet.startsWith(`strongroom-${largest?.name}-`) ? 'the bench says so' : undefined;
      await engine.start(await prepareRollout(engine.ports, baseline, next, { by: person('bench') }));
      world.faults.failInstance = () => undefined;
      await measured('Discover', () => scheduledDiscovery(ports)({ startsMax: 25 }));
      await measured('Sweep', () => scheduledVisits(ports)({ accountsMax: 1500 }));
      await measured('Drift', () => scheduledDrift(ports)());
    })(),
  );
  const widest = Math.max(...[...rows.values()].map(({ storeCalls }) => storeCalls));
  console.log(
    `${accounts} accounts x ${regions.length} regions; the most that one call took (${widest} calls to the store)`,
  );
  console.log('function        live MB  store calls  seconds');
  for (const [name, { liveMegabytes, storeCalls, seconds }] of rows)
    console.log(
      `${name.padEnd(15)} ${String(liveMegabytes).padStart(7)} ${String(storeCalls).padStart(12)} ${String(seconds).padStart(8)}`,
    );
}

void main();
