/** A freeze is a time in which nothing new starts. Work in progress when it begins is completed. */
import type { WaveName } from './brand';

export interface Freeze {
  /** ISO times in UTC: from is included, to is not. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Only these waves; all waves when absent. */
  readonly waves?: readonly WaveName[] | undefined;
}

/** The freeze that applies to a wave now; if several do, the one that ends last. */
export function freezeAt(freezes: readonly Freeze[], wave: WaveName, now: Date): Freeze | undefined {
  const at = now.toISOString();
  const holding = freezes.filter(({ from, to, waves }) => from <= at && at < to && (waves?.includes(wave) ?? true));
  return holding.toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0)).at(-1);
}

/** A plan mentions freezes that begin within the time that a rollout usually takes. */
const comingDays = 30;

/** Notes of a plan about active and upcoming freezes. */
export function freezeNotes(freezes: readonly Freeze[], now: Date): readonly string[] {
  const at = now.toISOString();
  const horizon = new Date(now.getTime() + comingDays * 86_400_000).toISOString();
  return freezes
    .filter(({ from, to }) => at < to && from <= horizon)
    .map(({ from, to, reason, waves }) => {
      const who = waves === undefined ? 'every wave' : `wave ${waves.join(', ')}`;
      return from <= at
        ? `freeze of ${who} until ${to}: ${reason}`
        : `freeze of ${who} from ${from} to ${to}: ${reason}`;
    });
}
