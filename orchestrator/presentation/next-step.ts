/** The next step for a person, by the state of the account. */

import type { AccountRecord } from '../domain/model/account-record';
import { failedProbes } from '../domain/model/probe';
import type { ReadinessState } from '../domain/model/readiness';

/** An instruction and its command. A state without a row does not compile. */
type Step = readonly [words: string, command?: (id: string) => string];

const verify = (id: string): string => `verify --account ${id}`;
const rollOut = (id: string): string => `rollout --account ${id}`;
const again = (id: string): string => `rollout --retry-failed --account ${id}`;

/** A failed probe is resolved only by a probe that passes. */
const verifyAgain: Step = [
  'fix the findings above, then run the probes again',
  (id) => `verify --probe --account ${id}`,
];
const revertDrift = (id: string): string => `rollout --retry-failed --include-drifted --account ${id}`;

const excluded: Step = ['none: the config or the organization excludes this account'];
const inProgress: Step = ['wait for the rollout that is named above, or resume it if it was interrupted'];

const steps: Readonly<Record<ReadinessState, Step>> = {
  READY_FOR_KEYS: ['none: every sweep checks this account again'],
  BASELINE_HEALTHY: ['wait for the end of the soak; the account must then pass once more', verify],
  KEYS_AT_RISK: ['this account may contain keys: fix the findings above now, then verify', verify],
  UNHEALTHY: ['fix the findings above, then verify', verify],
  UNKNOWN: ['find out why the checks are unknown, then verify', verify],
  DEPLOY_FAILED: ['fix the findings above, then retry', again],
  BOOTSTRAP_FAILED: ['check that the bootstrap created the CI role in this account, then retry', again],
  DRIFTED: ['find out who changed the resources above, then revert the changes', revertDrift],
  OUTDATED: ['update this account to the release of its wave', rollOut],
  DISCOVERED: ['roll out the baseline to this account', rollOut],
  BOOTSTRAPPED: ['roll out the baseline to this account', rollOut],
  BOOTSTRAPPING: inProgress,
  DEPLOYING: inProgress,
  DEPLOYED: ['verify this account; it has not been checked since the deployment', verify],
  VERIFYING: inProgress,
  EXEMPT: ['none: this account is exempt until its exception expires, and then joins its wave'],
  SUSPENDED: excluded,
  OUT_OF_SCOPE: excluded,
  UNPLACED: ['select this account in a wave of the config; it has no baseline until then'],
};

/** @param command returns a command with the options of this session. */
export function nextStep(account: AccountRecord, command: (words: string) => string): readonly string[] {
  const { id, state, probes, release } = account;
  const hasFailedProbe = release !== undefined && failedProbes(probes, release).length > 0;
  const [words, run] = hasFailedProbe && steps[state][1] === verify ? verifyAgain : steps[state];
  return run === undefined ? [words] : [words, `→ ${command(run(id))}`];
}
