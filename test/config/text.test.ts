/** One row for each thing that can be wrong with a config as a text and as YAML, with all that is said about it. */
import { and, problemsOf, smallest, withModules, withWaves } from './sample';

const mustBeMap = 'must be a map of at least regions, modules and waves';
const moduleNames =
  'account-hardening, audit-logging, aws-config, threat-detection, alerts, operator-role, kms-default';

describe('the file', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', '', [`1:1 is empty, ${mustBeMap}`]],
    ['only comments', '# waves\n\n', [`1:1 is empty, ${mustBeMap}`]],
    ['null', '---\n', [`1:1 is empty, ${mustBeMap}`]],
    ['a list', '- waves\n- regions\n', [`1:1 ${mustBeMap}, got a list of 2`]],
    ['a text', 'hello', [`1:1 ${mustBeMap}, got "hello"`]],
    [
      'several documents',
      `${smallest}---\na: 1\n---\nb: 1\n`,
      ['5:1 must be one YAML document, got 3; the second starts here'],
    ],
    ['binary content', `${smallest}a: \u0000`, ['5:4 is not text: it contains the character U+0000']],
    ['bytes that are not UTF-8', '# caf\ufffd', ['1:6 is not text: it contains the character U+FFFD']],
    ['more than a mebibyte', `# ${'é'.repeat(524_288)}`, ['1:1 is over the limit of 1048576 bytes']],
    ['tabs', 'regions:\n\thome: us-east-1\n', ['2:1 is indented with a tab; use spaces']],
    [
      'two colons',
      'regions: home: us-east-1\n',
      ['1:10 has a second ": " on one line; quote the text that contains it'],
    ],
    ['an open quote', 'regions: "x', ['1:12 is not YAML: missing closing "quote']],
    ['a tab among signs', '| [\t', ['1:3 is not YAML: not a YAML token: [ ']],
    ['an unknown tag', and('onFailure: !held hold'), ['5:12 is not YAML: unresolved tag: !held']],
    ['binary data', and('onFailure: !!binary aGk='), ['5:12 is not YAML: unresolved tag: tag:yaml.org,2002:binary']],
    ['a cycle', 'waves: &w [*w]\n', ['1:12 waves: nests more than 50 levels deep']],
    [
      'an alias before its anchor',
      and('onFailure: *how'),
      ['5:12 onFailure: has an alias "*how" without an earlier anchor'],
    ],
    ['brackets without end', '['.repeat(100_000), ['1:52 nests more than 50 levels deep']],
    ['maps without end', '{a: '.repeat(1_000), ['1:205 nests more than 50 levels deep']],
    ['too many values', `waves: [${'1,'.repeat(100_000)}]`, ['1:200005 waves: is over the limit of 100000 values']],
  ])('%s', (_name, text, expected) => expect(problemsOf(text)).toEqual(expected));

  test('every syntax error is reported, until they are noise', () => {
    expect(problemsOf('a: "x" y\nb: "x" y\n')).toEqual([
      '1:8 is not YAML: unexpected scalar at node end',
      '2:8 is not YAML: unexpected scalar at node end',
    ]);
    expect(problemsOf(']'.repeat(1_000))).toHaveLength(20);
  });

  test('aliases of aliases do not grow without end', () => {
    const level = (n: number) => `l${n}: &l${n} [${Array(9).fill(n === 0 ? 'x' : `*l${n - 1}`)}]\n`;
    expect(problemsOf(Array.from({ length: 9 }, (_, n) => level(n)).join(''))).toEqual([
      expect.stringMatching(/^1:\d+ l5: is over the limit of 100000 values$/),
    ]);
  });

  test('thousands of problems end in one that says so', () => {
    const problems = problemsOf(and(Array.from({ length: 3_000 }, (_, n) => `k${n}: 1`).join('\n')));
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)).toBe('1005:1 and more; only the first 1000 problems are shown');
  });
});

describe('keys', () => {
  test.each<[string, string, readonly string[]]>([
    ['one misspelt', and('onFailur: hold'), ['5:1 onFailur: is not a known key; did you mean "onFailure"?']],
    [
      'one misspelt deep inside',
      withWaves('{ name: dev, ous: [Dev], soakMinuts: 5 }'),
      ['4:30 waves[0].soakMinuts: is not a known key; did you mean "soakMinutes"?'],
    ],
    [
      'one like no other',
      withModules('alerts: { enabled: true, x: 1 }, guardrails: {}'),
      [
        '2:37 modules.alerts.x: is not a known key; known keys: enabled, email',
        `2:45 modules.guardrails: is not a known key; known keys: ${moduleNames}`,
      ],
    ],
    ['one of objects', and('__proto__: { waves: 1 }'), [expect.stringMatching(/^5:1 __proto__: is not a known key; /)]],
    [
      'one of objects as the name of a tag',
      withWaves('{ name: dev, tags: { __proto__: x, team: a } }'),
      ['4:24 waves[0].tags: cannot select by the tag "__proto__"'],
    ],
    ['one that steers the terminal', and('"\\e[2J": 1'), [expect.stringMatching(/^5:1 \["\\u001b\[2J"\]: is not/)]],
    ['one given twice', and('onFailure: hold\nonFailure: rollBack'), ['6:1 onFailure: occurs twice, first on line 5']],
    [
      'one given twice, with another problem in it',
      withWaves('{ name: dev, ous: [Dev], name: 5, percent: 0 }'),
      [
        '4:30 waves[0].name: occurs twice, first on line 4',
        '4:48 waves[0].percent: must be more than 0 and at most 100, got 0',
      ],
    ],
    ['one that is a list', and('? [a]\n: 1'), ['5:3 has a key that is not text']],
    [
      'a merge key',
      withWaves('&w { name: dev, ous: [Dev] }', '{ <<: *w, name: prod, ous: [Prod] }'),
      [expect.stringMatching(/^5:7 waves\[1\]\["<<"\]: is not a known key; known keys: name, ous, /)],
    ],
  ])('%s', (_name, text, expected) => expect(problemsOf(text)).toEqual(expected));
});
