/** One sentence per event, for people. */
import { actorName } from '../domain/model/actor';
import { checkName } from '../domain/model/check-name';
import type { RolloutEvent } from '../domain/model/event';
import { faultWords } from '../domain/model/outage';
import type { Rehoming } from '../domain/model/plan';
import type { Outcome } from '../domain/model/rollout';
import { outcomeVerb } from './findings';
import type { Colour, Paint } from './paint';
import { promptState } from './prompt';
import { clockTime, few, plural } from './text';

/** The first reason is the summary. Accounts have their own events, and the final summary shows everything. */
const firstOf = ([first = 'no reason given', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} (and ${plural(others.length, 'more reason', 'more reasons')})`;

/** An account that changes its wave brings its stacks with it. */
const stepWords: Readonly<Record<Rehoming, string>> = {
  detach: 'detaching stacks from the former wave of',
  adopt: 'adopting the stacks of',
  follow: 'updating the adopted stacks of',
};

const decisionWords: Readonly<Record<string, string>> = {
  approve: 'approved',
  retry: 'requested a retry',
  rollBack: 'requested a rollback',
  reject: 'rejected the rollout',
  abort: 'aborted the rollout',
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  completed: 'completed',
  held: 'held',
  rolledBack: 'rolled back',
  aborted: 'aborted',
  failed: 'failed',
};

type Sentences = {
  readonly [T in RolloutEvent['type']]: (event: Extract<RolloutEvent, { type: T }>) => string;
};

const sentences: Sentences = {
  rolloutStarted: (e) =>
    `${actorName(e.by)} started ${e.emergency ? 'emergency ' : ''}rollout ${e.rolloutId} with release ${e.release}${e.reason ? `: ${e.reason}` : ''}`,
  newAccountFollowed: (e) => `rollout ${e.rolloutId} onboards account ${e.account}: ${e.reason}`,
  stateTakenOver: (e) =>
    `${actorName(e.by)} took over the organization from state ${e.state}, which ${e.former} put in charge at ${e.since}${e.reason ? `: ${e.reason}` : ''}`,
  organizationListed: (e) => `the organization has ${plural(e.accounts, 'account')}`,
  planned: (e) =>
    `${plural(
      e.waves.reduce((sum, wave) => sum + wave.accounts, 0),
      'account',
    )} in ${plural(e.waves.length, 'wave')}, ${e.excluded} excluded`,
  planPostponed: (e) => `${e.because}; next attempt at ${clockTime(e.until, new Date(e.at))}`,
  waveOpened: (e) =>
    `wave ${e.wave}: ${plural(e.accounts, 'account')}, ${e.toChange} to change${e.attempt > 1 ? `, attempt ${e.attempt}` : ''}`,
  waveSkipped: (e) => `wave ${e.wave}: skipped, ${e.because}`,
  waveOverridden: (e) =>
    `wave ${e.wave}: overridden with ${e.deployed} of ${plural(e.accounts, 'account')} at ${e.release}${
      e.isFinished ? '; it can be rolled back to this release' : '; it is no rollback target'
    }`,
  preflightDone: (e) =>
    `wave ${e.wave}: preflight passed in ${plural(e.entered, 'account')}${e.leftOut > 0 ? `, ${e.leftOut} skipped` : ''}${
      e.adopted ? `, ${e.adopted} with resources managed outside Strongroom` : ''
    }${e.skipped ? `, ${e.skipped} with skipped modules` : ''}`,
  adopted: (e) =>
    `wave ${e.wave}: account ${e.account}: ${e.module} in ${e.region} is managed outside Strongroom: ${e.because}`,
  moduleSkipped: (e) =>
    `wave ${e.wave}: account ${e.account}: ${e.module} skipped in ${e.region}: ${e.because}; its checks are unknown`,
  accountLeftOut: (e) => `wave ${e.wave}: account ${e.account} skipped: ${e.reason}`,
  stageStarted: (e) =>
    `wave ${e.wave}: stage ${e.stage + 1} of ${e.stages}, ${e.step ? stepWords[e.step] : `deploying ${e.modules.join(', ')} to`} ${plural(e.accounts, 'account')}${e.regions.length === 0 ? '' : ` in ${e.regions.join(', ')}`}`,
  stageLanded: (e) => `wave ${e.wave}: stage ${e.stage + 1} finished, ${e.done} succeeded, ${e.failed} failed`,
  accountFailed: (e) =>
    `wave ${e.wave}: account ${e.account} failed: ${[e.module, e.region && `in ${e.region}`].filter(Boolean).join(' ')}: ${e.reason}`,
  settingsApplied: (e) => `wave ${e.wave}: settings applied in ${plural(e.accounts, 'account')}`,
  checkFailed: (e) =>
    `wave ${e.wave}: account ${e.account}: ${checkName(e)} ${outcomeVerb(e.outcome)}${e.region === 'global' ? '' : ` in ${e.region}`}: observed ${e.observed}, expected ${e.expected}`,
  waveJudged: (e) => `wave ${e.wave}: ${e.verdict}, ${firstOf(e.because)}`,
  waiting: (e) => `wave ${e.wave}: ${waitOf(e)}`,
  approvalRequested: (e) => `wave ${e.wave}: ${promptState(e.about)}: ${firstOf(e.because)}`,
  answered: (e) => `${actorName(e.by)} ${decisionWords[e.decision] ?? `decided ${e.decision}`}: ${e.reason}`,
  paused: (e) =>
    `${actorName(e.by)} paused the rollout: ${e.reason}; work in progress is completed, nothing new starts`,
  resumed: (e) => `${actorName(e.by)} resumed the rollout: ${e.reason}`,
  rollingBack: (e) =>
    `wave ${e.wave}: rolling back to ${e.to}${e.staying ? `, which does not have ${e.staying.join(', ')}: these stacks are kept` : ''}`,
  outage: (e) =>
    `wave ${e.wave}: outage (${faultWords[e.fault]}): ${e.because}; next attempt at ${clockTime(e.until, new Date(e.at))}`,
  crashed: (e) => `${e.state} failed: ${e.because}`,
  rolloutFinished: (e) => `${outcomeWords[e.outcome]}: ${few(e.because, 2)}`,
};

function waitOf({ for: why, until, at, accounts }: Extract<RolloutEvent, { type: 'waiting' }>): string {
  const time = clockTime(until, new Date(at));
  switch (why) {
    case 'soak':
      return `healthy, soaking until ${time}, then checked again`;
    case 'settle':
      return `not settled yet, next check at ${time}`;
    case 'freeze':
      return `waiting for the freeze to end at ${time}`;
    case 'onboardings':
      return `waiting for the onboarding of ${plural(accounts ?? 1, 'new account')}, next check at ${time}`;
    case 'bootstrap':
      return `waiting for ${accounts === undefined ? 'its accounts' : plural(accounts, 'new account')} to become ready, next check at ${time}`;
  }
}

export const sentenceOf = (event: RolloutEvent): string =>
  (sentences[event.type] as (e: RolloutEvent) => string)(event);

/** The longest event types have this many characters. */
const typeColumns = 18;

/** A line of a log. */
export const plainLine = (event: RolloutEvent): string =>
  `${clockTime(event.at)} ${event.type.padEnd(typeColumns)} ${sentenceOf(event)}`;

type Mark = readonly [glyph: string, colour: Colour];
const [step, good, bad, wait, ask]: readonly [Mark, Mark, Mark, Mark, Mark] = [
  ['·', 'dim'],
  ['✓', 'green'],
  ['✗', 'red'],
  ['…', 'dim'],
  ['?', 'yellow'],
];

function markOf(event: RolloutEvent): Mark {
  switch (event.type) {
    case 'waveJudged':
      return event.verdict === 'healthy' ? good : event.verdict === 'failed' ? bad : ask;
    case 'stageLanded':
      return event.failed > 0 ? bad : step;
    case 'rolloutFinished':
      return event.outcome === 'completed' ? good : bad;
    case 'waveSkipped':
      return good;
    case 'accountLeftOut':
    case 'accountFailed':
    case 'checkFailed':
    case 'crashed':
    case 'rollingBack':
      return bad;
    case 'waveOverridden':
    case 'moduleSkipped':
    case 'approvalRequested':
    case 'answered':
    case 'paused':
    case 'resumed':
      return ask;
    case 'waiting':
    case 'outage':
    case 'planPostponed':
      return wait;
    default:
      return step;
  }
}

/** A line on a terminal. */
export function colourfulLine(event: RolloutEvent, paint: Paint): string {
  const [glyph, colour] = markOf(event);
  const isHeading = event.type === 'waveOpened';
  const sentence = isHeading ? paint.bold(sentenceOf(event)) : sentenceOf(event);
  return `${paint.dim(clockTime(event.at))} ${paint[colour](glyph)} ${colour === 'dim' && !isHeading ? paint.dim(sentence) : sentence}`;
}
