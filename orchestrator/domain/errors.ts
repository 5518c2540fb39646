/** Every error that Strongroom raises. Messages are lowercase, have no period and name the wrong value. */

import { type ErrorCode, type RetriableCode, StrongroomError } from './error-codes';
import { installErrors } from './install-errors';
import { rehearsalErrors } from './rehearsal-errors';
import { rollbackErrors } from './rollback-errors';
import { stackSetErrors } from './stack-set-errors';
import { stateErrors } from './state-errors';

export {
  type ErrorCode,
  type Fault,
  parkingCodes,
  type RetriableCode,
  retriableCodes,
  StrongroomError,
} from './error-codes';

const retriable = (code: RetriableCode, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: true, next }, { cause });
const final = (code: Exclude<ErrorCode, RetriableCode>, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: false, next }, { cause });

export const errors = {
  ...stateErrors,
  ...rollbackErrors,
  ...rehearsalErrors,
  ...installErrors,
  ...stackSetErrors,
  throttled: (call: string, cause?: unknown) =>
    retriable(
      'Throttled',
      `${call} was throttled`,
      'Strongroom retries with backoff; if it persists, lower maxConcurrent',
      cause,
    ),
  awsUnavailable: (call: string, why: string, cause?: unknown) =>
    retriable('AwsUnavailable', `${call} failed: ${why}`, 'Strongroom retries with backoff', cause),
  resultsLagging: (stackSet: string, open: number) =>
    retriable(
      'ResultsLagging',
      `the operation on ${stackSet} has ended, but ${open} of its results are not final`,
      'Strongroom reads them again; results are eventually consistent',
    ),
  staleWrite: (key: string) =>
    retriable('StaleWrite', `another writer changed item ${key}`, 'Strongroom reads it again and retries'),
  invalidConfig: (file: string, problems: readonly string[]) =>
    final(
      'InvalidConfig',
      `${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  ${p}`).join('\n')}`,
      'correct these lines; nothing was started',
    ),
  invalidInput: (what: string, next: string) => final('InvalidInput', what, next),
  deploymentUnknown: (stack: string, cause: StrongroomError) =>
    final(
      'NotAllowed',
      `cannot tell whether stack ${stack} is deployed: ${cause.message}`,
      `${cause.next}; or choose with --engine stepfunctions or --engine local`,
      cause,
    ),
  unknownOu: (problems: readonly { path: string; nearest: readonly string[] }[]) =>
    final(
      'UnknownOu',
      problems
        .map(
          (p) =>
            `OU "${p.path}" does not exist${p.nearest.length > 0 ? `; nearest: ${p.nearest.map((n) => `"${n}"`).join(', ')}` : ''}`,
        )
        .join('\n'),
      'correct the OU paths in the config; nothing was changed',
    ),
  unknownWave: (names: readonly string[], known: readonly string[]) =>
    final(
      'UnknownWave',
      `no wave is named ${names.map((n) => `"${n}"`).join(', ')}`,
      `the waves are ${known.join(', ')}`,
    ),
  unknownAccount: (ids: readonly string[], why: string) =>
    final(
      'UnknownAccount',
      `account ${ids.join(', ')} ${why}`,
      'list the accounts of each wave with `strongroom plan --full`',
    ),
  unknownRollout: (id: string) =>
    final('UnknownRollout', `rollout "${id}" does not exist`, 'list the rollouts with `strongroom status`'),
  noCredentials: (why: string, cause?: unknown) =>
    final('NoCredentials', `no AWS credentials: ${why}`, 'set AWS_PROFILE or sign in with `aws sso login`', cause),
  /** @param remedy the next step of the failure behind it. */
  unknownCaller: (why: string, remedy = 'check which endpoint answers as STS', cause?: unknown) =>
    final(
      'UnknownCaller',
      `AWS did not confirm who you are: ${why}`,
      `${remedy}; nothing was recorded or changed`,
      cause,
    ),
  clockSkewed: (offByMs: number) =>
    final(
      'ClockSkewed',
      `the clock of this machine is ${Math.round(Math.abs(offByMs) / 1000)} seconds ${offByMs > 0 ? 'behind' : 'ahead of'} AWS`,
      'synchronize the clock, on Linux with `sudo timedatectl set-ntp true`, then start again; nothing was changed',
    ),
  accessDenied: (call: string, why: string, cause?: unknown) =>
    final('AccessDenied', `${call} was denied: ${why}`, 'allow this call for your identity', cause),
  endpointDown: (endpoint: string, why: string, cause?: unknown) =>
    retriable('EndpointDown', `cannot reach ${endpoint}: ${why}`, 'check the network and AWS_ENDPOINT_URL', cause),
  awsRefused: (call: string, name: string, why: string, cause?: unknown) =>
    final(
      'AwsRefused',
      `${call} was refused with ${name}: ${why}`,
      'correct what AWS names; retrying gives the same error',
      cause,
    ),
  incompleteAnswer: (call: string, missing: string) =>
    final('AwsRefused', `${call} answered without ${missing}`, 'check whether the region or partition supports it'),
  otherOrganization: (stored: string, seen: string) =>
    final(
      'OtherOrganization',
      `the state belongs to organization ${stored}, but these credentials belong to ${seen}`,
      'use a separate --state folder for this organization',
    ),
  rolloutBusy: (holder: string, by: string, since: string) =>
    final(
      'RolloutBusy',
      `rollout ${holder} is in progress, started by ${by} at ${since}`,
      `follow it with \`strongroom watch ${holder}\`, or end it with \`strongroom abort ${holder}\``,
    ),
  leaseLost: (rollout: string, holder: string) =>
    final(
      'LeaseLost',
      `rollout ${rollout} no longer has the lease, ${holder} has it`,
      'nothing else is written for this rollout',
    ),
  staleStep: (rollout: string, step: number, current: number) =>
    final(
      'StaleStep',
      `step ${step} of rollout ${rollout} is stale, the rollout is at step ${current}`,
      'nothing was written; the later step counts',
    ),
  movedOn: (rollout: string, seen: number, current: number) =>
    final(
      'StaleStep',
      `rollout ${rollout} changed from step ${seen} to step ${current}`,
      'reload it, then decide; nothing was written',
    ),
  rolloutEnded: (rollout: string, outcome: string) =>
    final('RolloutEnded', `rollout ${rollout} has ended: ${outcome}`, 'start another with `strongroom rollout`'),
  wrongIdentity: (wanted: string, got: string) =>
    final(
      'WrongIdentity',
      `the credentials belong to account ${got}, not to account ${wanted}`,
      'check the CI role and its trust policy; nothing was changed',
    ),
  cannotEnterAccount: (account: string, role: string, why: string, cause?: unknown) =>
    final(
      'CannotEnterAccount',
      `cannot assume ${role} in ${account}: ${why}`,
      'check that the bootstrap created the role and that the role trusts the orchestrator',
      cause,
    ),
  /** Inside an account, with the session of the CI role there: a service control policy, the boundary, or the service itself. */
  refusedInAccount: (account: string, why: string, cause?: unknown) =>
    final(
      'RefusedInAccount',
      `account ${account} refused: ${why}`,
      'check the service control policies of the account and the permissions boundary of its CI role',
      cause,
    ),
  immutableArtifact: (key: string) =>
    final(
      'ImmutableArtifact',
      `artifact ${key} already exists with different content`,
      'artifacts are named by their hash and are never overwritten; find out who wrote this one',
    ),
  unknownVocabulary: (what: string) =>
    final(
      'UnknownVocabulary',
      `the embedded engine does not support ${what}`,
      'use only what orchestrator/engine/vocabulary.md lists',
    ),
  runElsewhere: (execution: string) =>
    final(
      'RolloutBusy',
      `another process also runs execution ${execution}, so this one stops`,
      'let the other process continue; if it has ended, resume again',
    ),
  limitExceeded: (what: string, limit: string) =>
    final('LimitExceeded', `${what} is over the limit of ${limit}`, 'split the rollout with --wave or --account'),
  notWaiting: (rollout: string, state: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} is not waiting for a decision, it is ${state}`,
      'check `strongroom status`',
    ),
  approvalExpired: (rollout: string, wave: string, expiresAt: string) =>
    final(
      'NotWaiting',
      `the approval of wave ${wave} in rollout ${rollout} expired at ${expiresAt}`,
      `close the rollout with \`strongroom resume ${rollout}\`, then start another; completed work is not repeated`,
    ),
  emergencyWithoutReason: () =>
    final('InvalidInput', 'an emergency rollout requires a reason', 'add `--reason TEXT`; the log keeps it'),
  onlyResumes: (rollout: string, by: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} is not waiting for approval, ${by} paused it`,
      `continue it with \`strongroom resume ${rollout}\``,
    ),
  onlyResumesAfterOutage: (rollout: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} is parked by an outage, so there is no gate to override yet`,
      `continue it with \`strongroom resume ${rollout}\` after the outage`,
    ),
  probesNotEnabled: (waves: readonly string[]) =>
    final(
      'ProbesNotEnabled',
      `wave${waves.length === 1 ? '' : 's'} ${waves.join(', ')} ${waves.length === 1 ? 'does' : 'do'} not enable probes`,
      'add `probe: true` to the wave in the config, or verify without --probe',
    ),
  noMfaCode: (device: string) =>
    final(
      'NoCredentials',
      `the code of ${device} cannot be entered here`,
      'run the command on a terminal, or use a profile whose session already has MFA',
    ),
  otherProfile: (profile: string, role: string, wanted: string) =>
    final(
      'InvalidInput',
      `profile ${profile} assumes ${role}, and a role session has no MFA when it assumes ${wanted}`,
      'use the profile of a user of that account, with `mfa_serial` and this role as its `role_arn`',
    ),
  onlyLooks: (name: string) => final('NotAllowed', `${name} has read-only access`, 'ask an operator'),
  hasNoRole: (name: string) =>
    final(
      'NotAllowed',
      `${name} is signed in, but is neither a viewer nor an operator`,
      'ask the administrator of your identity provider for one of the two dashboard groups',
    ),
  unknownPath: (path: string) => final('UnknownPath', `${path} does not exist`, 'use the paths under /api/v1'),
  wrongMethod: (method: string, path: string) =>
    final('WrongMethod', `${path} does not support ${method}`, 'read with GET, act with POST'),
  internal: (what: string, cause?: unknown) =>
    final('Internal', what, 'this is a bug in Strongroom; report it with the rollout id', cause),
} as const;

export const isStrongroomError = (error: unknown): error is StrongroomError => error instanceof StrongroomError;
/** An error on a session in an account is the account's own: our credentials were good enough to enter it. */
export function metInside(account: string, error: unknown): unknown {
  if (!isStrongroomError(error) || (error.code !== 'AccessDenied' && error.code !== 'AwsRefused')) return error;
  return errors.refusedInAccount(account, messageOf(error), error);
}
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
