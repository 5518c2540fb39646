/**
 * Writes that arrive together share one commit, because each commit waits for the disk. They are acknowledged once commit and head are
 * flushed.
 */
import { errors, isStrongroomError } from '../domain/errors';
import { type Database, totalsIn } from './database';
import { stateFailure } from './failures';
import type { HeadFile } from './head';
import type { Totals } from './rows';

/** Runs inside the transaction. Returns the new totals, or throws before it changes anything. */
export type Write<T> = (totals: Totals) => { readonly result: T; readonly totals: Totals };

export interface Writer {
  readonly write: <T>(write: Write<T>) => Promise<T>;
  /** Waits for writes in progress, and refuses later ones. */
  readonly close: () => Promise<void>;
}

/** A larger commit would block other processes for long. */
const writesPerCommitMax = 500;

interface Waiting {
  readonly apply: (totals: Totals) => Totals;
  readonly acknowledge: () => void;
  readonly refuse: (error: unknown) => void;
}

export interface OnDisk {
  readonly head: Pick<HeadFile, 'write'>;
  /** @throws StateDamaged if the files are no longer in the folder. */
  readonly assertInPlace: () => Promise<void>;
}

/** @param onDisk undefined for a state in memory, which ends with the process */
export function createWriter(place: string, database: Database, onDisk: OnDisk | undefined): Writer {
  const waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let isClosing = false;
  const change = database.prepare('update totals set writes = ?, items = ?, sum = ?, artifacts = ?');

  /** @returns the writes that are in the commit; the others were refused. */
  const commit = (batch: readonly Waiting[]): { readonly done: readonly Waiting[]; readonly totals: Totals } => {
    database.exec('begin immediate');
    try {
      const before = totalsIn(place, database);
      let totals = before;
      const done = batch.filter((one) => {
        try {
          totals = one.apply(totals);
          return true;
        } catch (error) {
          if (!isStrongroomError(error)) throw error;
          one.refuse(error);
          return false;
        }
      });
      if (totals !== before) {
        totals = { ...totals, writes: before.writes + 1 };
        change.run(totals.writes, totals.items, totals.sum, totals.artifacts);
      }
      database.exec('commit');
      return { done, totals };
    } catch (error) {
      if (database.inTransaction) database.exec('rollback');
      throw error;
    }
  };

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Other writes of this turn of the event loop join the batch.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting.splice(0, writesPerCommitMax);
      try {
        const { done, totals } = commit(batch);
        await onDisk?.head.write(totals);
        await onDisk?.assertInPlace();
        for (const one of done) one.acknowledge();
      } catch (error) {
        for (const one of batch) one.refuse(stateFailure(place, error));
      }
    }
    flushing = undefined;
  };

  return {
    write: (write) =>
      new Promise((resolve, reject) => {
        if (isClosing) {
          reject(errors.stateBusy(place));
          return;
        }
        let acknowledge = (): void => {};
        waiting.push({
          apply: (before) => {
            const { result, totals } = write(before);
            acknowledge = () => resolve(result);
            return totals;
          },
          acknowledge: () => acknowledge(),
          refuse: reject,
        });
        flushing ??= flush();
      }),
    close: async () => {
      isClosing = true;
      await flushing;
    },
  };
}
