/** PlanWaves: which account gets which release in which wave. */
import type { StateInCharge } from '../managing-state';
import type { AccountRecord } from '../model/account-record';
import type { Actor } from '../model/actor';
import type { AccountId, RolloutId, WaveName } from '../model/brand';
import { freshWave } from '../model/current-wave';
import type { DesiredState } from '../model/desired-state';
import type { FinishedRelease } from '../model/finished-wave';
import type { Move } from '../model/move';
import type { Organization } from '../model/organization';
import type { ExcludedAccount, Plan } from '../model/plan';
import type { RolloutRecord } from '../model/rollout';
import { deployedOf, failedAccounts } from '../planning/deployed';
import type { Placing } from '../planning/placement';
import { buildPlan, lastWaveFirst, narrowPlan, withoutHeld } from '../planning/planning';
import { target } from '../planning/targeting';

export interface PlanFacts {
  readonly desiredState: DesiredState;
  readonly organization: Organization;
  /** Every account that is recorded. */
  readonly known: readonly AccountRecord[];
}

/** The plan for the whole organization: every account gets its place from it. */
export const wholePlan = (record: RolloutRecord, { desiredState, organization, known }: PlanFacts, now: Date): Plan =>
  buildPlan({
    organization: organization.id,
    release: record.release,
    targeting: target(organization, desiredState, now),
    deployed: deployedOf(known),
    rollbackTargets: record.rollbackTargets,
  });

/** The part that was requested. */
export const requestedPlan = (whole: Plan, { request }: RolloutRecord, known: readonly AccountRecord[]): Plan =>
  narrowPlan(whole, request, failedAccounts(known, request));

/** The records of the accounts that are planned. */
export function plannedAmong(known: readonly AccountRecord[], plan: Plan): readonly AccountRecord[] {
  const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  return known.filter(({ id }) => planned.has(id));
}

/** @param others accounts that other rollouts hold. */
export function finalPlan(
  requested: Plan,
  { request }: RolloutRecord,
  others: ReadonlyMap<AccountId, RolloutId>,
): Plan {
  const free = withoutHeld(requested, others);
  return request.rollback === true ? lastWaveFirst(free) : free;
}

export interface Places {
  readonly whole: Plan;
  readonly plan: Plan;
  readonly organization: Organization;
  /** Accounts that other rollouts hold: only those rollouts write them. */
  readonly others: ReadonlyMap<AccountId, RolloutId>;
  readonly holder: NonNullable<AccountRecord['holder']>;
}

/** The place of every account, and for planned accounts the rollout as their holder. */
export function placesOf({ whole, plan, organization, others, holder }: Places): readonly Placing[] {
  const states = new Map(organization.accounts.map(({ id, state }) => [id, state]));
  const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  const placing = (placed: Placing['placed'], wave: WaveName | undefined): Placing => ({
    placed,
    wave,
    orgState: states.get(placed.id) ?? 'CLOSED',
    ...(planned.has(placed.id) && { holder }),
  });
  return [
    ...whole.waves.flatMap(({ name, accounts }) => accounts.map((account) => placing(account, name))),
    ...whole.excluded.map((account) => placing(account, undefined)),
  ].filter(({ placed }) => !others.has(placed.id));
}

export interface Planned {
  readonly plan: Plan;
  /** Artifact key of the plan. */
  readonly key: string;
  readonly desiredState: DesiredState;
  readonly fencingToken: number;
  /** The state that this rollout replaced as the one that manages the organization. */
  readonly tookOver?: StateInCharge | undefined;
}

export function decidePlanWaves(
  record: RolloutRecord,
  { plan, key, desiredState, fencingToken, tookOver }: Planned,
  now: Date,
): Move<'PlanWaves'> {
  const isEmpty = plan.waves.every(({ accounts }) => accounts.length === 0);
  return {
    decision: isEmpty ? 'nothingToDo' : 'go',
    record: {
      ...record,
      plan: key,
      lease: { fencingToken, expiresAt: now.toISOString() },
      waves: plan.waves.map((wave) => freshWave(wave, desiredState, record.release)),
      status: { kind: 'running', doing: isEmpty ? 'no account was planned' : 'opening the first wave' },
    },
    events: [
      ...takeoverEvents(record, tookOver),
      {
        type: 'planned',
        waves: plan.waves.map(({ name, accounts }) => ({ name, accounts: accounts.length })),
        excluded: plan.excluded.length,
        notes: plan.notes,
      },
    ],
  };
}

