/** Command lines in this process, over a simulated organization that stays from one to the next, as the real one would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../orchestrator/aws/world';
import type { Host } from '../../orchestrator/cli/host';
import { runCommandLine } from '../../orchestrator/cli/program';
import { openDashboard } from '../../orchestrator/dashboard/local';
import type { StrongroomError } from '../../orchestrator/domain/errors';
import { absent } from '../../orchestrator/domain/health/facts';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { Executions, Store } from '../../orchestrator/ports/ports';
import { readBaseline } from '../../orchestrator/records/baseline';
import { simulatedConfig } from '../../orchestrator/simulated/config';
import { simulatedSurroundings } from '../../orchestrator/simulated/surroundings';
import { createSimulatedWorld, type SimulatedWorld } from '../../orchestrator/simulated/world';
import { callerNamed } from '../actors';

/** What the build made: `npm test` builds first. */
const dist = join(__dirname, '..', '..', 'dist');

export interface Ran {
  readonly status: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Everything that reached the terminal, in order, what is redrawn included. */
  readonly written: string;
}

export interface RigOptions {
  readonly host?: Partial<Host>;
  readonly isTerminal?: boolean;
  readonly colour?: boolean;
  /** An organization that is there already. */
  readonly world?: SimulatedWorld;
  /** What STS answers. */
  readonly caller?: World['caller'];
  /** Of a machine that is deployed beside the organization. */
  readonly executions?: Executions;
  /** Why no state folder can be used. */
  readonly stateRefused?: StrongroomError;
  /** Stands before the store of the AWS world. */
  readonly aroundStore?: (store: Store) => Store;
}

export function rig({
  host = {},
  isTerminal = false,
  colour = false,
  executions,
  stateRefused,
  aroundStore,
  caller = async () => callerNamed('ada'),
  world: given,
}: RigOptions = {}) {
  const world = given ?? createSimulatedWorld({ seed: 5, accounts: 40, start: new Date('2026-11-22T08:00:00.000Z') });
  const opened: unknown[] = [];

  const run = async (
    decisions: readonly string[],
    openAws: Host['openAws'],
    heard: (line: string) => void = () => {},
  ): Promise<Ran> => {
    const [out, err, written]: [string[], string[], string[]] = [[], [], []];
    const io: Host['io'] = {
      out: (line) => {
        out.push(line);
        heard(line);
        written.push(`${line}\n`);
      },
      err: (line) => void err.push(line),
      write: (text) => void written.push(text),
      isTerminal,
      columns: () => 100,
      colour,
    };
    const status = await runCommandLine({ ...hostOver(world), openAws, ...host, io }, '1.2.3', decisions);
    return { status, out, err, written: written.join('') };
  };

  return {
    world,
    /** With what the AWS world was opened. */
    opened,
    simulated: (...decisions: readonly string[]) =>
      run([...decisions, '--world', 'simulated'], async () => {
        throw new Error('the simulated world needs no AWS');
      }),
    /** Each line of what was asked for is heard as it comes, from a command that goes on. */
    listening: (heard: (line: string) => void, ...decisions: readonly string[]) =>
      run(
        decisions,
        async () => {
          throw new Error('the simulated world needs no AWS');
        },
        heard,
      ),
    /** The same organization, as if it were real: it is asked whether to begin, and a rollout outlives its command. */
    aws: async (...decisions: readonly string[]): Promise<Ran> => {
      const command = deferred();
      let driving: Promise<void> | undefined;
      const ran = await run(decisions, async (options) => {
        opened.push(options);
        if (stateRefused !== undefined && options.state.kind === 'embedded') throw stateRefused;
        driving ??= world.clock.run(command.settled);
        return {
          ...world,
          executions,
          caller,
          store: aroundStore?.(world.store) ?? world.store,
          close: async () => {},
        };
      });
      command.settle();
      await driving;
      return ran;
    },
    /** A config file for this organization; `edit` changes its text. */
    config: (edit: (text: string) => string = (text) => text): string =>
      fileOf('strongroom.yaml', edit(simulatedConfig(world.organization))),
  };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function fileOf(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-cli-'));
  folders.push(folder);
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function deferred(): { readonly settled: Promise<void>; readonly settle: () => void } {
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { settled, settle: () => settle() };
}

const hostOver = (world: SimulatedWorld): Omit<Host, 'io' | 'openAws'> => ({
  login: () => 'ada',
  env: () => undefined,
  now: () => world.clock.now(),
  readBaseline: () => readBaseline(dist),
  pageFolder: join(dist, 'dashboard'),
  openDashboard,
  findDeployment: async () => undefined,
  withSurroundings: async (_of, ask) => ask(simulatedSurroundings),
  openInstaller: async () => {
    throw new Error('nothing is installed here');
  },
  readTemplate: async () => ({ Resources: {} }),
  actAs: async () => {},
  openSimulated: async () => world,
  confirm: async () => true,
  onInterrupt: () => () => {},
  pause: () => {},
  peakMemoryBytes: () => 0,
});

/** A check fails in one account of an OU until it is fixed. */
export function breakPasswordPolicy(world: SimulatedWorld, ou: string): { readonly id: AccountId; repair: () => void } {
  const [victim] = world.organization.accountsIn(ou);
  if (victim === undefined) throw new Error(`nobody lives in ${ou}`);
  world.faults.distort = (facts) => (facts.account === victim.id ? { ...facts, passwordPolicy: absent } : facts);
  return {
    id: victim.id,
    repair: () => {
      world.faults.distort = (facts) => facts;
    },
  };
}

export const parsedLines = (lines: readonly string[]): readonly Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line));

export function rolloutIdIn(lines: readonly string[]): string {
  const [id] = /ro-[a-z0-9-]+/.exec(lines.join('\n')) ?? [];
  if (id === undefined) throw new Error('no rollout is named');
  return id;
}
