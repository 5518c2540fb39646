/**
 * A probe does something in a live account and watches what follows. Checks read the configuration; probes
 * show that it works. Like a check, a probe never passes for lack of data.
 */
import type { GateId } from '../model/gate';
import type { ModuleId } from '../model/module';
import { type ProbeAnswer, type ProbeEvidence, type ProbeId, type ProbeResult, probeTitles } from '../model/probe';
import type { Release } from '../model/release';
import { regionDenyName } from '../policies/operator-policy';
import type { Fact } from './facts';
import { type Decision, judgeRegionDeny, type RegionDenyTrial, spoken } from './region-deny';

/** One search for the record of the marked call. */
export interface TrailLook {
  readonly logging: boolean;
  readonly deliveryError?: string | undefined;
  /** Log objects that this search read. */
  readonly objects: number;
  /** The object with the record. */
  readonly foundIn?: string | undefined;
}
export interface TrailTrial extends TrailLook {
  readonly marker: string;
  readonly waitedMinutes: number;
}

/** A sample finding on its way from GuardDuty to the topic of the security account. */
export interface AlertTrial {
  readonly findingType: string;
  /** Whether no finding of the type existed before: GuardDuty may publish known ones hours later. */
  readonly isNew: boolean;
  /** Whether GuardDuty lists it. */
  readonly isMade: boolean;
  readonly hasArrived: boolean;
  readonly waitedMinutes: number;
  /** Resources that could not be removed afterwards. */
  readonly leftBehind?: string | undefined;
}

export interface OperatorTrial {
  /** Whether the probe could assume the role with MFA; otherwise a refusal without MFA says nothing. */
  readonly control: Decision;
  /** The attempt without MFA; absent if the control failed. */
  readonly attempt?: { readonly entered: boolean; readonly said: string } | undefined;
}

/** The outcome of each probe; `absent` if there is nothing to probe. */
export interface Trials {
  readonly trailDelivers: Fact<TrailTrial>;
  readonly alertsArrive: Fact<AlertTrial>;
  readonly operatorNeedsMfa: Fact<OperatorTrial>;
  readonly regionDenyHolds: Fact<RegionDenyTrial>;
}

interface Row<T> {
  readonly gate: GateId;
  /** The probe needs all of these modules. */
  readonly modules: readonly ModuleId[];
  readonly expected: string;
  readonly remediation: string;
  readonly absent: ProbeAnswer;
  readonly judge: (trial: T) => ProbeAnswer;
}
type TrialOf<Id extends ProbeId> = Trials[Id] extends Fact<infer T> ? T : never;

const rows: { readonly [Id in ProbeId]: Row<TrialOf<Id>> } = {
  trailDelivers: {
    gate: 'audited',
    modules: ['audit-logging'],
    expected: 'a new log object with the record of a marked call',
    remediation:
      'Check the last delivery error of the trail in CloudTrail, then the policies of bucket and key in the log archive',
    absent: { outcome: 'fail', observed: 'no trail covers the home region' },
    judge: judgeTrail,
  },
  alertsArrive: {
    gate: 'watched',
    modules: ['threat-detection', 'alerts'],
    expected: 'a sample finding of high severity, published by the security account',
    remediation:
      'Check the suppression rules of GuardDuty, the rule strongroom-guardduty-findings and its target, then the queue strongroom-alerts-undelivered and the log of the function strongroom-alerts in the security account',
    absent: { outcome: 'fail', observed: 'no detector in the home region' },
    judge: judgeAlert,
  },
  operatorNeedsMfa: {
    gate: 'access-controlled',
    modules: ['operator-role'],
    expected: 'the trust policy of the operator role refuses a caller without MFA',
    remediation:
      'Fix the trust policy of the operator role with a rollout: it must use Bool, not BoolIfExists, on aws:MultiFactorAuthPresent',
    absent: { outcome: 'unknown', observed: 'no operator role' },
    judge: judgeOperator,
  },
  regionDenyHolds: {
    gate: 'access-controlled',
    modules: ['operator-role'],
    expected: 'the operator role cannot make a call outside the governed regions, and can make the same call inside',
    remediation: `Fix the inline policy ${regionDenyName} of the operator role with a rollout`,
    absent: { outcome: 'unknown', observed: 'no operator role' },
    judge: judgeRegionDeny,
  },
};

/** Whether the release has the modules that the probe needs. */
export const isApplicable = (probe: ProbeId, { expectations }: Release): boolean =>
  rows[probe].modules.every((module) => expectations.enabled.includes(module));

