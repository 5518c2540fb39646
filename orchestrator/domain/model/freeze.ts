/** Times in which nothing new is started. What runs when one begins is finished. */
import type { WaveName } from './brand';

export interface Freeze {
  /** ISO times in UTC; it holds from the first, and no longer at the second. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Only these waves; all of them when absent. */
  readonly waves?: readonly WaveName[] | undefined;
}

/** The freeze that holds a wave now; of several the one that ends last. */
export function freezeAt(freezes: readonly Freeze[], wave: WaveName, now: Date): Freeze | undefined {
  const at = now.toISOString();
  const holding = freezes.filter(({ from, to, waves }) => from <= at && at < to && (waves?.includes(wave) ?? true));
  return holding.toSorted((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0)).at(-1);
}

/** A freeze further away than a rollout usually lasts is no news yet. */
const comingDays = 30;

/** What a plan says of the freezes that hold, or will soon. */
export function freezeNotes(freezes: readonly Freeze[], now: Date): readonly string[] {
  const at = now.toISOString();
  const horizon = new Date(now.getTime() + comingDays * 86_400_000).toISOString();
  return freezes
    .filter(({ from, to }) => at < to && from <= horizon)
    .map(({ from, to, reason, waves }) => {
      const who = waves === undefined ? 'every wave' : `wave ${waves.join(', ')}`;
      return from <= at
        ? `a freeze holds ${who} until ${to}: ${reason}`
        : `a freeze holds ${who} from ${from} to ${to}: ${reason}`;
    });
}