function takeoverEvents(
  { request: { by, reason } }: RolloutRecord,
  tookOver: StateInCharge | undefined,
): Move<'PlanWaves'>['events'] {
  if (tookOver === undefined) return [];
  const { state, by: former, since } = tookOver;
  return [{ type: 'stateTakenOver', by, reason, state, former, since }];
}

/** Nothing is planned, and the rollout ends. */
export const endPlanning = (
  record: RolloutRecord,
  decision: 'busy' | 'nothingToDo',
  because: string,
): Move<'PlanWaves'> => ({
  decision,
  record: { ...record, status: { kind: 'running', doing: because } },
  events: [],
});

/** How long, and how often, the rollout of a new account looks again. */
export interface Retrying {
  readonly minutesMax: number;
  readonly pauseMinutes: number;
}
/** A new account begins in the root and is moved to its OU a moment later [aws-behavior 3.4]. */
export const untilPlaced: Retrying = { minutesMax: 15, pauseMinutes: 2 };
/** A rollout over waves may soak for days; a sweep tries again the next day. */
export const untilWaveIsFree: Retrying = { minutesMax: 24 * 60, pauseMinutes: 10 };

/** Looks at everything again after a pause, or gives up: a sweep starts another rollout for the account. */
export function waitOrEnd(
  record: RolloutRecord,
  because: string,
  { minutesMax, pauseMinutes }: Retrying,
  now: Date,
  end: 'busy' | 'nothingToDo' = 'busy',
): Move<'PlanWaves'> {
  const waitedMinutes = (now.getTime() - new Date(record.startedAt).getTime()) / 60_000;
  if (waitedMinutes >= minutesMax) return endPlanning(record, end, because);
  const until = new Date(now.getTime() + pauseMinutes * 60_000);
  const at = until.toISOString();
  return {
    decision: 'wait',
    record: { ...record, status: { kind: 'waiting', until: at, doing: because } },
    events: [{ type: 'planPostponed', because, until: at }],
    until,
  };
}

/** Whether an account without a wave may get one in a moment: every account begins in the root, and is activated later. */
export const mayGetPlace = ({ reason, ou }: Pick<ExcludedAccount, 'reason' | 'ou'>): boolean =>
  reason === 'pending' || (reason === 'unplaced' && ou === '');

export interface PlannedAccount {
  readonly account: AccountId;
  readonly plan: Plan;
  /** Artifact key of the plan. */
  readonly key: string;
  readonly desiredState: DesiredState;
  /** What the account's wave has finished. */
  readonly finished: FinishedRelease;
}

/** A single new account is brought to the release that its wave has finished. */
export function decideNewAccount(
  record: RolloutRecord,
  { account, plan, key, desiredState, finished }: PlannedAccount,
  now: Date,
): Move<'PlanWaves'> {
  const { release } = finished;
  // The release was approved for the wave when the wave got it.
  const approvedBy: Actor = { kind: 'system', name: `rollout ${finished.rollout}` };
  const approved = { approvedBy, approvedAt: now.toISOString() };
  return {
    decision: 'go',
    record: {
      ...record,
      release,
      plan: key,
      waves: plan.waves.map((wave) => ({ ...freshWave(wave, desiredState, release), ...approved })),
      status: { kind: 'running', doing: `bringing account ${account} to release ${release}` },
    },
    events: [
      {
        type: 'planned',
        waves: plan.waves.map(({ name, accounts }) => ({ name, accounts: accounts.length })),
        excluded: 0,
        notes: plan.notes,
      },
    ],
  };
}
