/** What is left of a rollout once it is over, as its records and AWS itself tell. */

import { join } from 'node:path';
import { CloudFormationClient, paginateListStackSets } from '@aws-sdk/client-cloudformation';
import { statesOf } from '../../orchestrator/domain/model/account-record';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import type { Store } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import type { CommandLine } from './command-line';
import { motoClients, motoRegion } from './moto';
import type { Seeded } from './seed';

/** What remains when it is over: everything but times and ids. */
export interface Remains {
  readonly rollouts: readonly string[];
  readonly accounts: Readonly<Record<string, object>>;
  readonly stackSets: readonly string[];
  readonly stacks: Readonly<Record<string, readonly string[]>>;
  readonly events: readonly string[];
  /** The states that each account has gone through, by its name. */
  readonly states: Readonly<Record<string, readonly string[]>>;
}

/** Reads the records, wherever they are. */
export type Records = <T>(read: (ports: { readonly store: Store }) => Promise<T>) => Promise<T>;

/** Opens the state of the killed process. It fails if that process left a lock. */
export const inFolder =
  (line: CommandLine): Records =>
  async (read) => {
    const { store, close } = await openEmbeddedState(join(line.folder(), '.strongroom'));
    try {
      return await read({ store });
    } finally {
      await close();
    }
  };

/** A wrong clock may have started the first one later than the second, so one that was planned comes before one that was not. */
export function newestOf(rollouts: readonly RolloutRecord[]): RolloutRecord | undefined {
  const planned = rollouts.filter(({ plan }) => plan !== undefined);
  const open = rollouts.filter(({ status }) => status.kind !== 'finished');
  const among = open.length > 0 ? open : planned.length > 0 ? planned : rollouts;
  return among.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-1);
}

export async function remainsOf(line: CommandLine, seeded: Seeded, records: Records): Promise<Remains> {
  const nameOf = new Map<string, string>(Object.entries(seeded.accounts).map(([name, id]) => [id, name]));
  const stored = await records(async (ports) => {
    const rollouts = await listRollouts(ports);
    const last = newestOf(rollouts);
    if (last === undefined) throw new Error('no rollout is recorded');
    const { id } = last;
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
    states: Object.fromEntries(
      stored.accounts.map((account) => [
        nameOf.get(account.id) ?? 'management',
        withoutLaterDeployments(statesOf(account).map(({ state }) => state)),
      ]),
    ),
  };
}

/**
 * The first account of a wave is deployed to in its home region first, the others at once. Which one is first follows from its id, which
 * is another one in each emulated organization.
 */
const withoutLaterDeployments = (states: readonly string[]): readonly string[] =>
  states.filter((state, n) => {
    const isLater = (name: string): boolean => state === name && states.indexOf(name) < n && states[n - 2] === name;
    return !isLater('DEPLOYING') && !isLater('DEPLOYED');
  });

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
