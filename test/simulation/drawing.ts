/** Draws a scenario's faults from its seed. */
import { between, pick, type Random } from '../../orchestrator/simulated/random';
import { taskNames } from '../../orchestrator/tasks/table';
import {
  type Ailment,
  addedModules,
  ailments,
  becomings,
  type CallFaultKind,
  type CallFaultOf,
  commandNames,
  deedNames,
  type Fault,
  failingCalls,
  narrowings,
  organizationModules,
  outageKinds,
  portNames,
  readingApis,
  stormMinutes,
  type Told,
  writingApis,
} from './faults';
import { isDrawn, type Switches } from './switches';

export interface Drawn {
  readonly residents: number;
  readonly ous: number;
  readonly releases: number;
}

/** Each kind draws from a source of its own, so that adding or removing a kind leaves the others unchanged. */
export function drawFaults(
  random: Random,
  { residents, ous, releases }: Drawn,
  switches: Switches = {},
): readonly Fault[] {
  const kinds = Object.keys(drawn) as Fault['kind'][];
  return kinds.flatMap((kind) => {
    if (!isDrawn(kind, switches)) return [];
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
  storeFails: 0.4,
  // Each further module takes its time.
  module: 0.15,
  organizationRuns: 0.12,
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
/** Half of them soon, since the first calls of a rollout are the ones that most others follow. */
const nthOf = ({ upTo, likely }: Dice, most: number): number => upTo(likely(0.5) ? Math.ceil(most / 10) : most);

const failing =
  <K extends CallFaultKind>(kind: K, most: number, how: readonly [Ailment, ...Ailment[]] = ailments) =>
  (dice: Dice): CallFaultOf<K> => ({
    kind,
    api: dice.one<string>(failingCalls[kind]),
    nth: nthOf(dice, most),
    times: dice.upTo(4),
    how: dice.one(how),
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
  slowAws: (dice) => ({ kind: 'slowAws', resident: someone(dice), ...spell(dice, stormMinutes) }),
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
  storeFails: failing('storeFails', 300),
  artifactFails: failing('artifactFails', 120),
  describeFails: failing('describeFails', 30),
  restoreFails: failing('restoreFails', 4),
  linkedRolesFail: failing('linkedRolesFail', 6),
  driftFails: failing('driftFails', 8),
  garbled: failing('garbled', 30, ['garbled']),
  throttledLong: (dice) => ({
    kind: 'throttledLong',
    api: dice.one<string>([...readingApis, ...writingApis, 'store.get', 'store.put', 'artifacts.get']),
    nth: nthOf(dice, 40),
    times: 6 + dice.upTo(34),
  }),
  callback: (dice) => ({
    kind: 'callback',
    nth: dice.upTo(10),
    fate: dice.one(['refused', 'lost', 'late', 'twice']),
    seconds: dice.upTo(dice.likely(0.5) ? 30 : 1_200),
  }),
  outage: (dice) => ({
    kind: 'outage',
    at: dice.minute(),
    minutes: dice.likely(0.5) ? dice.upTo(6) / 6 : dice.upTo(20),
    how: dice.one([...outageKinds]),
    store: dice.likely(0.5),
  }),
  awsOutage: (dice) => ({
    kind: 'awsOutage',
    at: dice.minute(),
    minutes: dice.likely(0.5) ? dice.upTo(6) / 6 : dice.upTo(20),
    port: dice.one([...portNames]),
  }),
  skewed: (dice) => ({
    kind: 'skewed',
    process: dice.upTo(4),
    seconds: dice.one([-1, 1]) * dice.upTo(dice.likely(0.5) ? 100 : 7_200),
  }),
  engineStore: (dice) => ({ kind: 'engineStore', nth: nthOf(dice, 200), times: dice.upTo(10) }),
  module: (dice) => ({ kind: 'module', module: dice.one([...addedModules]), from: dice.index(dice.releases) }),
  organizationRuns: (dice) => ({
    kind: 'organizationRuns',
    module: dice.one([...organizationModules]),
    declared: dice.likely(0.5),
  }),
};
