/** One sentence per event, for people. */
import type { RolloutEvent } from '../domain/model/event';
import { type GateId, gateTitles } from '../domain/model/gate';
import type { Rehoming } from '../domain/model/plan';
import type { Colour, Paint } from './paint';
import { clockTime, few, plural } from './text';

/** Reasons begin with the sum of them; accounts have events of their own, and the summary has everything. */
const firstOf = ([first = 'no reason given', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} (and ${plural(others.length, 'more reason', 'more reasons')})`;

/** An account that has changed its wave brings its stacks along. */
const stepWords: Readonly<Record<Rehoming, string>> = {
  release: 'releasing from their former wave the stacks of',
  adopt: 'adopting the stacks of',
  follow: 'making follow this wave the stacks of',
};

type Sentences = {
  readonly [T in RolloutEvent['type']]: (event: Extract<RolloutEvent, { type: T }>) => string;
};

const sentences: Sentences = {
  rolloutStarted: (e) =>
    `${e.rolloutId} brings release ${e.release}${e.emergency ? ' as an emergency' : ''}, started by ${e.by}${e.reason ? `: ${e.reason}` : ''}`,
  newAccountFollowed: (e) => `${e.rolloutId} follows account ${e.account}: ${e.reason}`,
  stateTakenOver: (e) =>
    `${e.by} took the organization over from state ${e.state}, which ${e.former} began with at ${e.since}${e.reason ? `: ${e.reason}` : ''}`,
  organizationListed: (e) => `the organization has ${plural(e.accounts, 'account')}`,
  planned: (e) =>
    `${plural(
      e.waves.reduce((sum, wave) => sum + wave.accounts, 0),
      'account',
    )} in ${plural(e.waves.length, 'wave')}, ${e.excluded} left alone`,
  planPostponed: (e) => `${e.because}; looks again at ${clockTime(e.until, new Date(e.at))}`,
  waveOpened: (e) =>
    `wave ${e.wave}: ${plural(e.accounts, 'account')}, ${e.toChange} to change${e.attempt > 1 ? `, attempt ${e.attempt}` : ''}`,
  waveSkipped: (e) => `wave ${e.wave}: passed, ${e.because}`,
  preflightDone: (e) =>
    `wave ${e.wave}: ${plural(e.entered, 'account')} entered${e.leftOut > 0 ? `, ${e.leftOut} left out` : ''}${
      e.adopted ? `, ${plural(e.adopted, 'has', 'have')} something that is left to others` : ''
    }`,
  adopted: (e) => `wave ${e.wave}: ${e.account} ${e.module} in ${e.region} is left to others: ${e.because}`,
  accountLeftOut: (e) => `wave ${e.wave}: ${e.account} left out: ${e.reason}`,
  stageStarted: (e) =>
    `wave ${e.wave}: stage ${e.stage + 1} of ${e.stages}, ${e.step ? stepWords[e.step] : `${e.modules.join(', ')} into`} ${plural(e.accounts, 'account')} in ${e.regions.join(', ')}`,
  stageLanded: (e) => `wave ${e.wave}: stage ${e.stage + 1} landed, ${e.done} done, ${e.failed} failed`,
  accountFailed: (e) =>
    `wave ${e.wave}: ${e.account} failed: ${[e.module, e.region && `in ${e.region}`].filter(Boolean).join(' ')}: ${e.reason}`,
  settingsApplied: (e) => `wave ${e.wave}: settings applied in ${plural(e.accounts, 'account')}`,
  checkFailed: (e) =>
    `wave ${e.wave}: ${e.account} check ${e.check} (${gateName(e.gate)}) in ${e.region} ${e.outcome === 'fail' ? 'failed' : 'could not be measured'}: observed ${e.observed}, expected ${e.expected}`,
  waveJudged: (e) => `wave ${e.wave}: ${e.verdict}, ${firstOf(e.because)}`,
  waiting: (e) => `wave ${e.wave}: ${waitOf(e)}`,
  approvalRequested: (e) => `wave ${e.wave}: waits for a person (${e.about}): ${firstOf(e.because)}`,
  answered: (e) => `${e.by} answered ${e.decision}: ${e.reason}`,
  paused: (e) => `${e.by} paused it: ${e.reason}; what runs is finished, and nothing new is started`,
  resumed: (e) => `${e.by} resumed it: ${e.reason}`,
  rollingBack: (e) =>
    `wave ${e.wave}: goes back to ${e.to}${e.staying ? `, which does not have ${e.staying.join(', ')}: left standing` : ''}`,
  crashed: (e) => `${e.state} failed: ${e.because}`,
  rolloutFinished: (e) => `${e.outcome}: ${few(e.because, 2)}`,
};

function waitOf({ for: why, until, at, accounts }: Extract<RolloutEvent, { type: 'waiting' }>): string {
  const time = clockTime(until, new Date(at));
  switch (why) {
    case 'soak':
      return `healthy, soaks until ${time}, then is checked again`;
    case 'settle':
      return `not settled yet, is checked again at ${time}`;
    case 'freeze':
      return `held by a freeze, is opened again at ${time}`;
    case 'onboardings':
      return `waits until ${plural(accounts ?? 1, 'new account')} of the wave got its present release, looks again at ${time}`;
    case 'bootstrap':
      return `waits for ${accounts === undefined ? 'its accounts' : plural(accounts, 'fresh account')} to come up, looks again at ${time}`;
  }
}

const gateName = (gate: GateId): string => gateTitles[gate];

export const sentenceOf = (event: RolloutEvent): string =>
  (sentences[event.type] as (e: RolloutEvent) => string)(event);

/** As a log has it. */
export const plainLine = (event: RolloutEvent): string =>
  `${clockTime(event.at)} ${event.type.padEnd(15)} ${sentenceOf(event)}`;

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
    case 'approvalRequested':
    case 'answered':
    case 'paused':
    case 'resumed':
      return ask;
    case 'waiting':
    case 'planPostponed':
      return wait;
    default:
      return step;
  }
}

/** As a person at a terminal sees it. */
export function colourfulLine(event: RolloutEvent, paint: Paint): string {
  const [glyph, colour] = markOf(event);
  const isHeading = event.type === 'waveOpened';
  const sentence = isHeading ? paint.bold(sentenceOf(event)) : sentenceOf(event);
  return `${paint.dim(clockTime(event.at))} ${paint[colour](glyph)} ${colour === 'dim' && !isHeading ? paint.dim(sentence) : sentence}`;
}
