/**
 * How far the clock of AWS is ahead of this machine's, from the `Date` of its responses. One wrong date must not end leases, soaks and
 * rounds of checks, so a sudden change needs a second witness or time.
 */
import { clockOffMsMax } from '../domain/model/lease';

/** A response and when it came: by the clock of this machine, and by one that nobody sets. */
export interface Dated {
  readonly date: string | undefined;
  readonly wallMs: number;
  readonly steadyMs: number;
}

export interface AwsTime {
  readonly hear: (response: Dated) => void;
  /** 0 before the first response. */
  readonly offByMs: () => number;
}

interface Offset extends Omit<Dated, 'date'> {
  readonly offByMs: number;
}

/** Longer than the outages that a rollout waits for by itself. */
const persistsMs = 30 * 60_000;

export function createAwsTime(): AwsTime {
  let known: Offset | undefined;
  let doubted: Offset | undefined;
  return {
    hear: ({ date, wallMs, steadyMs }) => {
      const offByMs = offsetOf(date, wallMs);
      if (offByMs === undefined) return;
      const seen = { offByMs, wallMs, steadyMs };
      if (known === undefined || isCredible(seen, known) || hasPersisted(seen, doubted)) {
        known = seen;
        doubted = undefined;
      } else if (doubted === undefined || !agree(seen.offByMs, doubted.offByMs)) doubted = seen;
    },
    offByMs: () => known?.offByMs ?? 0,
  };
}

/** The clock of AWS does not jump, so an offset that changes shows that somebody set this machine's clock, or that the date is wrong. */
function isCredible(seen: Offset, known: Offset): boolean {
  const setByMs = seen.wallMs - known.wallMs - (seen.steadyMs - known.steadyMs);
  return [known.offByMs, known.offByMs - setByMs, 0].some((expected) => agree(seen.offByMs, expected));
}

/** After a sleep of the machine nobody can tell whether its clock was set. */
const hasPersisted = (seen: Offset, doubted: Offset | undefined): boolean =>
  doubted !== undefined && agree(seen.offByMs, doubted.offByMs) && seen.steadyMs - doubted.steadyMs >= persistsMs;

const agree = (aMs: number, bMs: number): boolean => Math.abs(aMs - bMs) <= clockOffMsMax;

/** The header has whole seconds, so an offset below one second means nothing. */
function offsetOf(date: string | undefined, wallMs: number): number | undefined {
  const serverMs = Date.parse(date ?? '');
  if (Number.isNaN(serverMs)) return undefined;
  const offByMs = serverMs + 500 - wallMs;
  return Math.abs(offByMs) < 1_000 ? 0 : offByMs;
}
