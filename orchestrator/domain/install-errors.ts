/** Errors of installing and uninstalling Strongroom. */
import { StrongroomError } from './error-codes';

const final = (
  code: 'DeploymentFailed' | 'RolloutBusy' | 'InvalidInput',
  message: string,
  next: string,
  cause?: unknown,
) => new StrongroomError(code, message, { retriable: false, next }, { cause });

export const installErrors = {
  notDeployed: (stack: string, region: string) =>
    final(
      'InvalidInput',
      `no stack ${stack} is deployed in ${region}`,
      'name the stack with --stack, use credentials of the account where it is deployed, or use --engine local',
    ),
  strangeDeployment: (stack: string, output: string) =>
    final(
      'InvalidInput',
      `stack ${stack} has no output ${output}: it is not the orchestrator, or its deployment is incomplete`,
      'name the orchestrator stack with --stack, or complete its deployment',
    ),
  deploymentFailed: (stack: string, account: string, why: string) =>
    final(
      'DeploymentFailed',
      `stack ${stack} in account ${account} failed: ${why}`,
      'correct the cause, then run the same command again; it continues there',
    ),
  executionsInProgress: (rollouts: readonly string[]) =>
    final(
      'RolloutBusy',
      `${rollouts.length === 1 ? 'rollout' : 'rollouts'} ${rollouts.join(', ')} in progress; without the orchestrator nothing can complete it`,
      `wait until it ends, or end it with \`strongroom abort ${rollouts[0]}\``,
    ),
};
