/** Checks everything about a state, and continues without its newest writes if they are lost. */
import { stat } from 'node:fs/promises';
import { errors, isStrongroomError } from '../domain/errors';
import { refuseAbsent } from './backup';
import { stateFailure } from './failures';
import { flush, prepareFolder, stateFolder } from './folder';
import { createHead, openHead } from './head';
import type { Totals } from './rows';
import { openOurs, openVerified } from './state';
import { verifyItems, verifyWhole } from './verify';

export interface Checked extends Totals {
  readonly bytes: number;
}

/** @throws StateDamaged */
export async function checkState(folder: string): Promise<Checked> {
  await refuseAbsent(folder);
  const at = stateFolder(folder);
  const { database, head } = await openVerified(at);
  try {
    return { ...verifyWhole(at.place, database), bytes: (await stat(at.database)).size };
  } finally {
    database.close();
    await head.close();
  }
}

/**
 * Accepts that the newest writes are lost, if everything else is sound. For a user without a newer backup.
 * @returns how many acknowledged writes are lost; undefined if the head, which counts them, is lost too.
 */
export async function acceptLoss(folder: string): Promise<number | undefined> {
  await refuseAbsent(folder);
  const at = stateFolder(folder);
  await prepareFolder(at);
  const database = await openOurs(at);
  try {
    const totals = verifyItems(at.place, database);
    const head = await openHead(at.head);
    const acknowledged = await head?.read();
    await head?.close();
    if (acknowledged !== undefined && acknowledged.id !== totals.id)
      throw errors.stateDamaged(at.place, 'state.db and head belong to different states');
    createHead(at.head, totals);
    await flush(folder);
    return acknowledged && Math.max(0, acknowledged.writes - totals.writes);
  } catch (error) {
    throw isStrongroomError(error) ? error : stateFailure(at.place, error);
  } finally {
    database.close();
  }
}
