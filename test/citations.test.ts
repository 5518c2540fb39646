/** Every citation resolves: tags in code and pages lead to docs/reference or docs/decisions, and every listed source is cited. */
import { join } from 'node:path';
import { filesEnding, type Source } from './sources';

const root = join(__dirname, '..');
const sourcesPath = 'docs/reference/sources.md';
/** This file is left out, because its examples are wrong on purpose. */
const own = 'test/citations.test.ts';
const files = filesEnding(root, '.ts', '.tsx', '.cjs', '.css', '.html', '.md').filter(({ path }) => path !== own);

interface Citation {
  readonly path: string;
  readonly line: number;
  /** Without its brackets. */
  readonly tag: string;
}

const shown = ({ path, line, tag }: Citation): string => `${path}:${line} [${tag}]`;

/** The one grammar of tags; docs/reference/README.md explains it. */
const forms = [
  /^aws-behavior \d+(\.\d+)?$/,
  /^assumption A\d+$/,
  /^controls (\d{3}-\d{2}|\d+(\.\d+){0,2})$/,
  /^decision \d{4}$/,
  /^bc:[a-z\d]+:[A-Za-z\d]+(\.\w+)?$/,
  /^doc:[\w-]+\/[\w.-]+$/,
  /^gh:[\w-]+\/[\w.-]+(#\d+|:[\w./-]+)$/,
  /^https:\/\/[^\s,\]]+$/,
];
const isWellFormed = (tag: string): boolean => forms.some((form) => form.test(tag));

/**
 * What looks like a tag: a prefix whose colon is not followed by a space (in types and indexes it always is), or the name of a page.
 * A tag that its line does not close is found too, and has no valid form.
 */
const tagLike =
  /\[((?:[a-z][a-z\d-]*:(?=\S)(?![:\]])|aws-behavior\b|(?:assumption|controls|decision) )[^\]\n]*)(\](?!\()|$)/g;
/** Names of notes that are not in the repository: readers could not follow these references. */
const strayed = /\b(?:aws-control-plane|organization-semantics)\b|\bDESIGN(?:\.md| section \d+)/g;

function citationsIn({ path, text }: Source): readonly Citation[] {
  const prose = path.endsWith('.md') ? withoutCode(text) : text;
  return prose.split('\n').flatMap((line, index) => {
    const tags = [...line.matchAll(tagLike)].map(([, tag = '', end]) => (end === ']' ? tag : `${tag} (not closed)`));
    const others = [...line.matchAll(strayed)].map(([found]) => found);
    return [...tags, ...others].map((tag) => ({ path, line: index + 1, tag }));
  });
}

/** Keeps line breaks, so that line numbers stay right. */
const withoutCode = (page: string): string =>
  page.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '');

const citations = files.flatMap(citationsIn);

/** Numbers of headings, and first cells of table rows: what a page can be cited by. */
function idsIn(page: string): ReadonlySet<string> {
  const headings = [...page.matchAll(/^#+ (\d+(?:\.\d+)*)\.? /gm)];
  const rows = [...page.matchAll(/^\| ([\dA-Z][\w.-]*) \|/gm)];
  return new Set([...headings, ...rows].map(([, id = '']) => id));
}

interface Listed {
  readonly tag: string;
  /** Absent for service models, which have no page. */
  readonly url?: string;
}

/** `[doc:…](https://…)` in a list, and `| service | Shape, Shape.member |` in the table of service models. */
function listedIn(page: string): readonly Listed[] {
  const links = [...page.matchAll(/\[((?:doc:|gh:|https:)[^\]\n]+)\]\(([^)\s]+)\)/g)];
  const models = [...page.matchAll(/^\| ([a-z\d]+) \| ([A-Z][\w., ]*) \|$/gm)];
  return [
    ...links.map(([, tag = '', url = '']) => ({ tag, url })),
    ...models.flatMap(([, service = '', shapes = '']) =>
      shapes.split(', ').map((shape) => ({ tag: `bc:${service}:${shape}` })),
    ),
  ];
}

const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
const listed = listedIn(textOf(sourcesPath));
const behavior = idsIn(textOf('docs/reference/aws-behavior.md'));
const controls = idsIn(textOf('docs/reference/controls.md'));
const decisions = files.flatMap(({ path }) => /^docs\/decisions\/(\d{4}-[\w-]+\.md)$/.exec(path)?.[1] ?? []);

function resolves(tag: string): boolean {
  const [kind = '', id = ''] = tag.split(' ');
  if (kind === 'aws-behavior' || kind === 'assumption') return behavior.has(id);
  if (kind === 'controls') return controls.has(id);
  if (kind === 'decision') return decisions.some((name) => name.startsWith(id));
  return listed.some((source) => source.tag === tag);
}

