/** Checks that a database has every acknowledged write, unchanged. */
import { errors } from '../domain/errors';
import { type Database, totalsIn } from './database';
import { failing } from './failures';
import type { Head } from './head';
import { type ArtifactRow, artifactMark, type ItemRow, itemMark, noSum, sumWith, type Totals } from './rows';

/**
 * Reads every item in one snapshot, while other processes may write. Artifacts are not read: each is checked when it is used.
 * @throws StateDamaged
 */
export const verifyItems = (place: string, database: Database): Totals =>
  failing(place, () =>
    database.transaction(() => {
      const totals = totalsIn(place, database);
      refuseUnsound(place, database, 'quick_check(items)');
      let [items, sum, before] = [0, noSum, undefined as ItemRow | undefined];
      const rows = database.prepare<[], ItemRow>('select pk, sk, version, value, mark from items order by pk, sk');
      for (const row of rows.iterate()) {
        if (row.mark !== itemMark(row)) throw errors.stateDamaged(place, `item ${row.pk}/${row.sk} was changed`);
        if (before !== undefined && !isAfter(row, before))
          throw errors.stateDamaged(place, `item ${row.pk}/${row.sk} is out of order`);
        items++;
        sum = sumWith(sum, { added: row.mark });
        before = row;
      }
      if (items !== totals.items || sum !== totals.sum)
        throw errors.stateDamaged(place, `its ${items} items do not match the totals, which count ${totals.items}`);
      return totals;
    })(),
  );

/** Compares bytes, like SQLite. */
const isAfter = (a: ItemRow, b: ItemRow): boolean =>
  Buffer.compare(Buffer.from(a.pk), Buffer.from(b.pk)) > 0 ||
  (a.pk === b.pk && Buffer.compare(Buffer.from(a.sk), Buffer.from(b.sk)) > 0);

/** Checks everything, including artifacts and unused pages. */
export const verifyWhole = (place: string, database: Database): Totals =>
  failing(place, () => {
    const totals = verifyItems(place, database);
    refuseUnsound(place, database, 'integrity_check');
    let artifacts = 0;
    for (const row of database.prepare<[], ArtifactRow>('select key, text, mark from artifacts').iterate()) {
      if (row.mark !== artifactMark(row)) throw errors.stateDamaged(place, `artifact ${row.key} was changed`);
      artifacts++;
    }
    if (artifacts < totals.artifacts)
      throw errors.stateDamaged(place, `it has ${artifacts} of ${totals.artifacts} artifacts`);
    return totals;
  });

function refuseUnsound(place: string, database: Database, check: string): void {
  const answer = String(database.pragma(check, { simple: true }));
  if (answer !== 'ok') throw errors.stateDamaged(place, `SQLite reports "${answer.replace(/\s+/g, ' ').trim()}"`);
}

/** @throws StateDamaged if the database lacks acknowledged writes. It may be ahead of the head, by writes that were not acknowledged. */
export function refuseBehind(place: string, totals: Totals, head: Head | undefined): void {
  if (head === undefined) {
    if (totals.writes > 0)
      throw errors.stateDamaged(place, 'the file head, which counts its writes, is missing or unreadable');
    return;
  }
  if (head.id !== totals.id) throw errors.stateDamaged(place, 'state.db and head belong to different states');
  if (head.writes > totals.writes) throw errors.stateBehind(place, head.writes - totals.writes);
  if (head.writes === totals.writes && (head.sum !== totals.sum || head.items !== totals.items))
    throw errors.stateDamaged(place, 'its newest write differs from the acknowledged one');
}
