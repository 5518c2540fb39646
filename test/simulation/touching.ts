/** The invariants that an effect can break: which accounts may be changed, by which rollout, and when. */
import { isGone, isOut } from '../../orchestrator/domain/model/account-record';
import type { Actor } from '../../orchestrator/domain/model/actor';
import type { AccountId, WaveName } from '../../orchestrator/domain/model/brand';
import { shareOf } from '../../orchestrator/domain/model/desired-state';
import { moduleIds, stackSetName } from '../../orchestrator/domain/model/module';
import type { RolloutRecord, WaveProgress } from '../../orchestrator/domain/model/rollout';
import type { Effect, History, Invariant, Moment } from './history';

const isEffect = (moment: Moment): moment is Effect =>
  moment.kind === 'entered' || moment.kind === 'settingsWritten' || moment.kind === 'operation';

const accountsOf = (effect: Effect): readonly AccountId[] =>
  effect.kind === 'operation' ? effect.request.accounts : [effect.account];

/** Sweeps only read: they plan nothing and hold no account. */
const isSweep = ({ by }: Effect): boolean => by.startsWith('sw-');
const onlyLooked = (moment: Effect): string | undefined =>
  moment.kind === 'entered' && moment.purpose === 'collectFacts'
    ? undefined
    : `${moment.kind} of ${moment.by}, a sweep`;

/** 1. No rollout that could have known of a prompt changes anything while the prompt is open. */
export const waveOrder = (): Invariant => {
  const promptedAt = new Map<string, number>();
  return (moment, history) => {
    if (moment.kind === 'rollout') {
      if (moment.after.status.kind !== 'awaitingApproval') promptedAt.delete(moment.after.id);
      else if (!promptedAt.has(moment.after.id)) promptedAt.set(moment.after.id, history.now());
      return withoutPassing(moment.before, moment.after, history) ?? skippedByApproval(moment.before, moment.after);
    }
    if (!isEffect(moment)) return undefined;
    const record = history.rollouts.get(moment.by);
    const plan = record && history.planOf(record);
    if (record === undefined || plan === undefined) return undefined;
    const asked = promptedAt.get(record.id);
    if (asked !== undefined && moment.looked >= asked) return `${moment.kind} of ${moment.by} while a person is asked`;
    const reached = accountsOf(moment).map((id) =>
      plan.waves.findIndex(({ accounts }) => accounts.some((account) => account.id === id)),
    );
    const at = Math.max(...reached);
    const before = record.waves.slice(0, at).find((wave) => !mayFollow(wave));
    if (before !== undefined)
      return `${moment.kind} of ${moment.by} in wave ${at}, though ${before.name} is ${JSON.stringify(before.status)}`;
    const wave = record.waves[at];
    const isUnapproved = wave?.spec.approval === 'manual' && !isNamed(wave.approvedBy);
    return isUnapproved ? `${moment.kind} of ${moment.by} in ${wave.name}, which nobody approved` : undefined;
  };
};

const isNamed = (by: Actor | undefined): boolean => by !== undefined && by.kind !== 'aws' && by.name !== '';

const mayFollow = ({ status }: WaveProgress): boolean =>
  (status.kind === 'judged' && status.verdict === 'healthy') ||
  (status.kind === 'overridden' && isNamed(status.by) && status.reason !== '');

/** A wave that was just judged healthy although too many of its accounts have not passed. */
function withoutPassing(before: RolloutRecord | undefined, after: RolloutRecord, history: History): string | undefined {
  const wave = after.waves[after.wave];
  if (wave?.status.kind !== 'judged' || wave.status.verdict !== 'healthy' || wave.accounts === 0) return undefined;
  if (before?.waves[after.wave]?.status.kind === 'judged' && before.wave === after.wave) return undefined;
  const since = wave.checksSince ?? '';
  const bad = membersOf(wave, history.planOf(after)).filter((id) => {
    const account = history.accounts.get(id);
    if (account !== undefined && isGone(account)) return false;
    const isGreen = account?.state === 'BASELINE_HEALTHY' || account?.state === 'READY_FOR_KEYS';
    return !isGreen || account.checkedAt === undefined || account.checkedAt < since || isOut(account, after.id);
  });
  return bad.length > toleranceOf(wave)
    ? `${wave.name} is called healthy, and ${bad.join(' ')} are not proved; tolerance ${toleranceOf(wave)}`
    : undefined;
}

