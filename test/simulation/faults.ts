/** What can go wrong and what people do meanwhile. Shrinking a failure leaves out one fault after another. */
import { between, pick, type Random } from '../../orchestrator/simulated/random';
import type { TaskName } from '../../orchestrator/tasks/table';
import { taskNames } from '../../orchestrator/tasks/table';

/** Times are virtual minutes since the run began. Residents, waves and releases are indexes into the scenario. */
export type Fault =
  | { readonly kind: 'throttled'; readonly api: ReadingApi | WritingApi; readonly nth: number; readonly times: number }
  /** The effect happens, but the caller gets an error. */
  | { readonly kind: 'answerLost'; readonly api: WritingApi | StoreApi; readonly nth: number }
  /** A call arrives twice, as after a retry on the network. */
  | { readonly kind: 'callDoubled'; readonly api: WritingApi; readonly nth: number }
  | { readonly kind: 'deliveredTwice'; readonly task: TaskName; readonly visit: number }
  | {
      readonly kind: 'crash';
      readonly task: TaskName;
      readonly visit: number;
      readonly write: number;
      readonly when: 'before' | 'after';
      readonly times: number;
    }
  /** The state machine takes the task for dead and repeats it, but the task is alive and continues later. */
  | {
      readonly kind: 'zombie';
      readonly task: TaskName;
      readonly visit: number;
      readonly call: number;
      readonly minutes: number;
    }
  | { readonly kind: 'event'; readonly nth: number; readonly fate: 'lost' | 'late' | 'twice'; readonly minutes: number }
  | { readonly kind: 'instanceFails'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'instanceSticks'; readonly resident: number; readonly minutes: number; readonly until: number }
  | { readonly kind: 'stoppedFromOutside'; readonly nth: number; readonly afterSeconds: number }
  /** A person aborts while an operation runs, which would otherwise be rare. */
  | { readonly kind: 'abortedInFlight'; readonly nth: number; readonly afterSeconds: number }
  | { readonly kind: 'byHand'; readonly at: number; readonly resident: number; readonly change: DeedName }
  | { readonly kind: 'setByHand'; readonly at: number; readonly nth: number }
  | {
      readonly kind: 'account';
      readonly at: number;
      readonly resident: number;
      readonly becomes: Becoming;
      readonly told: Told;
    }
  | { readonly kind: 'created'; readonly at: number; readonly ou: number; readonly told: Told }
  /** Five accounts at once, as when a team is set up. */
  | { readonly kind: 'fiveCreated'; readonly at: number; readonly ou: number; readonly told: Told }
  | { readonly kind: 'noRole'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'regionClosed'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'unreadable'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'killed'; readonly at: number; readonly downMinutes: number }
  /** The process sleeps like a laptop and then continues, though another process may have taken its place. */
  | { readonly kind: 'asleep'; readonly at: number; readonly minutes: number; readonly replaced: boolean }
  | { readonly kind: 'anotherRollout'; readonly at: number; readonly release: number; readonly only: Narrowing }
  /** A sweep visits all accounts and finds what no event has reported. */
  | { readonly kind: 'sweep'; readonly at: number }
  /** The scheduled drift detection runs step by step while other things happen. */
  | { readonly kind: 'driftLook'; readonly at: number }
  | { readonly kind: 'freeze'; readonly from: number; readonly until: number }
  | { readonly kind: 'command'; readonly at: number; readonly command: CommandName; readonly nth: number };

/** How the events about an account arrive. */
export interface Told {
  readonly how: 'once' | 'twice' | 'late' | 'never';
  readonly minutes: number;
}

