/** A rehearsal on the terminal. */
import type { AccountId, Region } from '../../domain/model/brand';
import { rehearsalPrefix } from '../../domain/model/resource-names';
import { titleOf } from '../../domain/rehearsal/questions';
import { type Answer, countsOf, type Report, type Verdict } from '../../domain/rehearsal/report';
import type { Paint } from '../../presentation/paint';

export interface Intention {
  readonly account: AccountId;
  readonly home: Region;
  readonly optInRegion?: Region | undefined;
  readonly isCleanup: boolean;
}

export function intentionLines({ account, home, optInRegion, isCleanup }: Intention): readonly string[] {
  const places = optInRegion === undefined ? home : `${home} and ${optInRegion}`;
  if (isCleanup)
    return [
      `removes everything whose name begins with ${rehearsalPrefix}:`,
      `  in account ${account}, ${places}: stacks that StackSets of rehearsals have made`,
      `  in the administrator account, ${home}: StackSets, rules, queues, topics and roles`,
    ];
  return [
    `creates in account ${account}, ${places}: up to four stacks, each with one event rule that matches nothing`,
    '  where the baseline is deployed also a sample finding of GuardDuty, which reaches the alert topic',
    `creates in the administrator account, ${home}: six StackSets, and a rule, a queue, a topic and a role that listen to them`,
    `every name begins with ${rehearsalPrefix}; everything is removed at the end`,
    'takes about 40 minutes, and costs less than $0.10',
    '',
  ];
}

const painted = (verdict: Verdict, paint: Paint): string => {
  const padded = verdict.padEnd('confirmed'.length);
  if (verdict === 'confirmed') return paint.green(padded);
  return verdict === 'refuted' ? paint.red(padded) : paint.yellow(padded);
};

export const answerLine = ({ question, verdict, observed, seconds }: Answer, paint: Paint): string =>
  `${painted(verdict, paint)}  ${titleOf(question)}: ${observed} (${seconds} s)`;

export function remainsLines(remains: readonly string[]): readonly string[] {
  if (remains.length === 0) return ['nothing of a rehearsal remains'];
  return ['this could not be removed:', ...remains.map((left) => `  ${left}`)];
}

interface Around {
  readonly paint: Paint;
  /** Removes what remains. */
  readonly again: string;
  readonly file: string | undefined;
}

export function reportLines(report: Report, { paint, again, file }: Around): readonly string[] {
  const { confirmed, refuted, unknown, notAsked } = countsOf(report);
  const { findings, remains, endedEarly } = report;
  const wrong = findings.filter(({ verdict }) => verdict === 'refuted');
  return [
    '',
    ...(endedEarly === undefined ? [] : [`ended early: ${endedEarly}`]),
    `of ${findings.length} assumptions, ${confirmed} are confirmed, ${refuted} refuted, ${unknown} unknown and ${notAsked} not asked`,
    ...wrong.map(({ id, ifWrong }) => `  ${paint.red(id)} ${ifWrong}`),
    ...remainsLines(remains),
    ...(remains.length === 0 ? [] : [`to remove it: ${again}`]),
    file === undefined ? 'for all assumptions, use --report FILE' : `the report is in ${file}`,
  ];
}
