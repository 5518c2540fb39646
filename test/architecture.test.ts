/** The rules that the code keeps about itself: borders, lengths, forbidden forms, dead files, links. ARCHITECTURE.md says why. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleIds } from '../orchestrator/domain/model/module';
import { crossing, cyclesIn, layerOf, layers } from './layers';
import { type Finding, filesEnding, type Import, isFileUnder, type Module, readModule } from './sources';

const root = join(__dirname, '..');
const modules = filesEnding(root, '.ts', '.tsx').map((source) => readModule(source, isFileUnder(root)));
const imports = modules.flatMap((module) => module.imports);
const shown = ({ path, line, what }: Finding): string => `${path}:${line} ${what}`;
const arrow = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('layers', () => {
  test('every folder of the program has a row in the table', () => {
    const program = /^(orchestrator|stackset-templates|state-machine)\//;

    const missing = modules.map(({ path }) => path).filter((path) => program.test(path) && layerOf(path) === undefined);

    expect(missing).toEqual([]);
  });

  test('a row names only rows above it, so imports point down', () => {
    const upward = layers.flatMap(({ folder, may }, index) =>
      may
        .filter((name) => !layers.slice(0, index).some((above) => above.folder === name))
        .map((name) => `${folder} -> ${name}`),
    );

    expect(upward).toEqual([]);
  });

  test('a folder imports only what its row allows', () => {
    expect(imports.flatMap((one) => crossing(one) ?? [])).toEqual([]);
  });

  test('files do not import each other in a circle, not even types', () => {
    expect(cyclesIn(imports).map((cycle) => cycle.join(' -> '))).toEqual([]);
  });

  test('orchestrator/ contains folders only', () => {
    expect(modules.map(({ path }) => path).filter((path) => /^orchestrator\/[^/]+$/.test(path))).toEqual([]);
  });

  test('the page imports of the dashboard only the contract of its API', () => {
    const page = /^orchestrator\/dashboard\/web\//;
    const allowed =
      /^(orchestrator\/(domain|presentation|dashboard\/web)\/|orchestrator\/dashboard\/api\/contract\.ts$|react|@cloudscape-design\/|oauth4webapi$)/;

    const found = imports.filter(({ from, to }) => page.test(from) && !allowed.test(to));

    expect(found.map(arrow)).toEqual([]);
  });
});

describe('packages', () => {
  const isAllowed = (allowed: RegExp, text: string): boolean => allowed.test(text);

  test('the domain and the ports use no package, and handlers reach neither files nor the network', () => {
    const found = imports.filter(
      ({ from, to }) =>
        (/^orchestrator\/(domain|ports)\//.test(from) && !to.startsWith('orchestrator/')) ||
        (/^orchestrator\/(handlers|engine|rollout|operations|events|presentation)\//.test(from) &&
          /^node:(fs|net|http)/.test(to)),
    );

    expect(found.map(arrow)).toEqual([]);
  });

  test.each([
    { packages: /^@(aws-sdk|smithy)\//, where: /^(orchestrator\/(aws|lambda)|test)\// },
    {
      packages: /^(aws-cdk-lib|constructs)(\/|$)/,
      where: /^(stackset-templates\/(?!release\.ts)|state-machine\/|orchestrator\/infrastructure\/|scripts\/|test\/)/,
    },
    { packages: /^typescript$/, where: /^test\// },
    { packages: /^(react|react-dom|@cloudscape-design|oauth4webapi)(\/|$)/, where: /^orchestrator\/dashboard\/web\// },
  ])('$packages are imported only from $where', ({ packages, where }) => {
    const crossing = imports.filter(({ from, to }) => packages.test(to) && !isAllowed(where, from));

    expect(crossing.map(arrow)).toEqual([]);
  });

  test('what ships needs only the dependencies that ship: no synthesizer, no test tool', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const ships = (specifier: string): boolean =>
      specifier.startsWith('node:') ||
      Object.keys(dependencies).some((name) => specifier === name || specifier.startsWith(`${name}/`));
    const shipped = reachableFrom(shippedEntries, (imported) => !imported.typeOnly);

    const missing = imports.filter(
      ({ from, to, typeOnly }) => shipped.has(from) && !typeOnly && !isFileUnder(root)(to) && !ships(to),
    );

    expect(missing.map(arrow)).toEqual([]);
  });
});

describe('lengths', () => {
  test('no file has more than 300 lines', () => {
    expect(modules.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path} has ${lines}`)).toEqual([]);
  });

  test('no function has more than 70 lines', () => {
    const long = modules.flatMap(({ functions }) => functions).filter(({ lines }) => lines > 70);

    expect(long.map((found) => `${shown(found)} has ${found.lines}`)).toEqual([]);
  });
});

describe('forms', () => {
  const everywhere = /^/;
  // In tests Biome forbids it too, and takes an exception only with its reason.
  const outsideTests = /^(?!test\/)/;
  test.each([
    { form: /^any$/, forbidden: outsideTests },
    { form: /^non-null assertion$/, forbidden: everywhere },
    { form: /^as unknown as$/, forbidden: everywhere },
    {
      form: /^process\.env$/,
      forbidden: /^(?!orchestrator\/(cli\/edge|lambda\/environment)\.ts|scripts\/|test\/|bench\/)/,
    },
    { form: /\(\)$/, forbidden: /^orchestrator\/(domain|handlers|engine|ports)\// },
  ])('$form does not occur in $forbidden', ({ form, forbidden }) => {
    const found = modules
      .flatMap(({ forms }) => forms)
      .filter(({ path, what }) => form.test(what) && forbidden.test(path));

    expect(found.map(shown)).toEqual([]);
  });

  test('nothing is left for later in the code or the pages: that is what issues are for', () => {
    const mark = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);

    const marked = filesEnding(root, '.ts', '.tsx', '.cjs', '.md').filter(({ text }) => mark.test(text));

    expect(marked.map(({ path }) => path)).toEqual([]);
  });
});

/** Where the shipped program begins. */
const shippedEntries = /^orchestrator\/(bin\/strongroom|lambda\/functions)\.ts$/;

