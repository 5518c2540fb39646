import { shardSlice, shardsAtOnceMax, shardsOf, shardsWhere } from '../../../orchestrator/domain/model/execution-input';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each([0, 1, 99, 100, 101, 367, 1000, 1001, 1481, 3093, 10_000])(
  '%d accounts are each in one shard, in their order',
  (count) => {
    const accounts = numbered(count);

    const sliced = shardsOf(count).flatMap((shard) => shardSlice(accounts, shard));

    expect(sliced).toEqual(accounts);
  },
);

test.each([
  [100, 1],
  [367, 4],
  [1000, 10],
  [1001, 20],
  [3093, 40],
  [10_000, 100],
])('%d accounts are %d shards of a hundred at most, and none runs alone at the end', (count, shards) => {
  const sizes = shardsOf(count).map((shard) => shardSlice(numbered(count), shard).length);

  expect(sizes).toHaveLength(shards);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  expect(shards < shardsAtOnceMax || shards % shardsAtOnceMax === 0).toBe(true);
});

test('only the shards in which somebody is meant are gone through', () => {
  expect(shardsWhere(numbered(400), (account) => account === 0 || account === 250)).toEqual([0, 2]);
});
