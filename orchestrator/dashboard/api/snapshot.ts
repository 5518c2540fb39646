/**
 * Everything that the page shows of all accounts, read from the store by one reader at a time and shared by all who ask. Thousands of
 * records are gone through in portions, so that whoever asks for something small meanwhile does not wait.
 */
import { setImmediate } from 'node:timers/promises';
import type { AccountRecord } from '../../domain/model/account-record';
import type { RolloutRecord } from '../../domain/model/rollout';
import type { Item, Ports } from '../../ports/ports';
import { clean } from '../../presentation/text';
import { accountPages } from '../../records/accounts';
import { loadDocument } from '../../records/documents';
import { listRollouts } from '../../records/rollouts';
import { readFinishedWave } from '../../records/waves';
import { boardOf } from './board';
import type { WaveOnBoard } from './contract';

export interface Snapshot {
  readonly at: Date;
  /** Ordered by id; names without characters that a screen obeys. */
  readonly accounts: readonly AccountRecord[];
  /** Oldest first. */
  readonly rollouts: readonly RolloutRecord[];
  readonly board: { readonly version: string; readonly json: string };
}

export interface Snapshots {
  readonly latest: () => Promise<Snapshot>;
  /** Something was written: what was read before does not count any more. */
  readonly forget: () => void;
}

export type SnapshotPorts = Pick<Ports, 'store' | 'artifacts' | 'clock'>;

/** How old a reading may be. A table that takes long to read is read less often: it costs, and it is shared. */
const freshMs = 2_000;
const timesReadingMax = 4;
/** While no rollout is at work only sweeps and people's visits change accounts: then everything is read once a minute. */
const quietMs = 60_000;
/** How soon a rollout that begins is seen then. */
const lookMs = 10_000;
/** While the next is being read, the last is still shown, unless it is older than this. */
const shownMs = 15_000;

/**
 * @param elapsedMs of the process's own clock: the world's may stand still.
 * @param isFrozenBetween whether what is begun behind an answer would stand still until the next request. Such a process also pays for
 * each reading (10,000 accounts are 15,000 units), so it looks at the rollouts first.
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
  /** Every turn writes its rollout's record, so where these are as they were, no turn has been played. */
  const isUnchanged = async (known: Kept): Promise<boolean> => {
    const { rollouts } = known.snapshot;
    const startedMs = elapsedMs();
    if (startedMs - known.lookedMs <= lookMs) return true;
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
      if (ageMs <= Math.max(freshMs, timesReadingMax * kept.tookMs)) return kept.snapshot;
      if (isFrozenBetween && ageMs <= quietMs && isQuiet(kept.snapshot, ports.clock.now())) {
        const { snapshot } = kept;
        if (await isUnchanged(kept)) return snapshot;
      }
      if (isFrozenBetween || ageMs > Math.max(shownMs, 2 * timesReadingMax * kept.tookMs)) return readOnce();
      // Who waits for the next reading is told of its failure.
      readOnce().catch(() => undefined);
      return kept.snapshot;
    },
    forget: () => {
      generation++;
      kept = undefined;
      reading = undefined;
    },
  };
}

interface Kept {
  readonly snapshot: Snapshot;
  readonly atMs: number;
  /** When the rollouts were last seen to be the same. */
  readonly lookedMs: number;
  readonly tookMs: number;
}

/** Whoever asks changes no account meanwhile, and whoever waits none until then. */
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
    board: { version: board.version, json: JSON.stringify(board) },
  };
}

/** Only what lists show; of a single account everything is read, and cleaned, when it is shown. */
const withCleanNames = (item: Item<AccountRecord>): Item<AccountRecord> => {
  const { states: _ofOneAlone, name, ou, ...rest } = item.value;
  return { ...item, value: { ...rest, name: clean(name), ou: clean(ou) } };
};

/** In the order of the config that the last rollout went by. */
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
