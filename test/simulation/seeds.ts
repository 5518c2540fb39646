/** The seeds of `npm test`, in shares that Jest runs in parallel. */
import { builtBaseline } from './baseline';
import { checkSeed } from './report';

export const sharesOfSeeds = 4;
export const seedsPerShare = 75;

/** Declares one test for each seed of a share. */
export function testSeeds(share: number): void {
  const first = share * seedsPerShare + 1;
  describe(`whatever fails, the invariants hold, and everything comes to an end: share ${share + 1} of ${sharesOfSeeds}`, () => {
    const baseline = builtBaseline();
    const seeds = Array.from({ length: seedsPerShare }, (_, index) => first + index);

    test.each(seeds)('seed %i, twice alike', async (seed) => {
      const { failure } = await checkSeed(seed, await baseline, { twice: true });

      expect(failure ?? 'all is well').toBe('all is well');
    });
  });
}
