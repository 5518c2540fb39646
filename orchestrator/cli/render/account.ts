/** Everything about one account, and the next step. */
import { type AccountRecord, isWithoutBeginning, lastFailures } from '../../domain/model/account-record';
import { actorName } from '../../domain/model/actor';
import { checkName } from '../../domain/model/check-name';
import { type CheckOutcome, type GateId, gateIds, gateTitles } from '../../domain/model/gate';
import { isReadyForKeys } from '../../domain/model/readiness';
import { checkFinding, failureFinding, findingLines } from '../../presentation/findings';
import { nextStep } from '../../presentation/next-step';
import { unreachedText } from '../../presentation/outage';
import type { Colour, Paint } from '../../presentation/paint';
import { stateSpells } from '../../presentation/readiness';
import { stateColour } from '../../presentation/status';
import { plural, table } from '../../presentation/text';
import type { Evidence } from '../../records/evidence';
import { driftRows } from './drift';
import { accountProbeLines } from './probes';

export interface AccountSeen {
  readonly account: AccountRecord;
  /** Oldest first. */
  readonly visits: readonly Evidence[];
}

/** How many visits are shown, newest first; `evidence` has them all. */
const visitsShown = 5;
/** How many states are shown, newest first; `--json` has all that are kept. */
const statesShown = 10;

/** The last visit that ran checks instead of probes. */
export const latestChecks = (visits: readonly Evidence[]): Evidence | undefined =>
  visits.findLast(({ probes }) => probes === undefined);

/** @param command returns a command with the options of this session. */
export function accountLines(
  { account, visits }: AccountSeen,
  command: (words: string) => string,
  paint: Paint,
): readonly string[] {
  const latest = latestChecks(visits);
  return [
    `${paint.bold(account.id)} ${account.name}`,
    ...table(facts(account, latest, paint), '  '),
    ...section(paint, 'gates', gateLines(account, latest, paint)),
    ...section(paint, 'failing checks', findingLines(account.failing.map(checkFinding), '  ')),
    ...section(paint, 'probes', accountProbeLines(account.probes?.results ?? [], paint)),
    ...section(paint, 'drift', driftRows(account.drift ?? [])),
    ...section(paint, 'failures', findingLines(lastFailures(account).map(failureFinding), '  ')),
    ...section(paint, 'modules', table(moduleRows(account), '  ')),
    ...section(paint, 'readiness over time', spellLines(account)),
    ...section(paint, 'visits', table(visits.toReversed().slice(0, visitsShown).map(visitRow), '  ')),
    ...section(
      paint,
      'next step',
      nextStep(account, command).map((line) => `  ${line}`),
    ),
  ];
}

function facts(account: AccountRecord, latest: Evidence | undefined, paint: Paint): readonly (readonly string[])[] {
  const { state, stateSince, wave, because, ou, orgState, release, settingsRelease, passing, holder, work } = account;
  return [
    ['state', `${paint[stateColour(state)](state)} since ${time(stateSince)}`],
    ['ready for keys', isReadyForKeys(state) ? 'yes' : 'no'],
    ['organization', `${orgState}, ${ou === '' ? 'directly in the root' : `OU ${ou}`}`],
    state === 'EXEMPT' ? ['exception', because] : ['wave', `${wave ?? 'none'}: ${because}`],
    ['release', release ?? 'none or mixed'],
    ['settings', settingsRelease === undefined ? 'not applied' : `applied as of ${settingsRelease}`],
    ['in use by', holder === undefined ? 'no rollout' : `rollout ${holder.rollout}`],
    ['last check', latest === undefined ? 'never' : `${time(latest.at)} by ${visitorOf(latest)}`],
    ...(work?.unreached === undefined
      ? []
      : [['not reached', `${time(work.unreached.seenAt)}, ${unreachedText(work.unreached)}`]]),
    ...(passing === undefined ? [] : [['passing since', time(passing.at)]]),
  ];
}

function spellLines(account: AccountRecord): readonly string[] {
  const spells = stateSpells(account);
  const rows = spells
    .slice(0, statesShown)
    .map(({ at, state, lasted, why, rollout }) => [
      time(at),
      state,
      lasted,
      rollout === undefined ? why : `${why}, rollout ${rollout}`,
    ]);
  const hidden = spells.length - rows.length;
  const before =
    hidden > 0 ? `and ${hidden} earlier` : isWithoutBeginning(account) ? 'earlier states are not recorded' : undefined;
  return [...table(rows, '  '), ...(before === undefined ? [] : [`  ${before}`])];
}

const time = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

/** The schedule starts most sweeps, so only a person is named. The record of a rollout names who started it. */
function visitorOf(visit: Evidence): string {
  if ('rollout' in visit) return `rollout ${visit.rollout}`;
  return visit.by.kind === 'system' ? `sweep ${visit.sweep}` : `sweep ${visit.sweep} by ${actorName(visit.by)}`;
}

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

const colours: Readonly<Record<CheckOutcome, Colour>> = {
  pass: 'green',
  fail: 'red',
  unknown: 'yellow',
  notApplicable: 'dim',
};

const outcomeWords: Readonly<Record<CheckOutcome, string>> = {
  pass: 'pass',
  fail: 'fail',
  unknown: 'unknown',
  notApplicable: 'n/a',
};

/** Each gate with the results of the last visit. */
function gateLines({ gates }: AccountRecord, latest: Evidence | undefined, paint: Paint): readonly string[] {
  return gateIds.flatMap((gate: GateId): readonly string[] => {
    const results = latest?.results.filter((result) => result.gate === gate) ?? [];
    const outcome = gates[gate];
    if (outcome === undefined && results.length === 0) return [];
    const lines = results.flatMap((result) => [
      `    ${paint[colours[result.outcome]](outcomeWords[result.outcome])}  ${checkName(result)}, ${result.region}`,
      `          observed ${result.observed}, expected ${result.expected}`,
    ]);
    const verdict = outcome === undefined ? 'advisory only' : paint[colours[outcome]](outcomeWords[outcome]);
    return [`  ${paint.bold(gateTitles[gate])}: ${verdict}`, ...lines];
  });
}

const moduleRows = ({ modules, adopted = [], skipped = [] }: AccountRecord): readonly (readonly string[])[] => [
  ...modules.map(({ module, region, version, status, reason, notInRelease }) => [
    module,
    region,
    version === '' ? 'version unknown' : version,
    reason === undefined ? status : `${status}: ${reason}`,
    ...(notInRelease ? ['from a newer release, kept'] : []),
  ]),
  ...adopted.map(({ module, region, because }) => [module, region, 'managed outside Strongroom', because]),
  ...skipped.map(({ module, region, because }) => [module, region, 'skipped by the last preflight', because]),
];

/** An entry of the history in `account --json`. */
export const visitEntry = (visit: Evidence) => {
  const results = visit.probes ?? visit.results;
  const count = (outcome: CheckOutcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    at: visit.at,
    run: 'rollout' in visit ? visit.rollout : visit.sweep,
    by: visit.by,
    release: visit.release,
    passed: count('pass'),
    failed: count('fail'),
    unknown: count('unknown'),
  };
};

function visitRow(visit: Evidence): readonly string[] {
  const { release, passed, failed, unknown } = visitEntry(visit);
  return [
    time(visit.at),
    visitorOf(visit),
    release,
    `${plural(passed, visit.probes === undefined ? 'check' : 'probe')} passed, ${failed} failed, ${unknown} unknown`,
  ];
}
