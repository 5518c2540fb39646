/** One term for each thing: docs/glossary.md lists the terms, and these tables list the words that must not come back. */
import { join } from 'node:path';
import { type Finding, filesEnding } from './sources';
import { phrase, readPage, readWords, wordsOf } from './wording';

/** The paths that the rules cover, as prefixes. */
const covered = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  // Decision records and notes on AWS quote other people's words, so of docs only the guides are checked.
  'docs/cost.md',
  'docs/glossary.md',
  'docs/install.md',
  'docs/probes.md',
  'docs/runbook.md',
  'docs/security.md',
  'orchestrator/',
  'stackset-templates/',
  'state-machine/',
  'scripts/',
  'bench/',
];

interface Rule {
  /** Words that must not occur, as whole words. */
  readonly not: string;
  /** The term of the field, or how to say it. */
  readonly say: string;
}

/** In texts that people read, and in pages. */
const texts: readonly Rule[] = [
  { not: 'left alone', say: 'excluded, or skipped' },
  { not: 'left out', say: 'skipped' },
  { not: 'left standing', say: 'kept' },
  { not: 'left to others', say: 'managed outside Strongroom' },
  { not: 'somebody else', say: 'another team, process, user or rollout' },
  { not: 'waits? for a person', say: 'requires a decision, waiting for approval, or held' },
  { not: 'wants? a person', say: 'requires a decision, or waiting for approval' },
  { not: 'wants? (an )?approval', say: 'requires approval' },
  { not: 'approval is wanted', say: 'approval required' },
  { not: 'answered (approve|retry|reject|rollBack|nextWave)', say: 'approved, requested a retry, …' },
  { not: 'in spite of( it)?', say: 'override' },
  { not: 'first heard of', say: 'discovered' },
  { not: 'not well', say: 'failing' },
  { not: '(could|can) not be measured', say: 'unknown, or could not be checked' },
  { not: 'mend(s|ed|ing)?', say: 'fix' },
  { not: '(matters|matter), listed below', say: 'action items' },
  { not: 'take a filter away', say: 'clear filters' },
  { not: 'at work', say: 'current, or in progress' },
  { not: '(take|takes|taken|took) (it )?back', say: 'roll back' },
  { not: '(turn|turns|turned) back', say: 'roll back' },
  { not: '(go|goes|going|went) on', say: 'continue' },
  { not: 'made[- ]up', say: 'simulated' },
  { not: 'walks?|walked', say: 'run' },
  { not: 'proofs?|proves?|proved|proving', say: 'probe, for experiments; check, for checks' },
  { not: 'experiments?', say: 'probe' },
  { not: 'fences?', say: 'region deny, or fencing token' },
  { not: 'batons?', say: 'execution input' },
  { not: 'guests?', say: 'onboarding' },
  { not: 'stock', say: 'organization snapshot' },
  { not: 'lent|lends?', say: 'operator credentials' },
  { not: 'holds? the organization', say: 'has the lease, or is in progress' },
  { not: 'beheld|hitherto|thereby', say: 'plain English' },
  { not: 'whoever|whichever|whatever', say: 'name the person or thing' },
  { not: 'who comes', say: 'name the person or thing' },
  { not: '(is|are|was) told', say: 'receives a notice, or an active verb' },
  { not: '(is|are) asked by', say: 'active voice: X requires Y' },
  { not: 'worth a word', say: 'a note' },
  { not: 'where (every|each) account stands', say: 'the state of every account' },
  { not: 'nobody (is|was) told', say: 'no person receives …' },
  { not: '[Gg][0-9]', say: 'the name of the gate, like hardened' },
];

/** In comments: the same terms, and word order that sounds translated. */
const comments: readonly Rule[] = [
  ...texts,
  { not: 'as well be', say: 'can also be' },
  { not: 'nothing but', say: 'only' },
  { not: 'in truth', say: 'really' },
  { not: 'no more than this', say: 'only' },
  { not: 'a word to', say: 'a decision' },
];

/** Names that had field terms put in their place: whole identifiers. */
const names: readonly Rule[] = [
  { not: 'playTurn', say: 'runStep' },
  { not: 'LateTurn|RefuseLate|refuseLate', say: 'StaleStep, assertCurrent' },
  { not: 'nextWaveAnswer|turnBack|turnedBack|takeBack|takenBack', say: 'approve, rollBack' },
  { not: 'TakeStock|takeStock', say: 'ListOrganization' },
  { not: 'enterAsGuest', say: 'joinWave' },
  { not: 'livesElsewhere', say: 'inFormerWave' },
  { not: 'patienceSeconds|patiently', say: 'approvalTimeoutSeconds, withRetry' },
];

/** Words that no identifier has. */
const nameWords: readonly Rule[] = [
  { not: 'baton', say: 'ExecutionInput' },
  { not: 'turn', say: 'step' },
  { not: 'guest', say: 'onboarding' },
  { not: 'happening', say: 'AccountChange' },
  { not: 'mend', say: 'fix, or revertDrift' },
  { not: 'mending', say: 'fix, or revertDrift' },
  { not: 'lent', say: 'operatorCredentials' },
  { not: 'stock', say: 'organizationSnapshot' },
  { not: 'wish', say: 'DesiredState' },
  { not: 'intent', say: 'DesiredState' },
  { not: 'deeds', say: 'outOfBandChanges' },
  { not: 'heritage', say: 'preexisting' },
  { not: 'estate', say: 'accountContents' },
  { not: 'patience', say: 'retry, or approvalTimeout' },
  { not: 'sown', say: 'firstInstance' },
  { not: 'proof', say: 'probe' },
  { not: 'fence', say: 'regionDeny, or fencingToken' },
];

