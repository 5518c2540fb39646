/**
 * Compares a rollout with the minimum time that quotas, the durations of stacks and calls, and its config allow: 10,000 accounts,
 * 4 regions, all modules, in virtual time. `bench/lower-bound.ts` computes the minimum.
 */
import { join } from 'node:path';
import { parseConfig } from '../orchestrator/config/parse';
import { isStrongroomError } from '../orchestrator/domain/errors';
import { parseRegion, type RolloutId, type WaveName } from '../orchestrator/domain/model/brand';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import { stackSetName } from '../orchestrator/domain/model/module';
import type { Release } from '../orchestrator/domain/model/release';
import type { RolloutRecord } from '../orchestrator/domain/model/rollout';
import { onStackSetEvent } from '../orchestrator/events/on-stack-set';
import { prepareRollout } from '../orchestrator/operations/start';
import type { OperationRequest, Ports, UnguardedPorts } from '../orchestrator/ports/ports';
import { readBaseline } from '../orchestrator/records/baseline';
import { loadDocument, loadRelease } from '../orchestrator/records/documents';
import { readEvents } from '../orchestrator/records/rollout-events';
import { readRollout } from '../orchestrator/records/rollouts';
import { createEmbeddedEngine } from '../orchestrator/runtime/embedded';
import { simulatedConfig } from '../orchestrator/simulated/config';
import { stackSeconds } from '../orchestrator/simulated/deployment';
import { createRandom } from '../orchestrator/simulated/random';
import { calm, drizzle, type Weather } from '../orchestrator/simulated/rates';
import { stackSetEvent } from '../orchestrator/simulated/stack-set-event';
import { createSimulatedWorld, type SimulatedWorld } from '../orchestrator/simulated/world';
import { person } from '../test/actors';
import {
  type BoundedWave,
  batchesOf,
  listingSeconds,
  physicsSeconds,
  type StackSeconds,
  visitsAtOnceMax,
  type WaveBound,
  waveBound,
} from './lower-bound';

const seed = 1;
const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'].map(parseRegion);
const ratioMax = 1.15;
/** Lambda tries an event that failed twice more [doc:lambda/invocation-async-error-handling]. */
const redeliveryMinutes = [0, 1, 2];

async function main(accounts: number, weather: Weather): Promise<void> {
  const built = await readBaseline(join(__dirname, '..', 'dist'));
  const world = createSimulatedWorld({ seed, accounts, start: new Date('2026-01-05T08:00:00.000Z'), weather });
  const requests: OperationRequest[] = [];
  const watched: UnguardedPorts = {
    ...world,
    stackSets: {
      ...world.stackSets,
      start: (request) => {
        requests.push(request);
        return world.stackSets.start(request);
      },
    },
  };
  const marks: Mark[] = [];
  const engine = createEmbeddedEngine(watched, {
    baseline: built,
    onTransition: (state) => void marks.push({ state, atMs: world.clock.nowMs() }),
  });
  world.onOperationEnded((stackSet, operationId) => void deliver(engine.ports, stackSetEvent(stackSet, operationId)));
  const input = await world.clock.run(prepareRollout(engine.ports, built, everything(world), { by: person('bench') }));
  const startMs = world.clock.nowMs();
  await world.clock.run(engine.start(input));
  const elapsed = (world.clock.nowMs() - startMs) / 1000;

  const { value: record } = await readRollout(world, input.rolloutId);
  const waves = await Promise.all(
    record.waves.map(
      async ({ spec, work }): Promise<BoundedWave> => ({ spec, accounts: await loadDocument(world, 'accounts', work) }),
    ),
  );
  const release = await loadRelease(world, record.release);
  const drawn = drawnFor(requests, record, release);
  const bounds = waves.map((wave) => waveBound(wave, release, drawn));
  const spent = spentIn(marks, await openingsOf(world, input.rolloutId), world.clock.nowMs());
  if (record.status.kind === 'finished') console.log(`outcome          ${record.status.outcome}`);
  const physics = physicsSeconds(waves, release, drawn);
  print({ accounts: world.organization.accounts.size, waves, bounds, physics, spent, elapsed });
}

/** The waves of the simulated organization, with every module and twice the regions. */
function everything({ organization }: SimulatedWorld): DesiredState {
  const parsed = parseConfig(simulatedConfig(organization), 'the simulated config');
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const [home] = regions;
  if (home === undefined) throw new RangeError('a rollout needs a region');
  const modules = { ...parsed.desiredState.modules, 'kms-default': { enabled: true } };
  return { ...parsed.desiredState, regions: { home, governed: regions }, modules };
}

async function deliver(ports: Ports, event: unknown): Promise<void> {
  for (const minutes of redeliveryMinutes) {
    await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + minutes * 60_000));
    try {
      await onStackSetEvent(ports)(event);
      return;
    } catch (error) {
      if (!isStrongroomError(error)) throw error;
    }
  }
}