/** Approving the start of a wave does not override its gate. */
function skippedByApproval(before: RolloutRecord | undefined, after: RolloutRecord): string | undefined {
  if (before?.status.kind !== 'awaitingApproval' || before.status.prompt.about !== 'approval') return undefined;
  return after.waves[after.wave]?.status.kind === 'overridden' ? `an approval overrides wave ${after.wave}` : undefined;
}

/** 2. Accounts out of scope are computed from the organization as it was when it was listed. */
export const onlyPlanned = (): Invariant => {
  const outside = new Map<string, ReadonlySet<string>>();
  const entered = new Set<string>();
  return (moment, history) => {
    const { rollouts, planOf, forbidden } = history;
    if (moment.kind === 'rollout' && moment.after.organizationSnapshot === undefined)
      outside.set(moment.after.id, forbidden());
    if (moment.kind === 'preflighted') entered.add(`${moment.by} ${moment.account}`);
    if (!isEffect(moment)) return undefined;
    if (isSweep(moment)) return onlyLooked(moment);
    const record = rollouts.get(moment.by);
    const plan = record && planOf(record);
    if (plan === undefined) return `${moment.kind} of ${moment.by}, which has no plan`;
    const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
    const stranger = accountsOf(moment).find((id) => !planned.has(id));
    if (stranger !== undefined) return `${moment.kind} of ${moment.by} in ${stranger}, which is not planned`;
    const guarded = accountsOf(moment).find((id) => outside.get(moment.by)?.has(id) && forbidden().has(id));
    if (guarded !== undefined) return `${moment.kind} of ${moment.by} in ${guarded}, which nobody may touch`;
    const unseen =
      moment.kind === 'operation' && moment.request.accounts.find((id) => !entered.has(`${moment.by} ${id}`));
    return unseen ? `${moment.request.operationId} in ${unseen}, which was never entered` : undefined;
  };
};

/** 3. A caller that has since lost the account may still send a call, unless it has read the store since. */
export const oneHolder: Invariant = (moment, { rollouts, holderAt }) => {
  if (isEffect(moment)) {
    if (isSweep(moment)) return undefined;
    const other = accountsOf(moment).find((id) => holderAt(id, moment.looked) !== moment.by);
    return other && `${moment.kind} of ${moment.by} in ${other}, which ${holderAt(other, moment.looked)} holds`;
  }
  if (moment.kind === 'rollout') return endedTooSoon(moment.before, moment.after, moment.at);
  if (moment.kind === 'lease' && moment.before !== undefined && moment.before.holder !== moment.after.holder)
    return moment.after.fencingToken > moment.before.fencingToken
      ? undefined
      : 'the fence of the organization does not rise';
  if (moment.kind !== 'account') return undefined;
  const { before, after, by = 'somebody' } = moment;
  // People and events hold accounts for a rollout, and release those of rollouts that they end.
  if (!by.startsWith('ro-') && after.holder === undefined) return undefined;
  const isTaken = before?.holder?.rollout !== after.holder?.rollout;
  if (!isTaken) {
    if (!by.startsWith('ro-') || before?.holder === undefined || before.holder.rollout === by) return undefined;
    // Planning assigns a wave to every account, and holds only those that it plans.
    const isPlanning = rollouts.get(by)?.plan === undefined;
    return isPlanning ? undefined : `${by} writes account ${after.id}, which ${before.holder.rollout} holds`;
  }
  const former = before?.holder && rollouts.get(before.holder.rollout);
  if (former === undefined || former.id === by || former.status.kind === 'finished') return undefined;
  const expiresAt = former.lease?.expiresAt;
  const isExpired = expiresAt !== undefined && Date.parse(expiresAt) <= moment.at;
  if (!isExpired) return `${by} takes account ${after.id} from ${former.id}, whose lease runs until ${expiresAt}`;
  const rises = (after.holder?.fencingToken ?? 0) > (before?.holder?.fencingToken ?? 0);
  return rises ? undefined : `the fencing token of account ${after.id} does not rise`;
};

