/** Points in time as people write them: with a zone, so that nobody has to guess whose clock is meant, or a whole day in UTC. */

export const momentForm = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** What a day stands for: its first moment, or the first one after it. */
export type DayMeans = 'start' | 'end';
const dayMs = 86_400_000;

/** undefined if there is no such time; JavaScript takes the 30th of February for one in March. */
export function momentAt(written: string, day: DayMeans): Date | undefined {
  const date = written.slice(0, 10);
  const start = new Date(`${date}T00:00:00Z`);
  if (!momentForm.test(written) || Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date))
    return undefined;
  if (written.length === date.length) return day === 'start' ? start : new Date(start.getTime() + dayMs);
  const time = new Date(written);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
