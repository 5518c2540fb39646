/** The catalogue of everything that Strongroom can refuse or fail with. Messages: lowercase, no period, with the wrong value. */

import { type ErrorCode, type RetriableCode, StrongroomError } from './error-codes';
import { stateErrors } from './state-errors';

export { type ErrorCode, type Fault, type RetriableCode, retriableCodes, StrongroomError } from './error-codes';

const retriable = (code: RetriableCode, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: true, next }, { cause });
const final = (code: Exclude<ErrorCode, RetriableCode>, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: false, next }, { cause });

export const errors = {
  ...stateErrors,
  throttled: (call: string, cause?: unknown) =>
    retriable(
      'Throttled',
      `${call} was throttled`,
      'it is retried with backoff; if it persists, lower the concurrency',
      cause,
    ),
  awsUnavailable: (call: string, why: string, cause?: unknown) =>
    retriable('AwsUnavailable', `${call} failed: ${why}`, 'it is retried with backoff', cause),
  stackSetBusy: (stackSet: string, cause?: unknown) =>
    retriable(
      'StackSetBusy',
      `stack set ${stackSet} is busy with another operation`,
      'it is retried; if it persists, look at the operations of the stack set',
      cause,
    ),
  resultsLagging: (stackSet: string, open: number) =>
    retriable(
      'ResultsLagging',
      `the operation on ${stackSet} has ended, but ${open} of its results are not final yet`,
      'it is read again; results are eventually consistent',
    ),
  staleWrite: (key: string) =>
    retriable('StaleWrite', `item ${key} was changed by somebody else in between`, 'it is read again and retried'),
  invalidConfig: (file: string, problems: readonly string[]) =>
    final(
      'InvalidConfig',
      `${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  ${p}`).join('\n')}`,
      'correct the lines named above; nothing was run',
    ),
  invalidInput: (what: string, next: string) => final('InvalidInput', what, next),
  notDeployed: (stack: string, region: string, cause?: unknown) =>
    final(
      'InvalidInput',
      `no stack ${stack} is deployed in ${region}`,
      'name it with --stack, use credentials of the account that it is deployed in, or roll out with --engine local',
      cause,
    ),
  strangeDeployment: (stack: string, output: string) =>
    final(
      'InvalidInput',
      `stack ${stack} has no output ${output}, so it is not a deployed orchestrator, or is not finished`,
      'name the stack of the orchestrator with --stack, or deploy it to its end',
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
      'see `strongroom plan` for who is in which wave and why',
    ),
  unknownRollout: (id: string) =>
    final('UnknownRollout', `no rollout "${id}" is recorded`, 'see `strongroom status` for the rollouts that are'),
  noCredentials: (why: string, cause?: unknown) =>
    final('NoCredentials', `no AWS credentials: ${why}`, 'set AWS_PROFILE or sign in with `aws sso login`', cause),
  accessDenied: (call: string, why: string, cause?: unknown) =>
    final('AccessDenied', `${call} was denied: ${why}`, 'allow this call to the identity that you use', cause),
  endpointDown: (endpoint: string, why: string, cause?: unknown) =>
    retriable('EndpointDown', `cannot reach ${endpoint}: ${why}`, 'check the network and AWS_ENDPOINT_URL', cause),
  awsRefused: (call: string, name: string, why: string, cause?: unknown) =>
    final(
      'AwsRefused',
      `${call} was refused with ${name}: ${why}`,
      'what AWS answered says what to change; the same call again gets the same answer',
      cause,
    ),
  incompleteAnswer: (call: string, missing: string) =>
    final(
      'AwsRefused',
      `${call} answered without ${missing}`,
      'nothing is concluded from what is missing; see whether the region or partition knows it',
    ),
  otherOrganization: (stored: string, seen: string) =>
    final(
      'OtherOrganization',
      `the state belongs to organization ${stored}, but these credentials see ${seen}`,
      'use another --state folder for this organization',
    ),
  rolloutBusy: (holder: string, by: string, since: string) =>
    final(
      'RolloutBusy',
      `rollout ${holder} holds the organization, started by ${by} at ${since}`,
      `follow it, or end it with \`strongroom abort ${holder}\``,
    ),
  leaseLost: (rollout: string, holder: string) =>
    final(
      'LeaseLost',
      `rollout ${rollout} no longer holds its lease, ${holder} does`,
      'nothing more is written for this rollout',
    ),
  staleStep: (rollout: string, step: number, current: number) =>
    final(
      'StaleStep',
      `turn ${step} of rollout ${rollout} came late, it is at turn ${current}`,
      'nothing was written; the later turn stands',
    ),
  movedOn: (rollout: string, seen: number, current: number) =>
    final(
      'StaleStep',
      `rollout ${rollout} has moved on: it was seen at turn ${seen}, and it is at turn ${current}`,
      'look at it again, then decide; nothing was written',
    ),
  rolloutEnded: (rollout: string, outcome: string) =>
    final('RolloutEnded', `rollout ${rollout} has ended: ${outcome}`, 'start a new one with `strongroom rollout`'),
  wrongIdentity: (wanted: string, got: string) =>
    final(
      'WrongIdentity',
      `entered account ${got} where ${wanted} was meant`,
      'check the CI role and its trust; nothing was done there',
    ),
  cannotEnterAccount: (account: string, role: string, why: string, cause?: unknown) =>
    final(
      'CannotEnterAccount',
      `cannot assume ${role} in ${account}: ${why}`,
      'check that the bootstrap made the role there and that it trusts the orchestrator',
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
      `artifact ${key} exists with other content`,
      'artifacts are named by their hash and never overwritten; look for who wrote it',
    ),
  stackSetChangedByHand: (stackSet: string, what: string) =>
    final(
      'StackSetChangedByHand',
      `stack set ${stackSet} was changed outside Strongroom: ${what}`,
      'find out who changed it; a new rollout puts it right',
    ),
  /** @param wanted what new instances should get, such as `release r-1a2b3c4d5e6f`. */
  stackSetElsewhere: (stackSet: string, wanted: string) =>
    final(
      'StackSetElsewhere',
      `stack set ${stackSet} does not hold what ${wanted} says, so new instances would get something else`,
      'bring the wave to one release with `strongroom rollout --wave` or `strongroom rollback`; a sweep then takes up its new accounts',
    ),
  stackGone: (stackSet: string, stackIds: readonly string[], cause?: unknown) =>
    final(
      'StackGone',
      `stack set ${stackSet} cannot import ${stackIds.join(', ')}: ${stackIds.length === 1 ? 'it is' : 'one of them is'} not there`,
      'roll out again: the wave makes a stack of its own where none is left',
      cause,
    ),
  unknownVocabulary: (what: string) =>
    final(
      'UnknownVocabulary',
      `the embedded engine does not know ${what}`,
      'keep the state machine within the vocabulary of orchestrator/engine/vocabulary.md',
    ),
  runElsewhere: (execution: string) =>
    final(
      'RolloutBusy',
      `execution ${execution} is walked by another process too, this one stops`,
      'let the other process go on; if it has ended, resume again',
    ),
  limitExceeded: (what: string, limit: string) =>
    final('LimitExceeded', `${what} is over the limit of ${limit}`, 'split the rollout by --wave or --account'),
  notWaiting: (rollout: string, state: string) =>
    final('NotWaiting', `rollout ${rollout} is not waiting for an answer, it is ${state}`, 'see `strongroom status`'),
  approvalExpired: (rollout: string, wave: string, expiresAt: string) =>
    final(
      'NotWaiting',
      `the approval of wave ${wave} in rollout ${rollout} could be given until ${expiresAt}`,
      `close it with \`strongroom resume ${rollout}\` and start another rollout: what is done is not done again`,
    ),
  emergencyWithoutReason: () =>
    final('InvalidInput', 'an emergency without a reason', 'say why with `--reason TEXT`: it is kept in the log'),
  onlyResumes: (rollout: string, by: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} wants no approval, it was paused by ${by}`,
      `let it go on with \`strongroom resume ${rollout}\``,
    ),
  notEnded: (rollout: string, doing: string) =>
    final(
      'NotWaiting',
      `rollout ${rollout} has not ended, so it cannot be taken back: ${doing}`,
      `end it with \`strongroom abort ${rollout}\`, then take it back`,
    ),
  nothingToRollBack: (what: string, next: string) => final('NothingToRollBack', what, next),
  probesNotEnabled: (waves: readonly string[]) =>
    final(
      'ProbesNotEnabled',
      `wave${waves.length === 1 ? '' : 's'} ${waves.join(', ')} did not opt in to experiments in live accounts`,
      'write `probe: true` into the wave in the config, or verify without --probe',
    ),
  noMfaCode: (device: string) =>
    final(
      'NoCredentials',
      `nobody is here to give the code of ${device}`,
      'run it on a terminal, or lend a profile whose session has MFA already',
    ),
  otherProfile: (profile: string, role: string, wanted: string) =>
    final(
      'InvalidInput',
      `profile ${profile} enters ${role}, and whoever comes from a role brings no MFA to ${wanted}`,
      'lend a profile of a user of the account that is proved, with `mfa_serial` and this role as its `role_arn`',
    ),
  onlyLooks: (name: string) =>
    final('NotAllowed', `${name} may look, and not act`, 'ask somebody with the role of an operator'),
  hasNoRole: (name: string) =>
    final(
      'NotAllowed',
      `${name} is signed in, and neither a viewer nor an operator here`,
      'ask whoever runs the identity provider for one of the two groups that the dashboard was deployed with',
    ),
  unknownPath: (path: string) => final('UnknownPath', `there is nothing at ${path}`, 'see the paths under /api/v1'),
  wrongMethod: (method: string, path: string) =>
    final('WrongMethod', `${path} does not take ${method}`, 'read with GET, act with POST'),
  internal: (what: string, cause?: unknown) =>
    final('Internal', what, 'this is a fault of Strongroom; please report it with the rollout id', cause),
} as const;

export const isStrongroomError = (error: unknown): error is StrongroomError => error instanceof StrongroomError;
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
