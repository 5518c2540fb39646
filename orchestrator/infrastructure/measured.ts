/**
 * What one call of a function took at most, and the memory and time that it is given for it. Measured again, the numbers are written here
 * by hand: `npx tsx bench/functions.ts` gives `peakMegabytes` and `cpuMs` of the bundle over 100 accounts x 4 regions, `npx tsx
 * bench/wide.ts` what handlers hold besides, and how long they wait, with 10,000 accounts; the dashboard's are from `npx tsx
 * bench/deployed-dashboard.ts`. bench/README.md has all of them.
 */
import type { FunctionName } from './functions';

export interface Measured {
  readonly peakMegabytes: number;
  readonly cpuMs: number;
  /** With 10,000 accounts; 0 for a shard, which never has more than 100. */
  readonly heldMegabytes: number;
  /** Waiting for answers: calls x 100 ms over what is in flight, and 6 ms for each call to the store. */
  readonly seconds: number;
}

const took = (peakMegabytes: number, cpuMs: number, heldMegabytes: number, seconds: number): Measured => ({
  peakMegabytes,
  cpuMs,
  heldMegabytes,
  seconds,
});

/**
 * Of functions that look at a whole wave, or at everybody, processor time and waiting are those of one call times the calls with 10,000
 * accounts in eight waves, the largest of 2,600.
 */
export const measured: Readonly<Record<FunctionName, Measured>> = {
  ListOrganization: took(67, 2_100, 3, 63),
  PlanWaves: took(72, 22_300, 75, 61),
  OpenWave: took(61, 100, 17, 1),
  // 28, 38 and 66 calls an account, of which 20 are in flight.
  PreflightShard: took(196, 5_660, 0, 15),
  JudgePreflight: took(60, 2_000, 34, 30),
  DeployStage: took(72, 7_500, 20, 17),
  AwaitStage: took(57, 500, 11, 12),
  JudgeStage: took(79, 11_000, 33, 28),
  SettingsShard: took(150, 7_667, 0, 20),
  HealthShard: took(287, 12_137, 0, 34),
  // Where every account of the wave fails, its evidence is read.
  JudgeWave: took(85, 13_000, 17, 31),
  AskOperator: took(56, 62, 12, 1),
  // Its bundle was not run: moto cannot bring a rollout there. It reads what OpenWave and JudgePreflight do.
  RollBack: took(61, 2_000, 34, 2),
  Report: took(56, 85, 12, 1),
  StackSetEvents: took(55, 1_600, 34, 35),
  AccountEvents: took(55, 89, 0, 1),
  Discover: took(84, 2_500, 59, 69),
  // Of the 500 accounts of one call, five times the processor time of the hundred that were measured.
  Sweep: took(336, 71_645, 41, 120),
  Drift: took(65, 1_600, 48, 35),
  // All of 10,000 accounts in one bundle, several times over, so what it holds is in its peak.
  Dashboard: took(233, 2_017, 0, 1),
};

/** A collector that is short of room spends its time collecting. */
const roomTimes = 2;
/** With less than the first, a cold start alone takes a second of processor time that is not there. */
const memorySizes = [512, 1024, 1769, 3008] as const;
/** Of memory, at which a function has one processor; below it has a share [doc:lambda/configuration-memory]. */
export const processorMegabytes = 1769;

export function memoryFor({ peakMegabytes, heldMegabytes }: Measured): number {
  const wanted = roomTimes * (peakMegabytes + heldMegabytes);
  const size = memorySizes.find((megabytes) => megabytes >= wanted);
  if (size === undefined) throw new RangeError(`no size of memory holds ${wanted} MB`);
  return size;
}

/** Slow days, and other latencies than those that were counted with. */
const slownessTimes = 3;
/** One call that is throttled: 6 tries with 31 s of pauses (`patience.ts`), each with 15 s of the SDK's own backoff. */
const approvalTimeoutSeconds = 120;
const timeoutsMinutes = [5, 10, 15] as const;

/** @param besidesMinutes for which a function waits on purpose. */
export function timeoutMinutesFor(one: Measured, besidesMinutes = 0): number {
  const processor = one.cpuMs / 1000 / Math.min(1, memoryFor(one) / processorMegabytes);
  const wanted = (approvalTimeoutSeconds + slownessTimes * (one.seconds + processor)) / 60 + besidesMinutes;
  const timeout = timeoutsMinutes.find((minutes) => minutes >= wanted);
  if (timeout === undefined) throw new RangeError(`Lambda gives no ${wanted} minutes: let it do less in one call`);
  return timeout;
}
