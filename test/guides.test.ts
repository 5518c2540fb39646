/** What the guides tell people to type is there to be typed: commands, options, npm scripts, and parameters of the stacks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml, stringify } from 'yaml';
import { parseConfig } from '../orchestrator/config/parse';
import { rig } from './cli/rig';
import { smallest } from './config/sample';

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

test('every example of a config in a guide has settings that there are, with values that they take', () => {
  const examples = guides.flatMap((guide) => {
    const text = readFileSync(join(root, guide), 'utf8');
    return [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, example = '']) => ({ guide, example }));
  });
  const wrong = examples.flatMap(({ guide, example }) => {
    // An example may be one section; the sample has the others.
    const own = Object.keys(parseYaml(example) ?? {});
    const rest = Object.fromEntries(Object.entries(parseYaml(smallest)).filter(([section]) => !own.includes(section)));
    const parsed = parseConfig(`${Object.keys(rest).length === 0 ? '' : stringify(rest)}${example}`, guide);
    return parsed.ok ? [] : parsed.problems.map(({ message }) => `${guide}: ${message}`);
  });

  expect(examples.length).toBeGreaterThan(1);
  expect(wrong).toEqual([]);
});

test('the CDK CLI is a dependency of the program, in an exact version that is in the lock', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const version: unknown = read('package.json').dependencies['aws-cdk'];

  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(read('package-lock.json').packages['node_modules/aws-cdk']).toMatchObject({ version });
});
