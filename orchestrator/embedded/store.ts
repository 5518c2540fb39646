/** The Store in SQLite. It passes the same contract suite as the one in DynamoDB. */
import { errors } from '../domain/errors';
import type { Item, Key, Store } from '../ports/ports';
import type { Database } from './database';
import { failing } from './failures';
import { type ItemRow, itemMark, sumWith } from './rows';
import type { Writer } from './writer';

/** The limit of DynamoDB is 400 KB per item, names included [bc:dynamodb:BatchWriteItem]; the rest of an item has less than 4 KB. */
const valueBytesMax = 396 * 1024;
const pageItemsMax = 1_000;

const placeOf = ({ pk, sk }: Key): string => `${pk}/${sk}`;

export function createSqliteStore(place: string, database: Database, { write }: Pick<Writer, 'write'>): Store {
  const columns = 'pk, sk, version, value, mark';
  const one = database.prepare<[string, string], ItemRow>(`select ${columns} from items where pk = ? and sk = ?`);
  const page = database.prepare<[string, string, number], ItemRow>(
    `select ${columns} from items where pk = ? and sk > ? order by sk limit ?`,
  );
  const save = database.prepare(
    `insert into items (${columns}) values (?, ?, ?, ?, ?)
     on conflict do update set version = excluded.version, value = excluded.value, mark = excluded.mark`,
  );

  const checked = (row: ItemRow): ItemRow => {
    if (row.mark === itemMark(row)) return row;
    throw errors.stateDamaged(place, `item ${placeOf(row)} was changed`);
  };
  const itemOf = <T>(row: ItemRow): Item<T> => {
    const { pk, sk, version, value } = checked(row);
    return { key: { pk, sk }, version, value: JSON.parse(value) };
  };
  const find = <T>({ pk, sk }: Key): Item<T> | undefined =>
    failing(place, () => {
      const row = one.get(pk, sk);
      return row && itemOf<T>(row);
    });

  return {
    get: async (key) => find(key),
    getMany: async (keys) => keys.map((key) => find(key)),

    put: async (key, value, expectedVersion) => {
      const text = JSON.stringify(value);
      const bytes = Buffer.byteLength(text);
      if (bytes > valueBytesMax)
        throw errors.limitExceeded(`item ${placeOf(key)} of ${bytes} bytes`, `${valueBytesMax} bytes`);
      return write((totals) => {
        const before = one.get(key.pk, key.sk);
        if ((before === undefined ? 0 : checked(before).version) !== expectedVersion)
          throw errors.staleWrite(placeOf(key));
        const version = expectedVersion + 1;
        const row = { pk: key.pk, sk: key.sk, version, value: text };
        const mark = itemMark(row);
        save.run(row.pk, row.sk, row.version, row.value, mark);
        return {
          result: version,
          totals: {
            ...totals,
            items: totals.items + (before === undefined ? 1 : 0),
            sum: sumWith(totals.sum, { added: mark, ...(before && { removed: before.mark }) }),
          },
        };
      });
    },

    list: async <T>(pk: string, { after = '', limit = pageItemsMax }: { after?: string; limit?: number } = {}) =>
      failing(place, () => {
        const most = Math.min(limit, pageItemsMax);
        const rows = page.all(pk, after, most + 1);
        const items = rows.slice(0, most).map((row) => itemOf<T>(row));
        const last = items.at(-1);
        return last !== undefined && rows.length > most ? { items, next: last.key.sk } : { items };
      }),
  };
}
