/**
 * Referees: systems that answer as AWS does and that nobody here wrote, each unmodified and in an environment of its own.
 * `npm run referees` runs the suites of those that are installed, `npm run referees -- NAME` one, `npm run referees -- --install NAME` installs it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Environment, ensurePython, isInstalled, pythonTool } from './python';

interface Referee {
  /** Who made it, in which version, and under which license we may use it. */
  readonly what: string;
  /** Its suite in test/referees. */
  readonly suite: string;
  /** Another suite that it is needed for. */
  readonly also?: string;
  /** Cheap enough for every `npm test`; CI installs it. */
  readonly isInEveryRun: boolean;
  /** Undefined where the environment of the main suites has it. */
  readonly environment?: Environment;
}

const root = join(__dirname, '..');
const ownEnvironment = (name: string): Environment => ({
  venv: join(root, '.referees', name),
  requirements: join(__dirname, 'referees', `${name}.txt`),
});

export const referees = {
  roto: {
    what: 'roto-aws 0.10.1 (MIT): DynamoDB, S3',
    suite: 'roto',
    isInEveryRun: true,
    environment: ownEnvironment('roto'),
  },
  ministack: {
    what: 'ministack 1.5.33 (MIT): the deployed orchestrator',
    suite: 'ministack',
    also: 'test/emulator/install/install\\.test',
    isInEveryRun: true,
    environment: ownEnvironment('ministack'),
  },
  localstack: {
    what: 'localstack-core 4.9.2 (Apache-2.0): Step Functions, S3',
    suite: 'localstack',
    isInEveryRun: false,
    environment: ownEnvironment('localstack'),
  },
  moto: {
    what: 'moto 5.2.1 (Apache-2.0) with nothing in front of it',
    suite: 'moto',
    isInEveryRun: true,
  },
  'moto-newest': {
    what: 'moto 5.2.5 (Apache-2.0) with nothing in front of it',
    suite: 'moto-newest',
    isInEveryRun: false,
    environment: ownEnvironment('moto'),
  },
  statelint: {
    what: 'statelint 3.1.0 (Apache-2.0): the definition of the state machine',
    suite: 'statelint',
    isInEveryRun: false,
    environment: ownEnvironment('statelint'),
  },
} as const satisfies Readonly<Record<string, Referee>>;
export type RefereeName = keyof typeof referees;

const byName: ReadonlyMap<string, Referee> = new Map<string, Referee>(Object.entries(referees));

/** A program of a referee. @throws if it is not installed. */
export function refereeTool(name: RefereeName, tool: string): string {
  const { environment }: Referee = referees[name];
  const path = pythonTool(tool, environment);
  if (path === undefined) throw new Error(`${name} is not installed: run \`npm run referees -- --install ${name}\``);
  return path;
}

/** Patterns of the suites that `npm test` leaves out. In CI those of every run are installed first. */
export function suitesLeftOut(isCi: boolean): readonly string[] {
  return [...byName].flatMap(([name, { suite, also, isInEveryRun, environment }]) => {
    if (isCi && isInEveryRun && environment !== undefined) ensurePython(environment);
    if (isInEveryRun && hasReferee(name)) return [];
    return [`test/referees/${suite}\\.test`, ...(also === undefined ? [] : [also])];
  });
}

const hasReferee = (name: string): boolean => {
  const environment = byName.get(name)?.environment;
  return environment === undefined ? pythonTool('moto_server') !== undefined : isInstalled(environment);
};

function main(args: readonly string[]): number {
  const isInstalling = args.includes('--install');
  const named = args.filter((arg) => !arg.startsWith('--'));
  const unknown = named.filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    console.error(`no referee ${unknown.join(', ')}; there are ${[...byName.keys()].join(', ')}`);
    return 2;
  }
  const meant = named.length === 0 ? [...byName.keys()] : named;
  return isInstalling ? install(meant) : judge(meant);
}

function install(names: readonly string[]): number {
  for (const name of names) {
    if (ensurePython(byName.get(name)?.environment) !== 'ready') {
      console.error('python3 3.11 or newer is not installed');
      return 1;
    }
    console.log(`${name} is installed`);
  }
  return 0;
}

/** One after the other: they share the processors, and a suite that is alone tells its own time. */
function judge(names: readonly string[]): number {
  // They judge what would be deployed, so that is made anew.
  if (
    names.some(hasReferee) &&
    spawnSync('npm', ['run', '--silent', 'synth'], { stdio: 'inherit', cwd: root }).status !== 0
  )
    return 1;
  const rows = names.map((name) => {
    if (!hasReferee(name)) return { name, came: `skipped: not installed (npm run referees -- --install ${name})` };
    const startedAt = performance.now();
    const { suite, also } = byName.get(name) ?? {};
    const isPassed = jest([`test/referees/${suite}\\.test`, ...(also === undefined ? [] : [also])]) === 0;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    return { name, came: `${isPassed ? 'passed' : 'failed'} in ${seconds} s` };
  });
  for (const { name, came } of rows) console.log(`${name.padEnd(12)} ${came.padEnd(16)} ${byName.get(name)?.what}`);
  return rows.some(({ came }) => came.startsWith('failed')) ? 1 : 0;
}

function jest(patterns: readonly string[]): number {
  const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return spawnSync(process.execPath, [program, ...patterns], { stdio: 'inherit', cwd: root }).status ?? 1;
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
