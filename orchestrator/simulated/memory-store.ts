import { errors } from '../domain/errors';
import type { Item, Key, Store } from '../ports/ports';

/** A DynamoDB item holds 400 KB, names included [bc:dynamodb:BatchWriteItem]. */
const itemBytesMax = 400 * 1024;
/** A page when the caller names no limit; DynamoDB's own is 1 MB. */
const pageItemsMax = 1000;

interface Stored {
  readonly version: number;
  /** JSON text, so that a stored value cannot be changed from outside. */
  readonly text: string;
}

interface Partition {
  readonly items: Map<string, Stored>;
  /** Sort keys in order. */
  readonly order: string[];
}

/** The first place in `order` whose key is not before `key`. */
function placeOf(order: readonly string[], key: string): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function createMemoryStore(): Store {
  const partitions = new Map<string, Partition>();

  const itemOf = <T>(key: Key, stored: Stored): Item<T> => ({
    key: { pk: key.pk, sk: key.sk },
    version: stored.version,
    value: JSON.parse(stored.text),
  });
  const find = <T>(key: Key): Item<T> | undefined => {
    const stored = partitions.get(key.pk)?.items.get(key.sk);
    return stored && itemOf<T>(key, stored);
  };
  const partitionOf = (pk: string): Partition => {
    const known = partitions.get(pk);
    if (known !== undefined) return known;
    const fresh: Partition = { items: new Map(), order: [] };
    partitions.set(pk, fresh);
    return fresh;
  };

  return {
    get: async (key) => find(key),
    getMany: async (keys) => keys.map((key) => find(key)),
    put: async (key, value, expectedVersion) => {
      const place = `${key.pk}/${key.sk}`;
      const partition = partitionOf(key.pk);
      const current = partition.items.get(key.sk);
      if ((current?.version ?? 0) !== expectedVersion) throw errors.staleWrite(place);
      const text = JSON.stringify(value);
      // A UTF-16 unit is at most 3 bytes of UTF-8, so only long texts need counting.
      if (text.length * 3 > itemBytesMax && Buffer.byteLength(text) > itemBytesMax)
        throw errors.limitExceeded(`item ${place} of ${Buffer.byteLength(text)} bytes`, `${itemBytesMax} bytes`);
      if (current === undefined) partition.order.splice(placeOf(partition.order, key.sk), 0, key.sk);
      partition.items.set(key.sk, { version: expectedVersion + 1, text });
      return expectedVersion + 1;
    },
    list: async <T>(pk: string, options: { readonly after?: string; readonly limit?: number } = {}) => {
      const { after, limit = pageItemsMax } = options;
      const partition = partitions.get(pk);
      if (partition === undefined) return { items: [] };
      const { order } = partition;
      const at = after === undefined ? 0 : placeOf(order, after);
      const from = after !== undefined && order[at] === after ? at + 1 : at;
      const page = order.slice(from, from + Math.min(limit, pageItemsMax));
      const items = page.flatMap((sk): Item<T>[] => {
        const stored = partition.items.get(sk);
        return stored === undefined ? [] : [itemOf<T>({ pk, sk }, stored)];
      });
      const last = page.at(-1);
      return last !== undefined && from + page.length < order.length ? { items, next: last } : { items };
    },
  };
}
