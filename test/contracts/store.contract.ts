/** What every Store does, whichever database is behind it. */
import { randomUUID } from 'node:crypto';
import { array, assert, asyncProperty, constant, integer, oneof, record } from 'fast-check';
import type { Item, Key, Store } from '../../orchestrator/ports/ports';

export interface OpenStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** The runs of a property; each works in a partition of its own. */
const numRuns = 30;

const partition = (): string => `test#${randomUUID()}`;

async function listAll<T>(store: Store, pk: string, limit?: number): Promise<readonly Item<T>[]> {
  const found: Item<T>[] = [];
  let after: string | undefined;
  do {
    const page = await store.list<T>(pk, {
      ...(after !== undefined && { after }),
      ...(limit !== undefined && { limit }),
    });
    if (limit !== undefined) expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}

export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} as a store`, () => {
    let opened: OpenStore;
    let store: Store;
    let key: Key;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      key = { pk: partition(), sk: 'one' };
    });

    test('has nothing under a key that was never written', async () => {
      expect(await store.get(key)).toBeUndefined();
      expect((await store.list(key.pk)).items).toEqual([]);
    });

    test('gives back what was put, with its version', async () => {
      await store.put(key, { wave: 'dev' }, 0);
      const version = await store.put(key, { wave: 'prod' }, 1);

      expect(version).toBe(2);
      expect(await store.get(key)).toEqual({ key, version: 2, value: { wave: 'prod' } });
    });

    test.each([
      ['an empty text', ''],
      ['null', null],
      ['a small number', 1e-7],
      ['a large number', Number.MAX_SAFE_INTEGER],
      ['a fraction', 0.1],
      ['an empty list', []],
      ['text of any kind', 'quotes " \' \\, lines \n, Zürich, 日本, 🔐, \u0000'],
      ['nested values', { a: [{ b: { c: [null, true, '', 0] } }], '': {} }],
    ])('keeps %s as it is', async (_, value) => {
      await store.put(key, value, 0);

      expect((await store.get(key))?.value).toEqual(value);
    });

    test.each([
      ['that it is new, where it exists', 0],
      ['an older version', 1],
      ['a newer version', 3],
    ])('refuses a write that expects %s, and changes nothing', async (_, expected) => {
      await store.put(key, 'first', 0);
      await store.put(key, 'second', 1);

      await expect(store.put(key, 'third', expected)).rejects.toMatchObject({
        code: 'StaleWrite',
        message: `another writer changed item ${key.pk}/${key.sk}`,
      });
      expect(await store.get(key)).toEqual({ key, version: 2, value: 'second' });
    });

    test('refuses a write that expects a version where there is nothing', async () => {
      await expect(store.put(key, 'lost', 1)).rejects.toMatchObject({ code: 'StaleWrite' });
      expect(await store.get(key)).toBeUndefined();
    });

    test('refuses a value over 400 KB, and writes nothing', async () => {
      await expect(store.put(key, 'x'.repeat(400 * 1024), 0)).rejects.toMatchObject({ code: 'LimitExceeded' });
      expect(await store.get(key)).toBeUndefined();
    });

    test('lets exactly one of many writers win, and keeps what that one wrote', async () => {
      await store.put(key, 'start', 0);

      const writes = await Promise.allSettled(Array.from({ length: 8 }, (_, writer) => store.put(key, { writer }, 1)));

      const winners = writes.flatMap((write, writer) => (write.status === 'fulfilled' ? [writer] : []));
      const losses = writes.flatMap((write) => (write.status === 'rejected' ? [write.reason] : []));
      expect(winners).toHaveLength(1);
      for (const loss of losses) expect(loss).toMatchObject({ code: 'StaleWrite' });
      expect(await store.get(key)).toEqual({ key, version: 2, value: { writer: winners[0] } });
    });

    test('lets exactly one of two win who write the same', async () => {
      const writes = await Promise.allSettled([store.put(key, 'same', 0), store.put(key, 'same', 0)]);

      expect(writes.map((write) => write.status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test('reads many keys in their order, more than a batch holds, absent and repeated ones too', async () => {
      const keys = Array.from({ length: 120 }, (_, i): Key => ({ pk: key.pk, sk: `k${i}` }));
      await Promise.all(keys.map((k) => store.put(k, k.sk, 0)));
      const absent = { pk: key.pk, sk: 'absent' };
      const wanted = [absent, absent, ...keys.slice(118), ...keys.slice(118), ...keys];

      const items = await store.getMany<string>(wanted);

      expect(items.map((item) => item?.value)).toEqual(wanted.map(({ sk }) => (sk === 'absent' ? undefined : sk)));
      expect(await store.getMany([])).toEqual([]);
    });

    test('lists a partition in order of the sort key, page after page, and nothing of another partition', async () => {
      const sks = ['0001', '0002', '0010', 'A', 'a', 'a#1', 'a1'];
      for (const sk of sks.toReversed()) await store.put({ pk: key.pk, sk }, sk, 0);
      await store.put({ pk: `${key.pk}x`, sk: '0003' }, 'of another partition', 0);

      for (const limit of [undefined, 1, 3, 7, 100])
        expect((await listAll(store, key.pk, limit)).map((item) => item.value)).toEqual(sks);
    });

    test('lists what comes after a key, be that key there or not', async () => {
      for (const sk of ['1', '3', '5']) await store.put({ pk: key.pk, sk }, sk, 0);

      const after = async (sk: string) => (await store.list(key.pk, { after: sk })).items.map((item) => item.key.sk);

      expect(await after('3')).toEqual(['5']);
      expect(await after('2')).toEqual(['3', '5']);
      expect(await after('5')).toEqual([]);
    });

    test('agrees with a plain map over any sequence of writes and reads', async () => {
      const sk = integer({ min: 0, max: 4 }).map((n) => `k${n}`);
      const put = record({ do: constant('put' as const), sk, value: integer(), expected: integer({ min: 0, max: 4 }) });
      const read = record({ do: constant('read' as const), sk });
      const list = record({ do: constant('list' as const), limit: integer({ min: 1, max: 6 }) });

      await assert(
        asyncProperty(array(oneof({ weight: 3, arbitrary: put }, read, list), { maxLength: 30 }), async (steps) => {
          const pk = partition();
          const model = new Map<string, Item<number>>();
          for (const step of steps) {
            if (step.do === 'put') await putBoth(store, model, { pk, sk: step.sk }, step.value, step.expected);
            if (step.do === 'read') expect(await store.get({ pk, sk: step.sk })).toEqual(model.get(step.sk));
            if (step.do === 'list') {
              const inOrder = [...model.values()].sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1));
              expect(await listAll(store, pk, step.limit)).toEqual(inOrder);
            }
          }
        }),
        { numRuns },
      );
    });
  });
}

async function putBoth(
  store: Store,
  model: Map<string, Item<number>>,
  key: Key,
  value: number,
  expected: number,
): Promise<void> {
  const version = model.get(key.sk)?.version ?? 0;
  const writing = store.put(key, value, expected);
  if (version !== expected) return expect(writing).rejects.toMatchObject({ code: 'StaleWrite' });
  expect(await writing).toBe(version + 1);
  model.set(key.sk, { key, version: version + 1, value });
}
