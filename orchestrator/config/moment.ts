/** Points in time in the config: a time with its zone, so that it is unambiguous, or a day in UTC. */

export const momentForm = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A day means its first moment, or the first moment after it. */
export type DayMeans = 'start' | 'end';
const dayMs = 86_400_000;

/** undefined if the time does not exist; JavaScript turns 30 February into a day in March. */
export function momentAt(written: string, day: DayMeans): Date | undefined {
  const date = written.slice(0, 10);
  const start = new Date(`${date}T00:00:00Z`);
  if (!momentForm.test(written) || Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date))
    return undefined;
  if (written.length === date.length) return day === 'start' ? start : new Date(start.getTime() + dayMs);
  const time = new Date(written);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
