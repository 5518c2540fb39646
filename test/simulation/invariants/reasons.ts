/** Every stop says why, and none is a bug. */
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { Invariant } from '../history';

/** 9. */
export const everyStopSaysWhy: Invariant = (moment, history) => {
  if (moment.kind !== 'rollout') return undefined;
  const { id, status } = moment.after;
  if (status.kind === 'awaitingApproval') {
    const { because, about } = status.prompt;
    if (because.length === 0 || because.some((reason) => reason.trim() === ''))
      return `${id} asks about ${about} without a reason`;
    const names = about === 'outage' ? outageCauses : /\d{12}|ended as|operation on/;
    const isNamed = ['approval', 'pause'].includes(about) || because.some((reason) => names.test(reason));
    return isNamed ? undefined : `${id} asks about ${about} and names nobody: ${because.join('; ')}`;
  }
  if (status.kind !== 'finished') return undefined;
  if (!status.because.some((reason) => reason.trim() !== '')) return `${id} is ${status.outcome} without a reason`;
  const held = [...history.accounts.values()].filter(({ holder }) => holder?.rollout === id);
  return held.map(unexplained).find((how) => how !== undefined);
};

/** An outage is about a call or about several accounts, and not about one account. */
const outageCauses =
  /^(NoCredentials|EndpointDown|Throttled|AwsUnavailable|AccessDenied|ClockSkewed|AwsRefused|StackSetBusy|StaleWrite|ResultsLagging): \S| could not be checked: \S| refused.*: \S/;

export const badStates: readonly string[] = [
  'UNHEALTHY',
  'KEYS_AT_RISK',
  'UNKNOWN',
  'DEPLOY_FAILED',
  'BOOTSTRAP_FAILED',
];

function unexplained({ id, state, failing, work }: AccountRecord): string | undefined {
  if (!badStates.includes(state)) return undefined;
  const found = failing.some(({ observed, expected, remediation }) => observed && expected && remediation);
  // Failures of this attempt, or of the one before.
  const failed = [...(work?.failures ?? []), ...(work?.formerly ?? [])].some(({ reason }) => reason !== '');
  return found || failed ? undefined : `account ${id} is ${state} without a reason`;
}

/** A rollout may crash only with errors of the catalogue except `Internal`, or with a function that died too often. */
const foreseen =
  /^its lease expired at|^(Throttled|AwsUnavailable|EndpointDown|NoCredentials|StackSetBusy|ResultsLagging|StaleWrite|LeaseLost|LateTurn|RolloutEnded|RolloutBusy|AwsRefused|InvalidInput|StackSetChangedByHand|StackSetElsewhere|ClockSkewed|Runtime\.ExitError):/;

export const nothingUnforeseen: Invariant = (moment) => {
  if (moment.kind !== 'rollout' || moment.after.status.kind !== 'finished') return undefined;
  const { outcome, because } = moment.after.status;
  if (outcome !== 'failed') return undefined;
  return because.every((reason) => foreseen.test(reason)) ? undefined : `${moment.after.id}: ${because.join('; ')}`;
};