export const readingApis = [
  'directory.accounts',
  'stackSets.instances',
  'stackSets.status',
  'stackSets.results',
  'accounts.preflight',
  'accounts.collectFacts',
  'accounts.readSettings',
] as const;
export type ReadingApi = (typeof readingApis)[number];
export const writingApis = ['stackSets.start', 'stackSets.stop', 'accounts.applySettings', 'notifier.notify'] as const;
export type WritingApi = (typeof writingApis)[number];
export type StoreApi = 'store.put';
export const deedNames = [
  'openBuckets',
  'deletePasswordPolicy',
  'deleteStack',
  'changeParameters',
  'changeRole',
] as const;
export type DeedName = (typeof deedNames)[number];
export const becomings = ['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'moved', 'movedOut', 'ACTIVE'] as const;
export type Becoming = (typeof becomings)[number];
export const commandNames = ['approve', 'reject', 'retry', 'rollBack', 'abort', 'pause', 'resume'] as const;
export type CommandName = (typeof commandNames)[number];
export const narrowings = [
  'all',
  'oneWave',
  'oneAccount',
  'retryFailed',
  'rollback',
  'emergency',
  'includeDrifted',
] as const;
export type Narrowing = (typeof narrowings)[number];

export const start = new Date('2026-11-22T09:00:00Z');
/** How long the storm lasts. After it, nothing fails by itself. */
export const stormMinutes = 240;

export interface Drawn {
  readonly residents: number;
  readonly ous: number;
  readonly releases: number;
}

/** Each kind draws from a source of its own, so that adding or removing a kind leaves the others unchanged. */
export function drawFaults(random: Random, { residents, ous, releases }: Drawn): readonly Fault[] {
  const kinds = Object.keys(drawn) as Fault['kind'][];
  return kinds.flatMap((kind) => {
    const source = random.fork(kind);
    // Swarm testing: most runs have a few kinds of faults, and several of each kind.
    if (source.next() > (commoner[kind] ?? kindShare)) return [];
    const dice: Dice = {
      upTo: (most) => between(source.next(), 1, most),
      index: (length) => Math.floor(source.next() * length),
      minute: () => Math.round(source.next() ** 2 * stormMinutes * 10) / 10,
      one: (from) => pick(source.next(), from),
      likely: (share) => source.next() < share,
      residents,
      ous,
      releases,
    };
    return Array.from({ length: dice.upTo(perKindMax) }, () => drawn[kind](dice));
  });
}

const kindShare = 0.25;
/** Faults that interact most with others are drawn more often. */
const commoner: Readonly<Partial<Record<Fault['kind'], number>>> = {
  created: 0.5,
  asleep: 0.4,
  anotherRollout: 0.4,
  fiveCreated: 0.1,
  abortedInFlight: 0.1,
};
const perKindMax = 3;

interface Dice extends Drawn {
  readonly upTo: (most: number) => number;
  readonly index: (length: number) => number;
  /** Early minutes are more likely, since most happens then. */
  readonly minute: () => number;
  readonly one: <T>(from: readonly [T, ...T[]]) => T;
  readonly likely: (share: number) => boolean;
}

function spell(dice: Dice, minutesMax: number): { readonly from: number; readonly until: number } {
  const from = dice.likely(0.5) ? 0 : dice.minute();
  return { from, until: Math.min(stormMinutes, from + dice.upTo(minutesMax)) };
}
const toldOf = ({ one, upTo, likely }: Dice): Told => ({
  how: one(['once', 'once', 'twice', 'late', 'never']),
  minutes: upTo(likely(0.5) ? 5 : 60),
});
const someone = ({ index, residents }: Dice): number => index(residents);

const drawn: { readonly [K in Fault['kind']]: (dice: Dice) => Extract<Fault, { readonly kind: K }> } = {
  throttled: (dice) => ({
    kind: 'throttled',
    api: dice.one([...readingApis, 'stackSets.start', 'accounts.applySettings']),
    nth: dice.upTo(12),
    times: dice.upTo(9),
  }),
  answerLost: (dice) => ({
    kind: 'answerLost',
    api: dice.one(['store.put', 'store.put', ...writingApis]),
    nth: dice.upTo(dice.likely(0.5) ? 8 : 80),
  }),
  callDoubled: (dice) => ({ kind: 'callDoubled', api: dice.one([...writingApis]), nth: dice.upTo(8) }),
  deliveredTwice: (dice) => ({ kind: 'deliveredTwice', task: dice.one([...taskNames]), visit: dice.upTo(4) }),
  crash: (dice) => ({
    kind: 'crash',
    task: dice.one([...taskNames]),
    visit: dice.upTo(3),
    write: dice.upTo(6),
    when: dice.one(['before', 'after']),
    times: dice.likely(0.15) ? 8 : 1,
  }),
  zombie: (dice) => ({
    kind: 'zombie',
    task: dice.one([...taskNames]),
    visit: dice.upTo(3),
    call: dice.upTo(8),
    minutes: dice.upTo(dice.likely(0.5) ? 3 : 120),
  }),
  event: (dice) => ({
    kind: 'event',
    nth: dice.upTo(12),
    fate: dice.one(['lost', 'late', 'twice']),
    minutes: dice.upTo(20),
  }),
  instanceFails: (dice) => ({ kind: 'instanceFails', resident: someone(dice), ...spell(dice, 180) }),
  instanceSticks: (dice) => ({
    kind: 'instanceSticks',
    resident: someone(dice),
    minutes: dice.upTo(dice.likely(0.2) ? 1_600 : 90),
    until: dice.minute() + 30,
  }),
  stoppedFromOutside: (dice) => ({ kind: 'stoppedFromOutside', nth: dice.upTo(8), afterSeconds: dice.upTo(60) }),
  abortedInFlight: (dice) => ({ kind: 'abortedInFlight', nth: dice.upTo(8), afterSeconds: dice.upTo(30) }),
  byHand: (dice) => ({ kind: 'byHand', at: dice.minute(), resident: someone(dice), change: dice.one([...deedNames]) }),
  setByHand: (dice) => ({ kind: 'setByHand', at: dice.minute(), nth: dice.upTo(6) }),
  account: (dice) => ({
    kind: 'account',
    at: dice.minute(),
    resident: someone(dice),
    becomes: dice.one([...becomings]),
    told: toldOf(dice),
  }),
  created: (dice) => ({ kind: 'created', at: dice.minute(), ou: dice.index(dice.ous), told: toldOf(dice) }),
  fiveCreated: (dice) => ({ kind: 'fiveCreated', at: dice.minute(), ou: dice.index(dice.ous), told: toldOf(dice) }),
  noRole: (dice) => ({ kind: 'noRole', resident: someone(dice), ...spell(dice, 90) }),
  regionClosed: (dice) => ({ kind: 'regionClosed', resident: someone(dice), ...spell(dice, 60) }),
  unreadable: (dice) => ({ kind: 'unreadable', resident: someone(dice), ...spell(dice, 90) }),
  killed: (dice) => ({ kind: 'killed', at: dice.minute(), downMinutes: dice.upTo(dice.likely(0.3) ? 150 : 10) }),
  asleep: (dice) => ({
    kind: 'asleep',
    at: dice.minute(),
    minutes: dice.upTo(dice.likely(0.3) ? 150 : 20),
    replaced: dice.likely(0.5),
  }),
  anotherRollout: (dice) => ({
    kind: 'anotherRollout',
    at: dice.likely(0.3) ? 0 : dice.minute(),
    release: dice.index(dice.releases),
    only: dice.one([...narrowings]),
  }),
  sweep: (dice) => ({ kind: 'sweep', at: dice.minute() }),
  driftLook: (dice) => ({ kind: 'driftLook', at: dice.minute() }),
  freeze: (dice) => ({ kind: 'freeze', ...spell(dice, 60) }),
  command: (dice) => ({
    kind: 'command',
    at: dice.minute(),
    command: dice.one([...commandNames]),
    nth: dice.index(3),
  }),
};

/** One line for a reader. */
export const faultLine = (fault: Fault): string => JSON.stringify(fault);
