/** Progress of the current wave. */
import type { RolloutRecord } from '../domain/model/rollout';

/** Accounts of the current wave that are deployed, and those that failed or were skipped. */
export function accountsIn(record: RolloutRecord): { readonly done: number; readonly failed: number } {
  const wave = record.waves[record.wave];
  if (wave === undefined) return { done: 0, failed: 0 };
  const reached = isVerifying(record) ? wave.accounts : (wave.stages[wave.stage]?.from ?? 0);
  return { done: Math.max(0, reached - wave.lost), failed: wave.lost };
}

/** After the last stage: settings, checks and soak cover the whole wave. */
export function isVerifying({ waves, wave: at, lastStep }: RolloutRecord): boolean {
  const wave = waves[at];
  return wave !== undefined && (wave.round > 0 || lastStep?.input.decision === 'verify');
}
