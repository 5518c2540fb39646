/**
 * A snapshot of all accounts and rollouts, read from the store once and shared by all requests. Thousands of records are processed
 * in portions, so that small requests do not have to wait.
 */
import { setImmediate } from 'node:timers/promises';
import type { AccountRecord } from '../../domain/model/account-record';
import type { SubscriptionRecord } from '../../domain/model/alerting';
import type { RolloutRecord } from '../../domain/model/rollout';
import type { Item, Ports } from '../../ports/ports';
import { clean } from '../../presentation/text';
import { accountPages } from '../../records/accounts';
import { loadDocument } from '../../records/documents';
import { listRollouts } from '../../records/rollouts';
import { readSubscription } from '../../records/subscription';
import { readFinishedWave } from '../../records/waves';
import { boardOf } from './board';
import type { WaveOnBoard } from './contract';

export interface Snapshot {
  readonly at: Date;
  /** Ordered by id. Control characters in names are replaced. */
  readonly accounts: readonly AccountRecord[];
  /** Oldest first. */
  readonly rollouts: readonly RolloutRecord[];
  /** Whether somebody receives the alerts, as sweeps saw it. */
  readonly subscription: SubscriptionRecord | undefined;
  readonly board: { readonly version: string; readonly json: string };
}

export interface Snapshots {
  readonly latest: () => Promise<Snapshot>;
  /** Drops the snapshot after a write. */
  readonly invalidate: () => void;
}

export type SnapshotPorts = Pick<Ports, 'store' | 'artifacts' | 'clock'>;

/** The maximum age of a fresh snapshot. A table that takes long to read is read less often. */
const freshMs = 2_000;
const readTimesFresh = 4;
/** Without a running rollout only sweeps and `verify` change accounts, so one read a minute is enough. */
const quietFreshMs = 60_000;
/** How soon a new rollout is noticed in that case. */
const rolloutsFreshMs = 10_000;
/** While the next snapshot is being read, the last one is still returned, unless it is older than this. */
const staleMaxMs = 15_000;

/**
 * @param elapsedMs the process's own clock, because the clock of a simulated world may stand still.
 * @param isFrozenBetween whether background work would be frozen until the next request. Such a process also pays for each read
 * (10,000 accounts take 15,000 units), so it first checks whether the rollouts have changed.
 */
export function createSnapshots(ports: SnapshotPorts, elapsedMs: () => number, isFrozenBetween = false): Snapshots {
  let kept: Kept | undefined;
  let reading: Promise<Snapshot> | undefined;
  let generation = 0;

  const read = async (): Promise<Snapshot> => {
    const [startedMs, mine] = [elapsedMs(), generation];
    const snapshot = await readSnapshot(ports);
    const atMs = elapsedMs();
    if (mine === generation) kept = { snapshot, atMs, lookedMs: atMs, tookMs: atMs - startedMs };
    return snapshot;
  };
  /** Every step writes the record of its rollout, so unchanged records mean that no step has run. */
  const isUnchanged = async (known: Kept): Promise<boolean> => {
    const { rollouts } = known.snapshot;
    const startedMs = elapsedMs();
    if (startedMs - known.lookedMs <= rolloutsFreshMs) return true;
    if (JSON.stringify(await listRollouts(ports)) !== JSON.stringify(rollouts)) return false;
    if (kept === known) kept = { ...known, lookedMs: startedMs };
    return true;
  };
  const readOnce = (): Promise<Snapshot> => {
    const begun = reading ?? read();
    reading = begun;
    const done = (): void => {
      if (reading === begun) reading = undefined;
    };
    begun.then(done, done);
    return begun;
  };
  return {
    latest: async () => {
      if (kept === undefined) return readOnce();
      const ageMs = elapsedMs() - kept.atMs;
      if (ageMs <= Math.max(freshMs, readTimesFresh * kept.tookMs)) return kept.snapshot;
      if (isFrozenBetween && ageMs <= quietFreshMs && isQuiet(kept.snapshot, ports.clock.now())) {
        const { snapshot } = kept;
        if (await isUnchanged(kept)) return snapshot;
      }
      if (isFrozenBetween || ageMs > Math.max(staleMaxMs, 2 * readTimesFresh * kept.tookMs)) return readOnce();
      // Requests that wait for the next snapshot see its failure.
      readOnce().catch(() => undefined);
      return kept.snapshot;
    },
    invalidate: () => {
      generation++;
      kept = undefined;
      reading = undefined;
    },
  };
}

interface Kept {
  readonly snapshot: Snapshot;
  readonly atMs: number;
  /** When the rollouts were last found unchanged. */
  readonly lookedMs: number;
  readonly tookMs: number;
}

/** A rollout that waits for approval changes no account, nor does one that waits for a time in the future. */
const isQuiet = ({ rollouts }: Snapshot, now: Date): boolean =>
  rollouts.every(({ status }) =>
    status.kind === 'waiting' ? new Date(status.until) > now : status.kind !== 'running',
  );

async function readSnapshot(ports: SnapshotPorts): Promise<Snapshot> {
  const at = ports.clock.now();
  const rollouts = await listRollouts(ports);
  const items: Item<AccountRecord>[] = [];
  for await (const page of accountPages(ports)) {
    for (const item of page) items.push(withCleanNames(item));
    await setImmediate();
  }
  items.sort((a, b) => (a.value.id < b.value.id ? -1 : 1));
  const board = await boardOf(items, await finishedWaves(ports, rollouts), at);
  return {
    at,
    accounts: items.map(({ value }) => value),
    rollouts,
    subscription: await readSubscription(ports),
    board: { version: board.version, json: JSON.stringify(board) },
  };
}

/** Cleans only the texts that lists show. The detail of an account is read and cleaned separately. */
const withCleanNames = (item: Item<AccountRecord>): Item<AccountRecord> => {
  const { states: _onlyInDetail, name, ou, ...rest } = item.value;
  return { ...item, value: { ...rest, name: clean(name), ou: clean(ou) } };
};

/** In the order of the config of the last rollout. */
async function finishedWaves(
  ports: SnapshotPorts,
  rollouts: readonly RolloutRecord[],
): Promise<readonly WaveOnBoard[]> {
  const last = rollouts.at(-1);
  if (last === undefined) return [];
  const { waves } = await loadDocument(ports, 'desiredState', last.desiredState);
  return Promise.all(
    waves.map(async ({ name }) => ({ name, release: (await readFinishedWave(ports, name))?.release })),
  );
}
