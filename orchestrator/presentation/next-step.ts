/** What a person does about an account, by the state it is in. */

import type { AccountRecord } from '../domain/model/account-record';
import { failedProbes } from '../domain/model/probe';
import type { ReadinessState } from '../domain/model/readiness';

/** Words, and the command that goes with them. A state without a row does not compile. */
type Step = readonly [words: string, command?: (id: string) => string];

const verify = (id: string): string => `verify --account ${id}`;
const rollOut = (id: string): string => `rollout --account ${id}`;
const again = (id: string): string => `rollout --retry-failed --account ${id}`;

/** Checks alone do not take back what an experiment has shown. */
const verifyAgain: Step = [
  'mend what is named here, and have it proved again',
  (id) => `verify --probe --account ${id}`,
];
const putBack = (id: string): string => `rollout --retry-failed --include-drifted --account ${id}`;

const leftAlone: Step = ['it is left alone; the config and the organization decide that'];
const atWork: Step = ['a rollout is at work there, or was stopped in the middle; see who holds it above'];

const steps: Readonly<Record<ReadinessState, Step>> = {
  READY_FOR_KEYS: ['nothing: it is checked again with every sweep'],
  BASELINE_HEALTHY: ['when the soak of its wave is over, it has to pass once more', verify],
  KEYS_AT_RISK: ['keys may be inside: mend what is named here now, and have it verified', verify],
  UNHEALTHY: ['mend what is named here, and have it verified', verify],
  UNKNOWN: ['find out why it could not be measured, and have it verified', verify],
  DEPLOY_FAILED: ['mend what is named here, and try again', again],
  BOOTSTRAP_FAILED: ['see that the bootstrap made the CI role there, and try again', again],
  DRIFTED: ['find out who changed what is named here, and have it put back', putBack],
  OUTDATED: ['bring it to the release of its wave', rollOut],
  DISCOVERED: ['nothing was rolled out to it yet', rollOut],
  BOOTSTRAPPED: ['nothing was rolled out to it yet', rollOut],
  BOOTSTRAPPING: atWork,
  DEPLOYING: atWork,
  DEPLOYED: ['it was deployed and never checked', verify],
  VERIFYING: atWork,
  EXEMPT: ['it is left alone until its exception ends, and then has its place in a wave'],
  SUSPENDED: leftAlone,
  OUT_OF_SCOPE: leftAlone,
  UNPLACED: ['let a wave of the config select it: until then nothing protects it'],
};

/** @param command a command as it must be typed here. */
export function nextStep(account: AccountRecord, command: (words: string) => string): readonly string[] {
  const { id, state, probes, release } = account;
  const hasFailedProbe = release !== undefined && failedProbes(probes, release).length > 0;
  const [words, run] = hasFailedProbe && steps[state][1] === verify ? verifyAgain : steps[state];
  return run === undefined ? [words] : [words, `→ ${command(run(id))}`];
}