describe('citations', () => {
  test('every tag has a form that docs/reference/README.md explains', () => {
    const unknown = citations.filter(({ tag }) => !isWellFormed(tag));

    expect(unknown.map(shown)).toEqual([]);
  });

  test('every tag resolves', () => {
    const lost = citations.filter(({ tag }) => isWellFormed(tag) && !resolves(tag));

    expect(citations.length).toBeGreaterThan(200);
    expect(lost.map(shown)).toEqual([]);
  });

  test('every listed source is cited', () => {
    const cited = new Set(citations.map(({ tag }) => tag));

    expect(listed.map(({ tag }) => tag).filter((tag) => !cited.has(tag))).toEqual([]);
  });

  test('every source is listed once, and every page under one tag', () => {
    const tags = listed.map(({ tag }) => tag);
    const urls = listed.flatMap(({ url }) => url ?? []);

    expect(tags.filter((tag, index) => tags.indexOf(tag) !== index)).toEqual([]);
    expect(urls.filter((url, index) => urls.indexOf(url) !== index)).toEqual([]);
  });

  test.each([
    { tags: /^doc:/, site: /^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/ },
    { tags: /^gh:/, site: /^https:\/\/github\.com\// },
  ])('links of $tags lead to $site', ({ tags, site }) => {
    const astray = listed.filter(({ tag, url = '' }) => tags.test(tag) && !site.test(url));

    expect(astray).toEqual([]);
  });
});

describe('assumptions and decisions', () => {
  const page = textOf('docs/reference/aws-behavior.md');

  test('assumptions are numbered without a gap', () => {
    const numbers = [...page.matchAll(/^\| A(\d+) \|/gm)].map(([, number]) => Number(number));

    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('the index of decisions lists every file, and no other', () => {
    const index = [...textOf('docs/decisions/README.md').matchAll(/^\| \[\d{4}\]\((\S+\.md)\) \|/gm)].map(
      ([, name]) => name,
    );

    expect(decisions.length).toBeGreaterThan(40);
    expect(index.toSorted()).toEqual(decisions.toSorted());
  });

  test('a superseded decision says so in its first line, and links to its successor', () => {
    const silent = decisions.filter((name) => {
      const text = textOf(`docs/decisions/${name}`);
      const isSuperseded = /^Status: superseded/m.test(text);
      return isSuperseded !== /^Superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)/.test(text);
    });

    expect(silent).toEqual([]);
  });

  test('every decision has context, decision, consequences and status', () => {
    const parts = [/^Status: /m, /^## Context$/m, /^## Decision$/m, /^## Consequences$/m];
    const partial = decisions.filter((name) => parts.some((part) => !part.test(textOf(`docs/decisions/${name}`))));

    expect(partial).toEqual([]);
  });
});

describe('these rules see', () => {
  const tagsIn = (text: string, path = 'here/file.ts') => citationsIn({ path, text }).map(({ tag }) => tag);

  test.each([
    { text: '// As AWS says [doc:lambda/some-page].', tag: 'doc:lambda/some-page' },
    { text: "const why = 'no resource [bc:sts:AssumeRole]';", tag: 'bc:sts:AssumeRole' },
    { text: '/** [controls 1.4.3] */', tag: 'controls 1.4.3' },
    { text: '/** [decision 0012] */', tag: 'decision 0012' },
    { text: '/** [gh:owner/repo:some/file.go] */', tag: 'gh:owner/repo:some/file.go' },
    { text: '/** [https://www.rfc-editor.org/rfc/rfc9700] */', tag: 'https://www.rfc-editor.org/rfc/rfc9700' },
  ])('the tag in $text', ({ text, tag }) => {
    expect(tagsIn(text)).toEqual([tag]);
    expect(isWellFormed(tag)).toBe(true);
  });

  test.each([
    '[doc:some-page]',
    '[doc:lambda/latest/dg/some-page]',
    '[doc:lambda/one], and [doc:lambda/two, three]',
    '[bc:sts]',
    '[bc:sts:AssumeRole DurationSeconds]',
    '[spec:some-type]',
    '[controls 1.4, pitfall 3]',
    '[controls 000-15: MFA]',
    '[aws-behavior]',
    '[aws-behavior 3.4',
    '[gh:owner/repo something]',
    '[https://one.example, https://two.example]',
    'see DESIGN section 6',
    'see DESIGN.md',
    'aws-control-plane 3.4',
  ])('that %s has no valid form', (text) => {
    expect(tagsIn(text).filter((tag) => !isWellFormed(tag))).toHaveLength(1);
  });

  test.each(['type Of = { [key: string]: number };', 'f[a ? b : c];', '[page](https://example.org)', '/[a-z:]+/'])(
    'no tag in %s',
    (text) => {
      expect(tagsIn(text)).toEqual([]);
    },
  );

  test('tags in the prose of a page, and none in its code', () => {
    const page = '[aws-behavior 2] `[doc:guide/page]`\n```\n[doc:guide/page]\n```\n[aws-behavior 3]';

    expect(citationsIn({ path: 'here.md', text: page }).map(({ line, tag }) => [line, tag])).toEqual([
      [1, 'aws-behavior 2'],
      [5, 'aws-behavior 3'],
    ]);
  });

  test('what a page can be cited by', () => {
    const page =
      '## 2. Two\n### 2.1 One\n#### 2.1.3 Three\n| 000-15 | a |\n| A7 | b |\n| 5.11 | c |\n| id | d |\n## Others';

    expect([...idsIn(page)]).toEqual(['2', '2.1', '2.1.3', '000-15', 'A7', '5.11']);
  });

  test('what is listed', () => {
    const page =
      '- [doc:g/p](https://docs.aws.amazon.com/g/p.html)\n| service | shapes |\n| sts | AssumeRole, Tag.Key |';

    expect(listedIn(page)).toEqual([
      { tag: 'doc:g/p', url: 'https://docs.aws.amazon.com/g/p.html' },
      { tag: 'bc:sts:AssumeRole' },
      { tag: 'bc:sts:Tag.Key' },
    ]);
  });

  test('that a tag leads nowhere', () => {
    expect(resolves('aws-behavior 2.4')).toBe(true);
    expect(
      ['aws-behavior 2.99', 'controls 000-99', 'decision 9999', 'doc:lambda/no-such-page'].filter(resolves),
    ).toEqual([]);
  });
});
