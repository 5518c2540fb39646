/** Has an outage come between the program and AWS when a seed decides, goes on after it as a person would, and tells what came of it. */
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { listRollouts } from '../../orchestrator/records/rollouts';
import { createRandom, pick } from '../../orchestrator/simulated/random';
import type { CommandLine, Ran } from './command-line';
import { faultKinds } from './faults';
import { type FaultyProxy, type Outage, startFaultyProxy } from './faulty-proxy';
import { fourAccounts, killedWaves } from './kill';
import { motoClients, motoRegion } from './moto';
import { fillGaps } from './moto-gaps';
import { leftOut } from './organization';
import { inFolder, newestOf, type Records, type Remains, remainsOf } from './remains';
import { tableAt } from './table';

/** Twenty minutes take one. A quicker clock would take the slowness of moto on a busy machine for an outage. */
const timesFaster = 20;
const outageSeconds = { least: 10, most: 1200 };
const skewSeconds = { least: 30, most: 7200 };

/** Where the program keeps its records: in a folder, or in AWS, where an outage reaches them too. */
export const statePlaces = ['folder', 'table'] as const;
export type StatePlace = (typeof statePlaces)[number];

/**
 * @param calls of an undisturbed run.
 * @param secondsMax cuts long outages short, since each minute of them takes three seconds.
 */
export function outageOf(seed: number, calls: number, secondsMax = outageSeconds.most): Outage {
  const random = createRandom(seed);
  const between = (what: string, { least, most }: { readonly least: number; readonly most: number }): number =>
    Math.round(least * (most / least) ** random.of(what));
  return {
    seed,
    // Each kind in turn.
    kind: faultKinds[seed % faultKinds.length] ?? 'refused',
    call: 1 + Math.floor(random.of('call') * calls),
    lastsSeconds: Math.min(secondsMax, between('lasts', outageSeconds)),
    of: pick(random.of('of'), ['everything', 'everything', 'service', 'region']),
    share: random.of('is partial') < 0.25 ? 0.3 + 0.6 * random.of('share') : 1,
    skewSeconds: between('skew', skewSeconds) * (random.of('is behind') < 0.5 ? -1 : 1),
  };
}

/** Two of three seeds keep their records in a folder, as most people do. */
export const placeOf = (seed: number): StatePlace => (seed % 3 === 0 ? 'table' : 'folder');

/** What it took to reach the end. */
export interface Course {
  /** Times that nothing was planned yet, so that a person started it again. */
  readonly startedAgain: number;
  /** Times that it was parked, and a person resumed it. */
  readonly parked: number;
  /** Times that the program ended with an error, and a person resumed the rollout. */
  readonly resumed: number;
  /** What the program said last before a person came. */
  readonly said: readonly string[];
  readonly calls: number;
  /** Calls that the outage hit. */
  readonly hits: number;
}

export interface Disturber {
  readonly through: (
    place: StatePlace,
    outage?: Outage,
  ) => Promise<{ readonly remains: Remains; readonly course: Course }>;
  readonly stop: () => Promise<void>;
}

const table = 'strongroom';
const bucket = 'strongroom';
/** A person would give up too. */
const goesMax = 8;

export async function createDisturber(line: CommandLine): Promise<Disturber> {
  const proxy = await startFaultyProxy(line.port, timesFaster);

  return {
    through: async (place, outage) => {
      const seeded = await line.anOrganization(fourAccounts, killedWaves, fillGaps(leftOut));
      const { records, close } = await recordsIn(line, place);
      try {
        proxy.expect(outage);
        const course = await untilItEnds(line, proxy, place, records);
        return { remains: await remainsOf(line, seeded, records), course };
      } finally {
        await close();
      }
    },
    stop: proxy.stop,
  };
}

/** Of a wave that was resumed these come again. */
const duringOutages: readonly string[] = ['outage', 'approvalRequested', 'answered', 'resumed'];

/**
 * What has to be the same after an outage. An outage itself shows in events; after it, a rollout that was resumed goes through its wave
 * again, and so has some events and states twice.
 */
export function endOf(
  { events, states, rollouts, ...kept }: Remains,
  { parked, resumed, startedAgain }: Pick<Course, 'parked' | 'resumed' | 'startedAgain'>,
) {
  const told = events.filter((type) => !duringOutages.includes(type));
  const isAnew = parked + resumed > 0;
  const seen = (all: readonly string[]): readonly string[] => (isAnew ? [...new Set(all)].sort() : all);
  const statesSeen = Object.entries(states).map(([name, all]) => [name, seen(all)] as const);
  // One that ended before it was planned has done nothing.
  const planned = startedAgain > 0 ? rollouts.filter((outcome) => outcome !== 'failed') : rollouts;
  return { ...kept, rollouts: planned, events: seen(told), states: Object.fromEntries(statesSeen) };
}

async function untilItEnds(
  line: CommandLine,
  proxy: FaultyProxy,
  place: StatePlace,
  records: Records,
): Promise<Course> {
  const course = { startedAgain: 0, parked: 0, resumed: 0 };
  const said: string[] = [];
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const own = { ...proxy.env(), AWS_ENDPOINT_URL: proxy.endpoint, STRONGROOM_BUCKET: bucket };
    const where = place === 'table' ? ['--state', `dynamodb:${table}`] : [];
    const ran = await line.runWith({ ...own, NODE_OPTIONS: `--require ${fastClock}` }, ...args, ...where);
    if (ran.status === -1) throw new Error(`${args.join(' ')} did not end: ${ran.out.slice(-2_000)}\n${ran.err}`);
    return ran;
  };
  let ran = await run('rollout', '--yes', '--json');
  for (let goes = 1; ; goes++) {
    const known = await records(listRollouts);
    const last = newestOf(known);
    if (last?.status.kind === 'finished' && ran.status === 0) return { ...course, said, ...proxy.figures() };
    const hasPlanned = last?.plan !== undefined;
    if (last?.status.kind === 'finished' && hasPlanned)
      throw new Error(`it ended with status ${ran.status}: ${ran.out}\n${ran.err}`);
    if (goes === goesMax) throw new Error(`it does not end: ${ran.out}\n${ran.err}`);
    if (last?.status.kind === 'awaitingApproval' && last.status.prompt.about !== 'outage')
      throw new Error(`a person is asked about ${JSON.stringify(last.status)}: ${ran.out}`);
    said.push(`${ran.out}\n${ran.err}`.trim().split('\n').at(-1) ?? '');
    await proxy.clearUp();
    const isNew = last === undefined || last.status.kind === 'finished';
    if (isNew) course.startedAgain++;
    else if (last.status.kind === 'awaitingApproval') course.parked++;
    else course.resumed++;
    ran = await (isNew ? run('rollout', '--yes', '--json') : run('resume', last.id, '--json'));
  }
}

const fastClock = join(__dirname, 'fast-clock.cjs');

async function recordsIn(
  line: CommandLine,
  place: StatePlace,
): Promise<{ readonly records: Records; readonly close: () => Promise<void> }> {
  if (place === 'folder') return { records: inFolder(line), close: async () => {} };
  const clients = motoClients(line);
  await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket: bucket }));
  clients.destroy();
  const { store, close } = await tableAt(line.endpoint, table, motoRegion);
  return { records: (read) => read({ store }), close };
}
