/** Memory and timeout of each function, from what one call of it took. */
import { revertMinutesMax } from '../rollout/revert-drift';
import type { Measured } from '../tasks/declaration';
import { type FunctionName, functions } from '../tasks/table';

export interface Size {
  readonly memoryMegabytes: number;
  readonly timeoutMinutes: number;
}

export function sizeOf(name: FunctionName): Size {
  const { took } = functions[name];
  // People wait for the dashboard, so it gets a whole processor. API Gateway gives up after half a minute in any case.
  if (name === 'Dashboard')
    return { memoryMegabytes: Math.max(memoryFor(took), processorMegabytes), timeoutMinutes: 1 };
  const waitsMinutes = name === 'SettingsShard' ? revertMinutesMax : 0;
  return { memoryMegabytes: memoryFor(took), timeoutMinutes: timeoutMinutesFor(took, waitsMinutes) };
}

/** With little room to spare, the garbage collector takes the time. */
const roomTimes = 2;
/** With less than the first size, a cold start alone takes a second of processor time. */
const memorySizes = [512, 1024, 1769, 3008] as const;
/** The memory that comes with one whole processor; with less, a function gets a share of one [doc:lambda/configuration-memory]. */
const processorMegabytes = 1769;

function memoryFor({ peakMegabytes, heldMegabytes }: Measured): number {
  const wanted = roomTimes * (peakMegabytes + heldMegabytes);
  const size = memorySizes.find((megabytes) => megabytes >= wanted);
  if (size === undefined) throw new RangeError(`no memory size holds ${wanted} MB`);
  return size;
}

/** A margin for slow days and for latencies above the assumed ones. */
const slownessTimes = 3;
/** One call that is throttled: 6 tries with pauses of 31 s in total (`rollout/retry.ts`), each with 15 s of the SDK's own backoff. */
const throttledSeconds = 120;
const timeoutsMinutes = [5, 10, 15] as const;

/** @param waitsMinutes how long a function waits on purpose, besides its work. */
function timeoutMinutesFor(took: Measured, waitsMinutes: number): number {
  const processorSeconds = took.cpuMs / 1000 / Math.min(1, memoryFor(took) / processorMegabytes);
  const wanted = (throttledSeconds + slownessTimes * (took.seconds + processorSeconds)) / 60 + waitsMinutes;
  const timeout = timeoutsMinutes.find((minutes) => minutes >= wanted);
  if (timeout === undefined)
    throw new RangeError(`Lambda allows 15 minutes, and ${wanted} are needed: do less in one call`);
  return timeout;
}