/** The durations that the simulated world draws for each stack, by operation. No rollout can be faster. */
function drawnFor(requests: readonly OperationRequest[], { waves }: RolloutRecord, { modules }: Release): StackSeconds {
  const random = createRandom(seed).fork('stack sets');
  const moduleOf = new Map(
    waves.flatMap(({ name }) => modules.map(({ module }) => [stackSetName(name, module), module] as const)),
  );
  const operationOf = new Map<string, string>();
  for (const { spec, accounts, regions: there, operationId } of requests)
    for (const region of there)
      for (const account of accounts) operationOf.set(`${moduleOf.get(spec.name)} ${account} ${region}`, operationId);
  return (module, account, region) => {
    const operationId = operationOf.get(`${module} ${account} ${region}`);
    return operationId === undefined ? 0 : stackSeconds(random, operationId, account, region);
  };
}

interface Mark {
  readonly state: string;
  readonly atMs: number;
}

const phases = ['listing', 'preflight', 'deploy', 'settings', 'health', 'waiting', 'rest'] as const;
type Phase = (typeof phases)[number];
const phaseOf: Readonly<Record<string, Phase>> = {
  ListOrganization: 'listing',
  PlanWaves: 'listing',
  Preflight: 'preflight',
  JudgePreflight: 'preflight',
  DeployStage: 'deploy',
  AwaitStage: 'deploy',
  JudgeStage: 'deploy',
  ApplySettings: 'settings',
  CheckHealth: 'health',
  JudgeWave: 'health',
  Soak: 'waiting',
};

/** Seconds in each phase of each wave, from the start of one state to the start of the next. */
type Spent = ReadonlyMap<WaveName | undefined, Readonly<Partial<Record<Phase, number>>>>;

function spentIn(marks: readonly Mark[], openings: readonly Opening[], endMs: number): Spent {
  const spent = new Map<WaveName | undefined, Partial<Record<Phase, number>>>();
  marks.forEach(({ state, atMs }, index) => {
    const wave = openings.findLast((opening) => opening.atMs <= atMs)?.wave;
    const phase = phaseOf[state] ?? 'rest';
    const seconds = ((marks[index + 1]?.atMs ?? endMs) - atMs) / 1000;
    const known = spent.get(wave) ?? {};
    spent.set(wave, { ...known, [phase]: (known[phase] ?? 0) + seconds });
  });
  return spent;
}

interface Opening {
  readonly wave: WaveName;
  readonly atMs: number;
}

const openingsOf = async (world: UnguardedPorts, id: RolloutId): Promise<readonly Opening[]> =>
  (await readEvents(world, id, -1)).flatMap((event) =>
    event.type === 'waveOpened' ? [{ wave: event.wave, atMs: Date.parse(event.at) }] : [],
  );

interface Measured {
  readonly accounts: number;
  readonly waves: readonly BoundedWave[];
  readonly bounds: readonly WaveBound[];
  readonly physics: ReturnType<typeof physicsSeconds>;
  readonly spent: Spent;
  readonly elapsed: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const whole = (seconds: number): string => seconds.toFixed(0);
const row = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(12))).join(''));

function print({ accounts, waves, bounds, physics, spent, elapsed }: Measured): void {
  const parts = ['preflight', 'deploy', 'settings', 'health'] as const;
  row('wave', 'accounts', 'stages', ...parts);
  waves.forEach(({ spec, accounts: members }, index) => {
    const bound = bounds[index];
    const took = spent.get(spec.name);
    row(
      spec.name,
      whole(members.length),
      whole(2 * batchesOf(members, spec).length),
      ...parts.map((part) => `${whole(took?.[part] ?? 0)}/${whole(bound?.[part] ?? 0)}`),
    );
  });
  const tookIn = (phase: Phase): number => sum([...spent.values()].map((took) => took[phase] ?? 0));
  const least = { listing: listingSeconds(accounts), ...totals(bounds) };
  console.log('\nseconds          took       least');
  for (const phase of ['listing', ...parts] as const) row(phase, whole(tookIn(phase)), whole(least[phase]));
  row('anything else', whole(tookIn('rest')), '0');
  const soaks = sum(waves.map(({ spec }) => spec.soakMinutes * 60));
  const settling = tookIn('waiting') - soaks;
  const bound = sum(Object.values(least));
  const worked = elapsed - tookIn('waiting');
  row('together', whole(worked), whole(bound));
  console.log(`
AWS              accounts are listed 20 a page, 8 pages a second after 12; stacks take what the world has drawn for each, calls
                 0.115 s, one after another within a visit
policy           waves and stages one after another, slow start, each wave's maxConcurrent, the home region first in a wave's first batch,
                 ${visitsAtOnceMax} visits at once, two proofs
left out         ${whole(soaks)} s of soaks; ${whole(settling)} s in which checks settle (people confirm mails, trails deliver their first log)
quotas alone     ${whole(physics.instances)} s for all stacks, 10,000 at once in a region; ${whole(physics.entering)} s for all AssumeRole calls, 600/s`);
  console.log(`ratio            ${(worked / bound).toFixed(3)}, at most ${ratioMax}`);
  if (worked / bound > ratioMax) process.exitCode = 1;
}

const totals = (bounds: readonly WaveBound[]): WaveBound => ({
  preflight: sum(bounds.map(({ preflight }) => preflight)),
  deploy: sum(bounds.map(({ deploy }) => deploy)),
  settings: sum(bounds.map(({ settings }) => settings)),
  health: sum(bounds.map(({ health }) => health)),
});

const [, , accounts = '10000', weather = 'calm'] = process.argv;
void main(Number(accounts), weather === 'drizzle' ? drizzle : calm);
