/** Where records and documents are kept. */

/** A place in the table: partition and sort key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export interface Item<T> {
  readonly key: Key;
  /** 1 at creation, then one more with each write. */
  readonly version: number;
  readonly value: T;
}

/** Single-item writes on condition of a version; nothing needs a transaction. Values are JSON, 400 KB at most. */
export interface Store {
  readonly get: <T>(key: Key) => Promise<Item<T> | undefined>;
  /** In the order of the keys; undefined where there is none. */
  readonly getMany: <T>(keys: readonly Key[]) => Promise<readonly (Item<T> | undefined)[]>;
  /** Expecting 0 means that the item must not exist. StaleWrite if the version is another. Returns the new version. */
  readonly put: <T>(key: Key, value: T, expectedVersion: number) => Promise<number>;
  /** A page of a partition in order of the sort key, after `after`; `next` is the `after` of the following page. */
  readonly list: <T>(
    pk: string,
    options?: { readonly after?: string; readonly limit?: number },
  ) => Promise<{ readonly items: readonly Item<T>[]; readonly next?: string }>;
}

/** Immutable texts by key: templates by hash, releases, plans. */
export interface Artifacts {
  readonly get: (key: string) => Promise<string | undefined>;
  /** Twice with the same content is once; with other content ImmutableArtifact. */
  readonly put: (key: string, text: string) => Promise<void>;
}