export function judgeProbe<Id extends ProbeId>(probe: Id, trial: Fact<TrialOf<Id>>, at: Date): ProbeResult {
  const row: Row<TrialOf<Id>> = rows[probe];
  const answer = (): ProbeAnswer => {
    if (trial.kind === 'unreadable') return { outcome: 'unknown', observed: trial.why };
    return trial.kind === 'absent' ? row.absent : row.judge(trial.value);
  };
  return resultOf(probe, answer(), at);
}

export const notApplicable = (probe: ProbeId, at: Date): ProbeResult =>
  resultOf(probe, { outcome: 'notApplicable', observed: `${rows[probe].modules.join(' and ')} must be enabled` }, at);

const resultOf = (probe: ProbeId, answer: ProbeAnswer, at: Date): ProbeResult => {
  const { gate, expected, remediation } = rows[probe];
  return { title: probeTitles[probe], gate, probe, at: at.toISOString(), ...answer, expected, remediation };
};

/**
 * A missing record may still arrive: CloudTrail promises no time, "on average within about 5 minutes"
 * [doc:awscloudtrail/how-cloudtrail-works]. So only the status of the trail itself makes the probe fail.
 */
function judgeTrail({ marker, foundIn, logging, deliveryError, objects, waitedMinutes }: TrailTrial): ProbeAnswer {
  if (foundIn !== undefined)
    return {
      outcome: 'pass',
      observed: `the call of session ${marker} is in ${foundIn}, found ${after(waitedMinutes)}`,
    };
  if (!logging) return { outcome: 'fail', observed: 'the trail is not logging' };
  if (deliveryError !== undefined) return { outcome: 'fail', observed: `CloudTrail cannot deliver: ${deliveryError}` };
  const read = `${objects} new log object${objects === 1 ? '' : 's'}`;
  return { outcome: 'unknown', observed: `no record in ${read} ${after(waitedMinutes)}; it may still arrive` };
}

/**
 * GuardDuty publishes a new finding within 5 minutes, and a known one every 6 hours by default
 * [doc:guardduty/guardduty_findings_eventbridge]. So only a new finding that takes longer is lost.
 */
function judgeAlert(trial: AlertTrial): ProbeAnswer {
  const { findingType, isNew, isMade, hasArrived, waitedMinutes, leftBehind } = trial;
  const left = leftBehind === undefined ? '' : `; could not be removed: ${leftBehind}`;
  if (hasArrived) return { outcome: 'pass', observed: `${findingType} arrived ${after(waitedMinutes)}${left}` };
  if (!isMade) return { outcome: 'unknown', observed: `GuardDuty lists no sample finding of ${findingType}${left}` };
  if (!isNew)
    return {
      outcome: 'unknown',
      observed: `sample findings of all types existed already, and GuardDuty may publish those after 6 hours; none arrived ${after(waitedMinutes)}${left}`,
    };
  return { outcome: 'fail', observed: `${findingType} was created but did not arrive ${after(waitedMinutes)}${left}` };
}

const after = (minutes: number): string => `within ${minutes} minute${minutes === 1 ? '' : 's'}`;

function judgeOperator({ control, attempt }: OperatorTrial): ProbeAnswer {
  if (control.decision !== 'allowed' || control.byOrganization === false)
    return {
      outcome: 'unknown',
      observed: `the probe cannot assume the role even with MFA: ${spoken(control)} according to the IAM policy simulator`,
    };
  if (attempt === undefined) return { outcome: 'unknown', observed: 'the probe did not try' };
  return attempt.entered
    ? { outcome: 'fail', observed: 'the probe assumed the role without MFA' }
    : { outcome: 'pass', observed: `refused: ${attempt.said}` };
}

/** An unknown result does not replace a failure: it stays until the probe passes or another release runs. */
export function standing(before: ProbeEvidence | undefined, now: ProbeEvidence): ProbeEvidence {
  if (before?.release !== now.release) return now;
  const results = now.results.map((result) => {
    const former = before.results.find(({ probe }) => probe === result.probe);
    return result.outcome === 'unknown' && former?.outcome === 'fail' ? former : result;
  });
  return { ...now, results };
}

/**
 * Finding types with severity 8, which the alert rule matches. The probe takes a type that has no finding yet: a second sample only
 * increments the count of the first, which GuardDuty publishes later [doc:guardduty/guardduty_finding-types-ec2].
 */
export const sampleTypes = [
  'Backdoor:EC2/C&CActivity.B',
  'Backdoor:EC2/C&CActivity.B!DNS',
  'Backdoor:EC2/DenialOfService.Dns',
  'Backdoor:EC2/DenialOfService.Tcp',
  'Backdoor:EC2/DenialOfService.Udp',
  'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  'Trojan:EC2/DNSDataExfiltration',
  'UnauthorizedAccess:EC2/TorRelay',
] as const;
