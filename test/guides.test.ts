/** What the guides tell people to type is there to be typed: commands, options, npm scripts, and parameters of the stacks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rig } from './cli/rig';
import { templateFiles } from './infrastructure/templates';

const root = join(__dirname, '..');
const guides = [
  'README.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Typed {
  readonly guide: string;
  readonly text: string;
}

/** Code in the line, and lines of blocks, those that go on with a backslash as one; what is only a comment is left out. */
function typedIn(guide: string): readonly Typed[] {
  const text = readFileSync(join(root, guide), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  const blocks = [...text.matchAll(/```\w*\n(.*?)```/gs)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].map((code) => ({ guide, text: code.replace(/(^|\s)#.*/, '').trim() }));
}
const typed = guides.flatMap(typedIn);

const wordsOf = (text: string): readonly string[] => text.split(/[\s[\]|]+/).filter((word) => word !== '');
const optionsIn = (words: readonly string[]): readonly string[] =>
  words.filter((word) => /^--\w/.test(word)).map((word) => word.replace(/[=,.;].*/, ''));
const shown = ({ guide, text }: Typed): string => `${guide}: ${text}`;

async function optionsOf(command: string): Promise<ReadonlySet<string> | undefined> {
  const { status, out } = await rig().simulated(command, '--help');
  return status === 0 && out.join('\n').includes(`strongroom ${command}`)
    ? new Set(optionsIn(wordsOf(out.join('\n'))))
    : undefined;
}

test('every `strongroom …` names a command that there is, with options that it has', async () => {
  const lines = typed.filter(({ text }) => /^strongroom \w/.test(text));
  const wrong: string[] = [];
  for (const line of lines) {
    const [, command = '', ...rest] = wordsOf(line.text);
    const options = await optionsOf(command);
    if (options === undefined || optionsIn(rest).some((option) => !options.has(option))) wrong.push(shown(line));
  }

  expect(lines.length).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
});

test('every npm script that a guide runs is in package.json, and every file that it runs exists', () => {
  const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const missing = typed.filter(({ text }) => {
    const script = /^npm run (?:-s |--silent )?([\w:]+)/.exec(text)?.[1];
    const file = /^npx tsx (\S+\.ts)/.exec(text)?.[1];
    return (script !== undefined && !(script in scripts)) || (file !== undefined && !existsSync(join(root, file)));
  });

  expect(missing.map(shown)).toEqual([]);
});

test('every stack that a guide deploys has the parameters that it is given, and is given those that it needs', () => {
  const parametersOf = new Map(
    templateFiles().map((file) => {
      const { Parameters = {} }: { Parameters?: Readonly<Record<string, object>> } = JSON.parse(
        readFileSync(file, 'utf8'),
      );
      const needed = Object.entries(Parameters).flatMap(([name, parameter]) => ('Default' in parameter ? [] : [name]));
      return [file.replace(/^.*[/\\]|\.template\.json$/g, ''), { all: Object.keys(Parameters), needed }] as const;
    }),
  );
  const deployments = typed.filter(({ text }) => /^(?:\w+=\S+ )?npm run deploy -- /.test(text));
  const wrong = deployments.filter(({ text }) => {
    const stack = /-- (\w+)/.exec(text)?.[1] ?? '';
    const known = parametersOf.get(stack);
    // The CDK CLI gives an unqualified parameter to every stack of the command, and CloudFormation refuses those that it does not know.
    const given = [...text.matchAll(/--parameters (\S+?)=/g)].map(([, name = '']) => name.replace(`${stack}:`, ''));
    return (
      known === undefined ||
      given.some((name) => !known.all.includes(name)) ||
      known.needed.some((name) => !name.includes('BootstrapVersion') && !given.includes(name))
    );
  });

  expect(deployments.length).toBeGreaterThan(4);
  expect(wrong.map(shown)).toEqual([]);
});

test('a stack is deployed without those that it depends on, by the CDK CLI of this package, in a version that is in the lock', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { scripts, devDependencies } = read('package.json');
  const version: unknown = devDependencies['aws-cdk'];

  expect(scripts.deploy).toMatch(/ && cdk deploy --app dist\/infrastructure --exclusively$/);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(read('package-lock.json').packages['node_modules/aws-cdk'].version).toBe(version);
});
