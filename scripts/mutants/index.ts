/**
 * Faults seeded into the production code: the simulation, or the suite that a mutant names, must catch each. Each replaces a text that must
 * occur exactly once, so a mutant whose code has changed fails a test instead of testing nothing.
 */
import { invariantMutants } from './invariants';
import type { Mutant } from './mutant';
import { rareMutants } from './rare';
import { recentMutants } from './recent';
import { recordMutants } from './records';
import { reviewedMutants } from './reviewed';
import { rolloutMutants } from './rollouts';

export const mutants: readonly Mutant[] = [
  ...rolloutMutants,
  ...rareMutants,
  ...invariantMutants,
  ...reviewedMutants,
  ...recentMutants,
  ...recordMutants,
];
