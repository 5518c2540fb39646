/** What AWS answered in a rehearsal, and what follows for the assumptions. */
import type { AccountId, Region } from '../model/brand';
import { type Assumption, type AssumptionId, assumptions } from './assumptions';
import { type Need, type QuestionId, questions, titleOf } from './questions';

/** `unknown`: it was asked, and the answer decides nothing. */
export type Verdict = 'confirmed' | 'refuted' | 'unknown';

export interface Answer {
  readonly question: QuestionId;
  readonly verdict: Verdict;
  /** What AWS did, in one sentence. */
  readonly observed: string;
  readonly seconds: number;
}

export interface Rehearsed {
  readonly account: AccountId;
  readonly home: Region;
  readonly optInRegion?: Region | undefined;
  /** ISO times. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly answers: readonly Answer[];
  /** Why it ended early; absent if every question was asked. */
  readonly endedEarly?: string | undefined;
  /** What could not be removed: each with where it is. */
  readonly remains: readonly string[];
}

export interface Finding extends Assumption {
  readonly verdict: Verdict | 'notAsked';
  /** What was observed for each of its questions. */
  readonly observed: readonly string[];
}

export interface Report extends Rehearsed {
  readonly findings: readonly Finding[];
}

/** One refutation refutes an assumption; all its questions have to be confirmed to confirm it. */
export function reportOf(rehearsed: Rehearsed): Report {
  const byQuestion = new Map(rehearsed.answers.map((answer) => [answer.question, answer]));
  const findings = assumptions.map((assumption): Finding => {
    const own = questionsAbout(assumption.id);
    const answers = own.flatMap((id) => byQuestion.get(id) ?? []);
    return {
      ...assumption,
      verdict: verdictOf(answers, own.length),
      observed: answers.map(({ observed }) => observed),
    };
  });
  return { ...rehearsed, findings };
}

const questionsAbout = (assumption: AssumptionId): readonly QuestionId[] =>
  questions.filter(({ answers }) => answers.includes(assumption)).map(({ id }) => id);

function verdictOf(answers: readonly Answer[], wanted: number): Finding['verdict'] {
  if (answers.length === 0) return 'notAsked';
  if (answers.some(({ verdict }) => verdict === 'refuted')) return 'refuted';
  return answers.length === wanted && answers.every(({ verdict }) => verdict === 'confirmed') ? 'confirmed' : 'unknown';
}

export type Ending = 'confirmed' | 'refuted' | 'unknown';

/** Something refuted or left behind weighs more than something unknown; what was never asked weighs nothing. */
export function endingOf({ answers, remains, endedEarly }: Rehearsed): Ending {
  if (remains.length > 0 || answers.some(({ verdict }) => verdict === 'refuted')) return 'refuted';
  const isComplete = endedEarly === undefined && answers.every(({ verdict }) => verdict === 'confirmed');
  return isComplete ? 'confirmed' : 'unknown';
}

export const countsOf = ({ findings }: Pick<Report, 'findings'>): Readonly<Record<Finding['verdict'], number>> => ({
  confirmed: findings.filter(({ verdict }) => verdict === 'confirmed').length,
  refuted: findings.filter(({ verdict }) => verdict === 'refuted').length,
  unknown: findings.filter(({ verdict }) => verdict === 'unknown').length,
  notAsked: findings.filter(({ verdict }) => verdict === 'notAsked').length,
});

const said: Readonly<Record<Finding['verdict'], string>> = {
  confirmed: 'confirmed',
  refuted: '**refuted**',
  unknown: 'unknown',
  notAsked: 'not asked',
};

/** Cells of a Markdown table are one line, and a bar would end them. */
const cell = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
const tableRow = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

export function markdownOf(report: Report): string {
  const { account, home, optInRegion, startedAt, endedAt, answers, findings, remains, endedEarly } = report;
  const { confirmed, refuted, unknown, notAsked } = countsOf(report);
  const regions = optInRegion === undefined ? home : `${home}, ${optInRegion}`;
  const wrong = findings.filter(({ verdict }) => verdict === 'refuted');
  return [
    '# Rehearsal',
    '',
    `Account ${account}, ${regions}, from ${startedAt} to ${endedAt}. Of ${findings.length} assumptions AWS confirmed ${confirmed} and ` +
      `refuted ${refuted}; ${unknown} are unknown, ${notAsked} were not asked.`,
    ...(endedEarly === undefined ? [] : ['', `The rehearsal ended early: ${endedEarly}.`]),
    ...(remains.length === 0 ? [] : ['', '## What remains', '', ...remains.map((left) => `- ${left}`)]),
    ...(wrong.length === 0
      ? []
      : ['', '## What would have to change', '', ...wrong.map(({ id, ifWrong }) => `- ${id}: ${ifWrong}`)]),
    '',
    '## Assumptions',
    '',
    '| id | the code assumes | AWS | observed | if wrong |',
    '|---|---|---|---|---|',
    ...findings.map(({ id, assumes, verdict, observed, ask, ifWrong }) =>
      tableRow(id, assumes, said[verdict], verdict === 'notAsked' ? `to ask: ${ask}` : observed.join('; '), ifWrong),
    ),
    '',
    '## Questions',
    '',
    '| question | AWS | observed | seconds |',
    '|---|---|---|---|',
    ...answers.map(({ question, verdict, observed, seconds }) =>
      tableRow(titleOf(question), said[verdict], observed, String(seconds)),
    ),
    '',
  ].join('\n');
}

/** The questions of a rehearsal that has these things. */
export const questionsWith = (has: readonly Need[]): readonly QuestionId[] =>
  questions.filter(({ needs }) => needs !== 'optInRegion' || has.includes('optInRegion')).map(({ id }) => id);
