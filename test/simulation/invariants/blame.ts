/** An account falls only by what is wrong in the account: never by an outage of ours or of AWS, however long it takes. */
import type { AccountRecord, Failure } from '../../../orchestrator/domain/model/account-record';
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { History, Invariant, Moment, Shown, Written } from '../history';
import type { Attempts } from './attempts';
import { currentOf, minuteMs } from './common';
import { badStates } from './reasons';
import { badSetting, wrongStack } from './releases';

type Visit = Extract<Shown, { readonly kind: 'visited' }>;

/** What speaks against an account, newest last. */
interface Evidence {
  readonly at: number;
  readonly what: 'refused' | 'closed' | 'failed';
  readonly api: string;
}

interface Dossier {
  readonly evidence: Evidence[];
  readonly visits: Visit[];
  /** When a stack was changed last. */
  changedAt: number;
  /** When it last stood well, or came into its state. */
  since: number;
}

/** What has just been deployed needs some time to show: logs and their digests, recordings. */
const settlingMs = 90 * minuteMs;

function createDossiers() {
  const dossiers = new Map<AccountId, Dossier>();
  const of = (account: AccountId): Dossier => {
    const known = dossiers.get(account);
    if (known !== undefined) return known;
    const fresh: Dossier = { evidence: [], visits: [], changedAt: Number.NEGATIVE_INFINITY, since: 0 };
    dossiers.set(account, fresh);
    return fresh;
  };
  const take = (moment: Moment): void => {
    switch (moment.kind) {
      case 'visited':
        of(moment.account).visits.push(moment);
        return;
      case 'refused':
        of(moment.account).evidence.push({ at: moment.at, what: 'refused', api: moment.api });
        return;
      case 'preflighted':
        if (moment.closed.length > 0)
          of(moment.account).evidence.push({ at: moment.at, what: 'closed', api: 'accounts.preflight' });
        return;
      case 'instanceEnded': {
        const dossier = of(moment.account);
        if (moment.kind === 'instanceEnded' && moment.outcome === 'SUCCEEDED') dossier.changedAt = moment.at;
        else dossier.evidence.push({ at: moment.at, what: 'failed', api: moment.operationId });
      }
    }
  };
  return { of, take };
}

type AccountWritten = Extract<Written, { readonly kind: 'account' }>;

/** @param isMeant states whose entry must have a reason in the account. */
export const blamedForItsOwn = (isMeant: (state: string) => boolean) => (): Invariant => {
  const dossiers = createDossiers();
  return (moment, history) => {
    dossiers.take(moment);
    if (moment.kind !== 'account') return undefined;
    const { before, after, at } = moment;
    const dossier = dossiers.of(after.id);
    const hasFallen = before !== undefined && before.state !== after.state && isMeant(after.state);
    const how = hasFallen ? unfounded(moment, before, dossier, history) : undefined;
    const isSeenWell = before?.checkedAt !== after.checkedAt && !badStates.includes(after.state);
    if (before?.state !== after.state || isSeenWell) dossier.since = at;
    return how;
  };
};

function unfounded(
  { after, by }: AccountWritten,
  before: AccountRecord,
  { evidence, visits, changedAt, since }: Dossier,
  history: History,
): string | undefined {
  const { id, state } = after;
  if (!history.isOpen(id) || history.isTampered(id)) return undefined;
  if (evidence.some(({ at }) => at >= since)) return undefined;
  // The end of a rollout does not show what has become of a deployment.
  const former = before.holder && history.rollouts.get(before.holder.rollout);
  const isInterrupted = state === 'DEPLOY_FAILED' && before.state === 'DEPLOYING' && former?.status.kind === 'finished';
  if (isInterrupted) return undefined;
  const isSeenBadly = visits.some((visit) => visit.at >= since && isBad(visit, before, by, changedAt, history));
  return isSeenBadly ? undefined : `${by} makes ${id} ${state} out of ${before.state}, and nothing is wrong there`;
}

/** Something is wrong in the account, or cannot be known yet. */
function isBad(visit: Visit, { release }: AccountRecord, by: string, changedAt: number, history: History): boolean {
  const { account, facts, blinded, stacks, at } = visit;
  if (blinded || at - changedAt < settlingMs || /"kind":"unreadable"/.test(JSON.stringify(facts))) return true;
  const intent = history.intentOf(currentOf(history.rollouts.get(by))?.release ?? release ?? '');
  // What others run there is theirs, and may be anything.
  if (intent === undefined || history.protectionsOf(account, history.config.home).length > 0) return true;
  const isWrong = intent.stacks.some((wanted) =>
    wanted.regions.some((region) => wrongStack(account, wanted, region, stacks, history) !== undefined),
  );
  return isWrong || badSetting(facts, intent) !== undefined;
}

/** Each failure that is recorded against an account in an attempt has happened there, in this attempt. */
export const failuresHappened = (attempts: Attempts): Invariant => {
  const dossiers = createDossiers();
  return (moment, history) => {
    dossiers.take(moment);
    if (moment.kind !== 'account') return undefined;
    const { before, after } = moment;
    const rollout = after.work?.rollout;
    const attempt = rollout === undefined ? undefined : attempts.of(rollout);
    if (attempt === undefined || !history.isOpen(after.id)) return undefined;
    const known = before?.work?.rollout === rollout ? [...(before?.work?.failures ?? [])] : [];
    const added = (after.work?.failures ?? []).filter(
      ({ at, reason }) => !known.some((one) => one.at === at && one.reason === reason),
    );
    const { evidence } = dossiers.of(after.id);
    const recent = evidence.filter(({ at }) => at >= attempt.openedAt);
    const invented = added.find((failure) => !isFounded(failure, recent, attempt.failed.has(after.id)));
    return invented && `${moment.by} records against ${after.id}: ${invented.at}, ${invented.reason}`;
  };
};

function isFounded({ at, reason }: Failure, recent: readonly Evidence[], hasFailed: boolean): boolean {
  const isFrom = (...apis: readonly string[]): boolean => recent.some(({ api }) => apis.includes(api));
  switch (at) {
    case 'preflight':
      return isFrom('accounts.preflight', 'accounts.ensureLinkedRoles');
    case 'settings':
      return isFrom('accounts.readSettings', 'accounts.applySettings', 'accounts.putBackSettings');
    case 'deploy':
      if (reason.startsWith('drift was not reverted')) return isFrom('accounts.revertDrift');
      return hasFailed || reason.startsWith('the rollout was aborted');
    default:
      return true;
  }
}
