/** Reads whole partitions of the table. */
import { errors } from '../domain/errors';
import type { Guarded } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';

export type HasStore = Pick<Ports, 'store'>;
export type HasGuardedStore = Guarded<'store'>;
type Listing = Pick<Ports['store'], 'list'>;

/** Pages read of one listing, so that a damaged table cannot keep us reading forever. */
const pagesMax = 10_000;

export async function* pagesOf<T>(store: Listing, pk: string, after?: string): AsyncGenerator<readonly Item<T>[]> {
  let from = after;
  for (let page = 0; page < pagesMax; page++) {
    const { items, next } = await store.list<T>(pk, from === undefined ? {} : { after: from });
    yield items;
    if (next === undefined) return;
    from = next;
  }
  throw errors.limitExceeded(`the listing of ${pk}`, `${pagesMax} pages`);
}

export async function listAll<T>(store: Listing, pk: string, after?: string, enough = Number.POSITIVE_INFINITY) {
  const found: Item<T>[] = [];
  for await (const items of pagesOf<T>(store, pk, after)) {
    for (const item of items) found.push(item);
    if (found.length >= enough) break;
  }
  return found;
}
