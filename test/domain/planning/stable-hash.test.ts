import { stableHash } from '../../../orchestrator/domain/planning/stable-hash';

describe('stableHash', () => {
  // A change of these values would move accounts between waves in every organization.
  test.each([
    ['', 0.6689221884589642],
    ['000000000000', 0.6626763376407325],
    ['111122223333', 0.854708741651848],
    ['111122223334', 0.9531310100574046],
    ['999999999999', 0.8597379673738033],
  ])('of "%s" is pinned to %d', (text, pinned) => {
    expect(stableHash(text)).toBe(pinned);
  });

  test('spreads account ids that follow one another evenly, so that a percentage takes about that share', () => {
    const hashes = Array.from({ length: 10_000 }, (_, n) => stableHash(String(111_122_220_000 + n)));

    for (const percent of [1, 10, 25, 50, 90]) {
      const taken = hashes.filter((hash) => hash * 100 < percent).length;
      // Four standard deviations of a fair draw.
      const slack = 4 * Math.sqrt(10_000 * (percent / 100) * (1 - percent / 100));
      expect(Math.abs(taken - percent * 100)).toBeLessThan(slack);
    }
  });

  test('is at least 0 and below 1', () => {
    const hashes = Array.from({ length: 10_000 }, (_, n) => stableHash(`account ${n}`));

    expect(Math.min(...hashes)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...hashes)).toBeLessThan(1);
  });
});