/** The files that begin at these entries, through imports. */
function reachableFrom(entries: RegExp, follow: (imported: Import) => boolean): ReadonlySet<string> {
  const byPath = new Map<string, Module>(modules.map((module) => [module.path, module]));
  const reached = new Set<string>();
  const waiting = [...byPath.keys()].filter((path) => entries.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(byPath.get(path)?.imports ?? []).filter(follow).map(({ to }) => to));
  }
  return reached;
}

test.each([
  {
    of: 'the program',
    files: /^(orchestrator|stackset-templates|state-machine)\//,
    // What a person, their browser, an event, a schedule or the build begins with.
    // The build finds the template of a module by the module's id.
    entries: new RegExp(
      `^orchestrator/(bin/strongroom\\.ts|dashboard/web/main\\.tsx|lambda/(functions|alerts)\\.ts)$|^scripts/|^stackset-templates/(${moduleIds.join('|')})\\.ts$`,
    ),
  },
  { of: 'the tests', files: /^test\//, entries: /\.test\.ts$/ },
])('no file of $of is dead', ({ files, entries }) => {
  const alive = reachableFrom(entries, () => true);

  const dead = modules.map(({ path }) => path).filter((path) => files.test(path) && !alive.has(path));

  expect(dead.filter((path) => !path.endsWith('.d.ts'))).toEqual([]);
});

test('every relative link in a page leads somewhere', () => {
  const broken = filesEnding(root, '.md').flatMap(({ path, text }) =>
    linksIn(text)
      .filter((link) => !existsSync(join(root, dirname(path), link)))
      .map((link) => `${path} links to ${link}`),
  );

  expect(broken).toEqual([]);
});

/** Relative link targets outside code, without their anchors. */
function linksIn(page: string): readonly string[] {
  const prose = page.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

describe('these rules see', () => {
  const read = (text: string) => readModule({ path: 'here/file.ts', text }, (path) => path === 'here/other.ts');

  test.each([
    { code: 'let x: any;', form: 'any' },
    { code: 'x!.y;', form: 'non-null assertion' },
    { code: 'x as unknown as Y;', form: 'as unknown as' },
    { code: 'process.env.HOME;', form: 'process.env' },
    { code: 'new Date();', form: 'new Date()' },
    { code: 'Date.now();', form: 'Date.now()' },
    { code: 'setTimeout(f, 1);', form: 'setTimeout()' },
  ])('$code', ({ code, form }) => {
    expect(read(code).forms).toEqual([{ path: 'here/file.ts', line: 1, what: form }]);
  });

  test.each(['new Date(0);', "// x!.y, process.env\n'any';", 'clock.now();', 'x as Y;'])(
    'nothing wrong in %s',
    (code) => {
      expect(read(code).forms).toEqual([]);
    },
  );

  test.each([
    { code: "import { x } from './other';", to: 'here/other.ts', typeOnly: false, names: ['x'] },
    { code: "import type { X } from './other';", to: 'here/other.ts', typeOnly: true, names: ['X'] },
    { code: "import { x as y, type Z } from './other';", to: 'here/other.ts', typeOnly: false, names: ['x', 'Z'] },
    { code: "export { x as y } from './other';", to: 'here/other.ts', typeOnly: false, names: ['x'] },
    { code: "await import('./other');", to: 'here/other.ts', typeOnly: false, names: [] },
    { code: "let x: import('./other').X;", to: 'here/other.ts', typeOnly: true, names: ['X'] },
    { code: "import pLimit from 'p-limit';", to: 'p-limit', typeOnly: false, names: [] },
  ])('the import of $code', ({ code, to, typeOnly, names }) => {
    expect(read(code).imports).toEqual([{ from: 'here/file.ts', to, typeOnly, names }]);
  });

  test('an import that the table forbids, with what it allows', () => {
    const table = [
      { folder: 'low', may: [] },
      { folder: 'low/inner', may: ['low'] },
      { folder: 'high', may: ['low'] },
    ];

    expect(crossing({ from: 'low/a.ts', to: 'high/b.ts' }, table)).toBe(
      'low/a.ts imports high/b.ts, but low may import only itself',
    );
    expect(crossing({ from: 'high/b.ts', to: 'low/inner/c.ts' }, table)).toBe(
      'high/b.ts imports low/inner/c.ts, but high may import low',
    );
    expect(crossing({ from: 'low/inner/c.ts', to: 'low/a.ts' }, table)).toBeUndefined();
  });

  test('a circle of imports once, from its first file, and no way that ends', () => {
    const way = (text: string) => text.split(' ').map((pair) => ({ from: pair[0] ?? '', to: pair[1] ?? '' }));

    expect(cyclesIn(way('ab bc ca cd'))).toEqual([['a', 'b', 'c']]);
    expect(cyclesIn(way('ab bc ac cd'))).toEqual([]);
  });

  test('how long functions are, but not suites of tests', () => {
    const code = 'describe("x", () => {\n  test("y", f);\n});\n/** Doc. */\nfunction f() {\n\n}\nconst g = () =>\n  1;';

    expect(read(code).functions.map(({ what, line, lines }) => [what, line, lines])).toEqual([
      ['f', 5, 3],
      ['g', 8, 2],
    ]);
  });

  test('relative links in prose, and none in code', () => {
    const page = '[a](docs/a.md#top) [b](https://x.y) [c](#here) `[d](d.md)`\n```\n[e](e.md)\n```\n![f](f.png)';

    expect(linksIn(page)).toEqual(['docs/a.md', 'f.png']);
  });
});
