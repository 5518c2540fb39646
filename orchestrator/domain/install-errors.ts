/** Errors of installing and uninstalling Strongroom. */
import { StrongroomError } from './error-codes';

const final = (code: 'DeploymentFailed' | 'RolloutBusy', message: string, next: string) =>
  new StrongroomError(code, message, { retriable: false, next });

export const installErrors = {
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