const root = join(__dirname, '..');
const isCovered = ({ path }: { readonly path: string }): boolean => covered.some((prefix) => path.startsWith(prefix));
const code = filesEnding(root, '.ts', '.tsx')
  .filter(({ path }) => path.startsWith('orchestrator/'))
  .filter(isCovered);
const words = code.map(readWords);
const pages = filesEnding(root, '.md').filter(isCovered).flatMap(readPage);

const broken = (rules: readonly Rule[], findings: readonly Finding[]): readonly string[] =>
  rules.flatMap(({ not, say }) => {
    const pattern = phrase(`(?:${not})`);
    return findings.flatMap(({ path, line, what }) => {
      const [found] = pattern.exec(what) ?? [];
      return found === undefined ? [] : [`${path}:${line} says "${found.replace(/\s+/g, ' ')}"; say: ${say}`];
    });
  });

const brokenNames = (found: readonly Finding[]): readonly string[] => [
  ...broken(names, found),
  ...broken(
    nameWords,
    found.map(({ what, ...place }) => ({ ...place, what: wordsOf(what).join(' ') })),
  ),
];

test('texts that people read use the terms of the glossary', () => {
  expect(broken(texts, [...words.flatMap((file) => file.texts), ...pages])).toEqual([]);
});

/** Titles and comments of tests may name former terms, so these rules are only about English. */
const plain: readonly Rule[] = [
  { not: 'whoever|who comes', say: 'name the person or thing' },
  { not: 'mend(s|ed|ing)?', say: 'fix' },
  { not: '(is|are|was) told', say: 'an active verb' },
  { not: '(is|are) asked by', say: 'active voice: X requires Y' },
  { not: 'left alone', say: 'skipped, or unchanged' },
];
const tests = filesEnding(join(root, 'test'), '.ts')
  .filter(({ path }) => path !== 'glossary.test.ts')
  .map(({ path, text }) => readWords({ path: `test/${path}`, text }));

test('titles and comments of tests are in plain English', () => {
  expect(broken(plain, [...tests.flatMap((file) => file.texts), ...tests.flatMap((file) => file.comments)])).toEqual(
    [],
  );
});

test('identifiers use the terms of the glossary', () => {
  expect(brokenNames(words.flatMap(({ identifiers }) => identifiers))).toEqual([]);
});

test('comments use the terms of the glossary, in plain English', () => {
  expect(
    broken(
      comments,
      words.flatMap((file) => file.comments),
    ),
  ).toEqual([]);
});

describe('these rules see', () => {
  const read = (text: string) => readWords({ path: 'here.tsx', text });

  test.each([
    ["const a = 'the account is left alone';", 'here.tsx:1 says "left alone"; say: excluded, or skipped'],
    [
      `const a = \`\${b} waits\nfor a person\`;`,
      'here.tsx:1 says "waits for a person"; say: requires a decision, waiting for approval, or held',
    ],
    ['\nconst a = <p>Mended now</p>;', 'here.tsx:2 says "Mended"; say: fix'],
    ["f('Whoever asks', 1);", 'here.tsx:1 says "Whoever"; say: name the person or thing'],
  ])('a forbidden phrase in the text of %j', (text, message) => {
    expect(broken(texts, read(text).texts)).toEqual([message]);
  });

  test.each([
    "import { a } from './mend';",
    '// It is mended.\nconst mend = 1;',
    "const a = 'amended, mend-free, recommend';",
    "type A = import('./mend').A;",
  ])('no text in %j', (text) => {
    expect(broken(texts, read(text).texts)).toEqual([]);
  });

  test.each([
    ['/** Fixed by\n * whoever comes. */\nconst a = 1;', 'here.tsx:1 says "whoever"; say: name the person or thing'],
    ['const a = 1; // A baton.', 'here.tsx:1 says "baton"; say: execution input'],
    [
      'function f() {\n  // It waits for\n  g();\n  // The stock.\n}',
      'here.tsx:4 says "stock"; say: organization snapshot',
    ],
  ])('a forbidden phrase in the comment of %j', (text, message) => {
    expect(broken(comments, read(text).comments)).toEqual([message]);
  });

  test.each([
    [
      'const takeStock = 1;',
      ['here.tsx:1 says "takeStock"; say: ListOrganization', 'here.tsx:1 says "stock"; say: organizationSnapshot'],
    ],
    ['interface Baton {}', ['here.tsx:1 says "baton"; say: ExecutionInput']],
    ['type A = { readonly mend: 1 };', ['here.tsx:1 says "mend"; say: fix, or revertDrift']],
    ['const recommended = amend.batonless;', []],
  ])('old names in %j', (text, messages) => {
    expect(brokenNames(read(text).identifiers)).toEqual(messages);
  });

  test('the prose of a page, and no code in it', () => {
    const text = '# A title\n\n`mend` it:\n\n```sh\nmend all\n```\n\nIt is\nleft alone.\n';

    expect(broken(texts, readPage({ path: 'page.md', text }))).toEqual([
      'page.md:9 says "left alone"; say: excluded, or skipped',
    ]);
  });

  test('files', () => {
    expect([code.length > 50, pages.length > 50, words.flatMap((file) => file.comments).length > 300]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