/** A rollout that a successor ends had shown no activity for as long as its lease. */
function endedTooSoon(
  before: RolloutRecord | undefined,
  { status, id }: RolloutRecord,
  at: number,
): string | undefined {
  const isTakenOver =
    status.kind === 'finished' && status.because.some((reason) => reason.startsWith('its lease expired'));
  if (!isTakenOver || before === undefined || before.status.kind === 'finished') return undefined;
  const expiresAt = before.lease?.expiresAt;
  return expiresAt !== undefined && Date.parse(expiresAt) > at
    ? `${id} is ended, whose lease runs until ${expiresAt}`
    : undefined;
}

/** 4. Failures known when an operation starts; another operation of the same stage may already be in flight. */
export const withinTolerance = (): Invariant => {
  const failedIn = new Map<string, Set<string>>();
  const stageOf = new Map<string, string>();
  const lostBefore = new Map<string, number>();
  return (moment, { rollouts, accounts, planOf }) => {
    if (moment.kind === 'instanceFailed') {
      failedIn.set(moment.stackSet, (failedIn.get(moment.stackSet) ?? new Set()).add(moment.account));
      return undefined;
    }
    const opened =
      moment.kind === 'rollout' && opens(moment.before, moment.after) && moment.after.waves[moment.after.wave];
    if (opened) for (const stackSet of setsOf(opened.name)) failedIn.delete(stackSet);
    if (moment.kind !== 'operation') return undefined;
    const record = rollouts.get(moment.by);
    const wave = record?.waves[record.wave];
    if (record === undefined || wave === undefined) return undefined;
    const tolerance = toleranceOf(wave);
    const lost = membersOf(wave, planOf(record)).filter((id) => {
      const account = accounts.get(id);
      // An account that has left has not failed.
      return account !== undefined && !isGone(account) && isOut(account, record.id);
    });
    const { operationId, failureTolerance } = moment.request;
    const stage = [record.id, wave.name, wave.attempt, wave.stage].join(' ');
    // A failure in a stage is known only when the stage is judged.
    if (stageOf.get(record.id) !== stage) lostBefore.set(stage, failuresIn(wave, failedIn));
    stageOf.set(record.id, stage);
    const known = Math.max(lost.length, lostBefore.get(stage) ?? 0);
    if (known > tolerance)
      return `${operationId} starts though ${known} accounts of ${wave.name} have failed; tolerance ${tolerance}`;
    return failureTolerance > tolerance - lost.length
      ? `${operationId} may lose ${failureTolerance} more; tolerance ${tolerance}, lost ${lost.length}`
      : undefined;
  };
};

const opens = (before: RolloutRecord | undefined, after: RolloutRecord): boolean =>
  before?.waves[after.wave]?.attempt !== after.waves[after.wave]?.attempt;

/** Accounts in which an instance has failed since the attempt began. */
function failuresIn(wave: WaveProgress, failedIn: ReadonlyMap<string, ReadonlySet<string>>): number {
  return new Set(setsOf(wave.name).flatMap((set) => [...(failedIn.get(set) ?? [])])).size;
}

const setsOf = (wave: WaveName): readonly string[] => moduleIds.map((module) => stackSetName(wave, module));

const membersOf = (wave: WaveProgress, plan: ReturnType<History['planOf']>): readonly AccountId[] =>
  plan?.waves.find(({ name }) => name === wave.name)?.accounts.map(({ id }) => id) ?? [];

/** Computed independently: never the whole wave. */
const toleranceOf = ({ spec, accounts }: WaveProgress): number =>
  Math.min(shareOf(spec.failureTolerance, accounts), Math.max(0, accounts - 1));
