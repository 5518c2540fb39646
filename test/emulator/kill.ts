/** Kills the program at a moment that a seed decides, resumes it, and tells what came of it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackSets } from '@aws-sdk/client-cloudformation';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import { listAccounts } from '../../orchestrator/records/accounts';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { createRandom } from '../../orchestrator/simulated/random';
import type { CommandLine } from './command-line';
import type { Call, Intercept } from './gateway';
import { motoClients, motoRegion } from './moto';
import { fillGaps } from './moto-gaps';
import { leftOut } from './organization';
import type { FirstInstance, Seeded } from './seed';

/** Two waves of two accounts each: all that a rollout does, in little. */
export const fourAccounts: FirstInstance = {
  root: { ous: { Sandbox: { accounts: ['sandbox-1', 'sandbox-2'] }, Dev: { accounts: ['dev-1', 'dev-2'] } } },
};
export const killedWaves = ['name: sandbox, ous: [Sandbox]', 'name: dev, ous: [Dev]'];

/** At the call of this number: before AWS has heard it, or after it has answered and before the program hears that. */
export interface Moment {
  readonly call: number;
  readonly isAnswered: boolean;
  /** So long after it, in which the program writes to its store. */
  readonly thenMs: number;
}

const thenMsMax = 40;

/** @param calls of an undisturbed run. */
export function momentOf(seed: number, calls: number): Moment {
  const random = createRandom(seed);
  return {
    call: 1 + Math.floor(random.of('call') * calls),
    isAnswered: random.of('answered') < 0.5,
    // Half of the kills come at once: what is under way at that call is cut off.
    thenMs: random.of('at once') < 0.5 ? 0 : Math.floor(random.of('then') * thenMsMax),
  };
}

/** What remains when it is over: everything but times and ids. */
export interface Remains {
  readonly rollouts: readonly string[];
  readonly accounts: Readonly<Record<string, object>>;
  readonly stackSets: readonly string[];
  readonly stacks: Readonly<Record<string, readonly string[]>>;
  readonly events: readonly string[];
}

export interface Killer {
  /** Runs a rollout to its end; given a moment, kills it then and resumes what there is to resume. */
  readonly through: (
    moment?: Moment,
  ) => Promise<{ readonly remains: Remains; readonly calls: number; readonly wasKilled: boolean }>;
}

export function createKiller(line: CommandLine): Killer {
  let heard = 0;
  let moment: Moment | undefined;
  let kill = (): void => {};
  const whole = fillGaps(leftOut);
  const strike = (): void => {
    const thenMs = moment?.thenMs ?? 0;
    moment = undefined;
    if (thenMs === 0) kill();
    else setTimeout(kill, thenMs);
  };
  const counting: Intercept = async (call: Call, onward) => {
    heard++;
    if (moment === undefined || heard !== moment.call) return whole(call, onward);
    if (!moment.isAnswered) {
      strike();
      return whole(call, onward);
    }
    const answer = (await whole(call, onward)) ?? (await onward());
    strike();
    return answer;
  };

  return {
    through: async (wanted) => {
      const seeded = await line.anOrganization(fourAccounts, killedWaves, counting);
      heard = 0;
      moment = wanted;
      const wasKilled = await runUntilKilled(line, (stop) => {
        kill = stop;
      });
      const calls = heard;
      moment = undefined;
      if (wasKilled) await goOn(line);
      return { remains: await remainsOf(line, seeded), calls, wasKilled };
    },
  };
}

async function runUntilKilled(line: CommandLine, arm: (kill: () => void) => void): Promise<boolean> {
  const child = line.spawn('rollout', '--yes', '--json');
  arm(() => void child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  return signal === 'SIGKILL';
}

/** A rollout that was not even recorded is started again; any other goes on where it stood. */
async function goOn(line: CommandLine): Promise<void> {
  const [known] = await inStore(line, listRollouts);
  const { status, err } =
    known === undefined ? await line.run('rollout', '--yes', '--json') : await line.run('resume', known.id, '--json');
  if (status !== 0) throw new Error(`it could not be resumed, status ${status}: ${err}`);
}

/** Opens the state of the killed process. It fails if that process left a lock. */
async function inStore<T>(
  line: CommandLine,
  read: (ports: { store: Awaited<ReturnType<typeof openEmbeddedState>>['store'] }) => Promise<T>,
): Promise<T> {
  const { store, close } = await openEmbeddedState(join(line.folder(), '.strongroom'));
  try {
    return await read({ store });
  } finally {
    await close();
  }
}

async function remainsOf(line: CommandLine, seeded: Seeded): Promise<Remains> {
  const nameOf = new Map<string, string>(Object.entries(seeded.accounts).map(([name, id]) => [id, name]));
  const stored = await inStore(line, async (ports) => {
    const rollouts = await listRollouts(ports);
    const [first] = rollouts;
    if (first === undefined) throw new Error('no rollout is recorded');
    const { id } = first;
    const { value: record } = await readRollout(ports, id);
    const { items } = await ports.store.list<{ readonly type: string }>(`rollout#${id}#events`);
    const accounts = (await listAccounts(ports)).map(({ value }) => value);
    return { rollouts, record, items, accounts };
  });
  const numbers = stored.items.map(({ key }) => Number(key.sk));
  if (numbers.some((number, index) => number !== index) || numbers.length !== stored.record.events)
    throw new Error(`events are numbered ${numbers.join()}, and the record counts ${stored.record.events}`);
  return {
    rollouts: stored.rollouts.map(({ status }) => (status.kind === 'finished' ? status.outcome : status.kind)),
    accounts: Object.fromEntries(
      stored.accounts
        .map(
          ({ id, state, release, settingsRelease, gates, failing, modules }) =>
            [
              nameOf.get(id) ?? 'management',
              {
                state,
                release,
                settingsRelease,
                gates,
                failing: failing.length,
                modules: modules.map((m) => ({ ...m })).sort(byPlace),
              },
            ] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    stackSets: await stackSetsOf(line),
    stacks: await line.stacksByAccount(seeded),
    events: stored.items.map(({ value }) => value.type),
  };
}

const byPlace = (a: { module: string; region: string }, b: { module: string; region: string }): number =>
  `${a.module} ${a.region}` < `${b.module} ${b.region}` ? -1 : 1;

async function stackSetsOf(line: CommandLine): Promise<readonly string[]> {
  const clients = motoClients(line);
  const client = clients.in(CloudFormationClient, motoRegion);
  const names: string[] = [];
  for await (const page of paginateListStackSets({ client }, { Status: 'ACTIVE' }))
    names.push(...(page.Summaries ?? []).map(({ StackSetName = '' }) => StackSetName));
  clients.destroy();
  return names.sort();
}
