/** How far a rollout's wave at work is. */
import type { RolloutRecord } from '../domain/model/rollout';

/** Accounts of the wave at work whose deployment is behind them, and those that were lost on the way. */
export function accountsIn(record: RolloutRecord): { readonly done: number; readonly failed: number } {
  const wave = record.waves[record.wave];
  if (wave === undefined) return { done: 0, failed: 0 };
  const reached = isProving(record) ? wave.accounts : (wave.stages[wave.stage]?.from ?? 0);
  return { done: Math.max(0, reached - wave.lost), failed: wave.lost };
}

/** Past the last stage: settings, checks and soak go over the whole wave. */
export function isProving({ waves, wave: at, lastStep }: RolloutRecord): boolean {
  const wave = waves[at];
  return wave !== undefined && (wave.round > 0 || lastStep?.input.decision === 'verify');
}
