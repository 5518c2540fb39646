/** Outages: whether what kept visits from their goal is about the accounts, how long a wave waits for it to end, and when it is parked. */
import { type AccountRecord, isGone, isNeverEntered, isOut, unreachedOf } from '../model/account-record';
import type { RolloutId } from '../model/brand';
import { currentWave, withWave } from '../model/current-wave';
import { shardsWhere } from '../model/execution-input';
import type { Changed, Move } from '../model/move';
import type { Outage } from '../model/outage';
import type { OutageWait, RolloutRecord } from '../model/rollout';
import { ask } from './prompt';

export interface WaveOutage extends Outage {
  /** Accounts that were not reached. */
  readonly accounts: number;
  /** Every account refuses at the same time; a wave of one account has nothing to compare with. */
  readonly isCorrelated: boolean;
}

/** The longest pause between two looks. */
const pauseMinutesMax = 10;
/** Accounts do not all lose their roles at once, and waiting rarely brings our own access back. */
const correlatedMinutesMax = 5;

/**
 * Considered before any account's state changes.
 * @param members the accounts of the wave, after their visits.
 * @returns undefined if what was not reached is the accounts' own failure.
 */
export function outageIn(members: readonly AccountRecord[], rollout: RolloutId): WaveOutage | undefined {
  const present = members.filter((account) => !isGone(account) && !isOut(account, rollout));
  const unreached = present.flatMap((account) => {
    const seen = unreachedOf(account, rollout);
    return seen === undefined ? [] : [{ ...seen, account: account.id }];
  });
  const beyond = unreached.flatMap(({ fault, because }) => (fault === 'account' ? [] : [{ fault, because }]));
  const count = `${beyond.length} of ${present.length} accounts could not be checked`;
  const [first] = beyond;
  if (first !== undefined) {
    const fault = beyond.some((one) => one.fault === 'ours') ? 'ours' : 'aws';
    const because = `${count}: ${first.because}`;
    return { fault, because, accounts: unreached.length, isCorrelated: false };
  }
  const [refused] = unreached;
  // In an organization that is new to us the bootstrap may simply be missing everywhere.
  if (refused === undefined || unreached.length < present.length || present.every(isNeverEntered)) return undefined;
  const because =
    present.length === 1
      ? `account ${refused.account} is the only one in the wave and refused, so Strongroom's own access may be the cause: ${refused.because}`
      : `all ${present.length} accounts refused at the same time, which points to Strongroom's own access: ${refused.because}`;
  return { fault: 'ours', because, accounts: unreached.length, isCorrelated: true };
}

export interface OutageHold extends Changed {
  readonly decision: 'wait' | 'ask';
  readonly shards?: readonly number[];
  readonly until?: Date;
}

/** Waits with growing pauses, and then parks the rollout: nothing has failed, and `resume` continues. */
export function holdForOutage(
  record: RolloutRecord,
  outage: WaveOutage,
  { during, members, waitMinutes }: Pick<OutageWait, 'during'> & Members & { readonly waitMinutes: number },
  now: Date,
): OutageHold {
  const wave = currentWave(record);
  const { since, looks } = wave.outage ?? { since: now.toISOString(), looks: 0 };
  const next = withWave(record, { outage: { during, since, looks: looks + 1 } });
  const minutes = outage.isCorrelated ? Math.min(waitMinutes, correlatedMinutesMax) : waitMinutes;
  const last = new Date(since).getTime() + minutes * 60_000;
  if (now.getTime() >= last) return park(next, outage.because, now);
  const pauseMinutes = Math.min(pauseMinutesMax, 2 ** looks);
  const until = new Date(Math.min(last, now.getTime() + pauseMinutes * 60_000));
  const at = until.toISOString();
  const { accounts, because, fault } = outage;
  return {
    decision: 'wait',
    record: { ...next, status: { kind: 'waiting', until: at, doing: `waiting for an outage to end: ${because}` } },
    events: [{ type: 'outage', wave: wave.name, fault, because, until: at, accounts }],
    shards: shardsWhere(members, (account) => unreachedOf(account, record.id) !== undefined),
    until,
  };
}

interface Members {
  readonly members: readonly AccountRecord[];
}

/** What the state machine could not do for so long that it gave up. Checks continue where they were; anything before is planned again. */
export function decidePark(parked: RolloutRecord, because: string, now: Date): Move<'Park'> {
  // Before the first wave is opened, that is the wave that waits.
  const record = { ...parked, wave: Math.max(0, parked.wave) };
  const { outage } = currentWave(record);
  const { during, since, looks } = outage ?? { during: phaseOf(record), since: now.toISOString(), looks: 0 };
  return park(withWave(record, { outage: { during, since, looks } }), because, now);
}

/** Settings and checks follow these decisions. */
const checking: readonly string[] = ['verify', 'recheck', 'resume'];
const phaseOf = ({ lastStep }: RolloutRecord): OutageWait['during'] =>
  lastStep !== undefined && checking.includes(lastStep.input.decision) ? 'checks' : 'stage';

/** A person resumes it, once the cause is gone. */
const park = (record: RolloutRecord, because: string, now: Date) =>
  ask(record, { about: 'outage', because: [because] }, [], now);

/** The wave after an outage: waiting starts again with the next one. */
export function withoutOutage(record: RolloutRecord): RolloutRecord {
  return currentWave(record).outage === undefined ? record : withWave(record, { outage: undefined });
}
