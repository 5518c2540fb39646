/** Who may be touched, by whom, and when: the invariants that an effect can break. */
import { isOut } from '../../orchestrator/domain/account-record';
import type { AccountId } from '../../orchestrator/domain/brand';
import { shareOf } from '../../orchestrator/domain/intent';
import type { WaveProgress } from '../../orchestrator/domain/rollout';
import type { Effect, History, Moment } from './history';
import type { Invariant } from './invariants';

const isEffect = (moment: Moment): moment is Effect =>
  moment.kind === 'entered' || moment.kind === 'settingsWritten' || moment.kind === 'operation';

const accountsOf = (effect: Effect): readonly AccountId[] =>
  effect.kind === 'operation' ? effect.request.accounts : [effect.account];

/** 1. */
export const waveOrder: Invariant = (moment, { rollouts, planOf }) => {
  if (!isEffect(moment)) return undefined;
  const record = rollouts.get(moment.by);
  const plan = record && planOf(record);
  if (record === undefined || plan === undefined) return undefined;
  const reached = accountsOf(moment).map((id) =>
    plan.waves.findIndex(({ accounts }) => accounts.some((account) => account.id === id)),
  );
  const before = record.waves.slice(0, Math.max(...reached));
  const unproved = before.find((wave) => !mayFollow(wave));
  return (
    unproved &&
    `${moment.kind} of ${moment.by} in wave ${Math.max(...reached)}, though ${unproved.name} is ${JSON.stringify(unproved.status)}`
  );
};

const mayFollow = ({ status }: WaveProgress): boolean =>
  (status.kind === 'judged' && status.verdict === 'healthy') ||
  (status.kind === 'overridden' && status.by !== '' && status.reason !== '');

/** 2. */
export const onlyPlanned: Invariant = (moment, { rollouts, planOf }) => {
  if (!isEffect(moment)) return undefined;
  const record = rollouts.get(moment.by);
  const plan = record && planOf(record);
  if (plan === undefined) return `${moment.kind} of ${moment.by}, which has no plan`;
  const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  const stranger = accountsOf(moment).find((id) => !planned.has(id));
  return stranger && `${moment.kind} of ${moment.by} in ${stranger}, which is not planned`;
};

/** 3. A call may be sent by one who has lost the account since; but not by one who has looked since. */
export const oneHolder: Invariant = (moment, { rollouts, holderAt, now }) => {
  if (isEffect(moment)) {
    const other = accountsOf(moment).find((id) => holderAt(id, moment.looked) !== moment.by);
    return other && `${moment.kind} of ${moment.by} in ${other}, which ${holderAt(other, moment.looked)} holds`;
  }
  if (moment.kind !== 'account' || !moment.by?.startsWith('ro-')) return undefined;
  const { before, after, by } = moment;
  const taken = before?.holder?.rollout !== after.holder?.rollout;
  if (!taken) {
    if (before === undefined || before.holder === undefined || before.holder.rollout === by) return undefined;
    // Planning says where everybody belongs, and takes hold only of those it plans.
    const isPlanning = rollouts.get(by)?.plan === undefined;
    return isPlanning ? undefined : `${by} writes account ${after.id}, which ${before.holder.rollout} holds`;
  }
  const former = before?.holder && rollouts.get(before.holder.rollout);
  if (former === undefined || former.status.kind === 'finished') return undefined;
  const expiresAt = former.lease?.expiresAt;
  const isExpired = expiresAt !== undefined && Date.parse(expiresAt) <= moment.at;
  if (!isExpired)
    return `${by} takes account ${after.id} from ${former.id}, whose lease runs until ${expiresAt} (${now()})`;
  return (after.holder?.fence ?? 0) > (before?.holder?.fence ?? 0)
    ? undefined
    : `the fence of account ${after.id} does not rise`;
};

/** 4. What has failed and is known when an operation starts; another operation of the same stage is in flight already. */
export const withinTolerance: Invariant = (moment, { rollouts, accounts, planOf }) => {
  if (moment.kind !== 'operation') return undefined;
  const record = rollouts.get(moment.by);
  const wave = record?.waves[record.wave];
  if (record === undefined || wave === undefined) return undefined;
  const failed = membersOf(wave, planOf(record)).filter((id) => {
    const account = accounts.get(id);
    return account !== undefined && isOut(account, record.id);
  });
  const tolerance = toleranceOf(wave);
  if (failed.length > tolerance)
    return `${moment.request.operationId} starts though ${failed.length} accounts of ${wave.name} have failed; tolerance ${tolerance}`;
  if (moment.request.failureTolerance > tolerance - failed.length)
    return `${moment.request.operationId} may lose ${moment.request.failureTolerance} more; tolerance ${tolerance}, lost ${failed.length}`;
  return undefined;
};

const membersOf = (wave: WaveProgress, plan: ReturnType<History['planOf']>): readonly AccountId[] =>
  plan?.waves.find(({ name }) => name === wave.name)?.accounts.map(({ id }) => id) ?? [];

/** Worked out here again: never all of a wave. */
const toleranceOf = ({ spec, accounts }: WaveProgress): number =>
  Math.min(shareOf(spec.failureTolerance, accounts), Math.max(0, accounts - 1));
