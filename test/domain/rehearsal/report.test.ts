/** The assumptions are those of the documentation, and a report says of each what AWS answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAccountId, parseRegion } from '../../../orchestrator/domain/model/brand';
import { assumptions } from '../../../orchestrator/domain/rehearsal/assumptions';
import { questions } from '../../../orchestrator/domain/rehearsal/questions';
import {
  type Answer,
  countsOf,
  endingOf,
  markdownOf,
  type Rehearsed,
  reportOf,
} from '../../../orchestrator/domain/rehearsal/report';
import { saySame, templateOf } from '../../../orchestrator/domain/rehearsal/templates';

const rehearsed = (answers: readonly Answer[], change: Partial<Rehearsed> = {}): Rehearsed => ({
  account: parseAccountId('111122223333'),
  home: parseRegion('eu-central-1'),
  startedAt: '2026-12-01T08:00:00.000Z',
  endedAt: '2026-12-01T08:40:00.000Z',
  answers,
  remains: [],
  ...change,
});
const answer = (
  question: Answer['question'],
  verdict: Answer['verdict'] = 'confirmed',
  observed = 'it did',
): Answer => ({ question, verdict, observed, seconds: 3 });
const verdictOf = (id: string, answers: readonly Answer[]) =>
  reportOf(rehearsed(answers)).findings.find((finding) => finding.id === id)?.verdict;

test('the assumptions are those of section 9 of aws-behavior.md, in its words', () => {
  const page = readFileSync(join(__dirname, '../../../docs/reference/aws-behavior.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| A\d+ \|/.test(line));

  expect(assumptions.map(({ id, assumes, ask, ifWrong }) => `| ${id} | ${assumes} | ${ask} | ${ifWrong} |`)).toEqual(
    rows,
  );
});

test('every question is about an assumption, and the ids of assumptions count from 1', () => {
  const ids = assumptions.map(({ id }) => id);

  expect(ids).toEqual(ids.map((_id, index) => `A${index + 1}`));
  expect(questions.filter(({ answers }) => answers.length === 0 || answers.some((id) => !ids.includes(id)))).toEqual(
    [],
  );
});

test.each([
  [[answer('repeatWhileRunning'), answer('repeatAfterEnd')], 'confirmed'],
  [[answer('repeatWhileRunning'), answer('repeatAfterEnd', 'refuted')], 'refuted'],
  [[answer('repeatWhileRunning', 'unknown'), answer('repeatAfterEnd', 'refuted')], 'refuted'],
  [[answer('repeatWhileRunning', 'unknown'), answer('repeatAfterEnd')], 'unknown'],
  [[answer('repeatAfterEnd')], 'unknown'],
  [[answer('follow')], 'notAsked'],
] as const)('an assumption with two questions, answered %j, is %s', (answers, verdict) => {
  expect(verdictOf('A1', answers)).toBe(verdict);
});

test('one answer decides both assumptions of its question', () => {
  const answers = [answer('deniedRole', 'refuted')];

  expect([verdictOf('A27', answers), verdictOf('A39', answers)]).toEqual(['refuted', 'refuted']);
});

test('every assumption is in the report, asked or not', () => {
  const counts = countsOf(reportOf(rehearsed([answer('follow'), answer('revertDrift', 'unknown')])));

  expect(counts).toEqual({ confirmed: 1, refuted: 0, unknown: 1, notAsked: assumptions.length - 2 });
});

test.each([
  ['confirmed', rehearsed([answer('follow')])],
  ['unknown', rehearsed([answer('follow'), answer('topicRole', 'unknown')])],
  ['unknown', rehearsed([answer('follow')], { endedEarly: 'it was interrupted' })],
  ['refuted', rehearsed([answer('follow', 'unknown'), answer('topicRole', 'refuted')])],
  ['refuted', rehearsed([answer('follow')], { remains: ['StackSet x'] })],
] as const)('it ends as %s (case %#)', (ending, one) => {
  expect(endingOf(one)).toBe(ending);
});

test('the Markdown has what would have to change, what remains, and how to ask what was not asked', () => {
  const text = markdownOf(
    reportOf(
      rehearsed([answer('importOtherTemplate', 'refuted', 'AWS said:\nno | never')], {
        remains: ['StackSet strongroom-rehearsal-x in eu-central-1: stuck'],
        endedEarly: 'it was interrupted',
      }),
    ),
  );

  expect(text).toContain('The rehearsal ended early: it was interrupted.');
  expect(text).toContain('- StackSet strongroom-rehearsal-x in eu-central-1: stuck');
  expect(text).toContain('- A4: the move of an account between waves fails');
  expect(text).toContain('| **refuted** | AWS said: no \\| never |');
  expect(text).toMatch(/\| A8 \|.*\| not asked \| to ask: create and invite an account/);
  const widths = text.split('\n').flatMap((line) => (line.startsWith('| A') ? [line.match(/(?<!\\)\|/g)?.length] : []));
  expect(new Set(widths)).toEqual(new Set([6]));
});

test('templates are compared by what they say, and each makes one rule', () => {
  const first = templateOf('first');

  expect(saySame(first, JSON.stringify(JSON.parse(first), undefined, 2))).toBe(true);
  expect([saySame(first, templateOf('second')), saySame(first, 'Resources: {}')]).toEqual([false, false]);
  expect(Object.keys(JSON.parse(first).Resources)).toEqual(['Rule']);
});
