/**
 * A proof is an experiment in a live account: something is done there, and what follows is watched. The checks read what is
 * configured; a proof shows that it works. Like a check it never passes for lack of data.
 */
import type { ReleaseId } from '../model/brand';
import type { CheckOutcome, GateId } from '../model/gate';
import type { ModuleId } from '../model/module';
import type { Release } from '../model/release';
import type { Fact } from './facts';
import { type Decision, judgeRegionDeny, type RegionDenyTrial, spoken } from './region-deny';

export const probeIds = ['trailDelivers', 'alertsArrive', 'operatorNeedsMfa', 'regionDenyHolds'] as const;
export type ProbeId = (typeof probeIds)[number];

export interface ProbeResult {
  readonly probe: ProbeId;
  readonly gate: GateId;
  /** ISO time at which the experiment ended. */
  readonly at: string;
  readonly outcome: CheckOutcome;
  readonly observed: string;
  readonly expected: string;
  readonly remediation: string;
}

/** One look for the record of the marked call. */
export interface TrailLook {
  readonly logging: boolean;
  readonly deliveryError?: string | undefined;
  /** Log objects read at this look. */
  readonly objects: number;
  /** The object that has the record. */
  readonly foundIn?: string | undefined;
}
export interface TrailTrial extends TrailLook {
  readonly marker: string;
  readonly waitedMinutes: number;
}

/** Made by GuardDuty, and on its way to the alert topic. */
export interface AlertTrial {
  readonly findingType: string;
  /** No finding of the type was there before: news of an older one may be kept back for hours. */
  readonly isNew: boolean;
  /** GuardDuty lists it. */
  readonly isMade: boolean;
  readonly hasArrived: boolean;
  readonly waitedMinutes: number;
  /** What could not be cleared away afterwards. */
  readonly leftBehind?: string | undefined;
}

export interface OperatorTrial {
  /** Whether the probe's own side lets it assume the role with MFA: the control, without which a refusal says nothing. */
  readonly control: Decision;
  /** Without MFA; absent where the control fails, since nothing was tried then. */
  readonly attempt?: { readonly entered: boolean; readonly said: string } | undefined;
}

/** What came of each experiment; `absent` where there is nothing to experiment with. */
export interface Trials {
  readonly trailDelivers: Fact<TrailTrial>;
  readonly alertsArrive: Fact<AlertTrial>;
  readonly operatorNeedsMfa: Fact<OperatorTrial>;
  readonly regionDenyHolds: Fact<RegionDenyTrial>;
}

export type Answer = Pick<ProbeResult, 'outcome' | 'observed'>;
interface Row<T> {
  readonly gate: GateId;
  /** Without any of these there is nothing to prove. */
  readonly modules: readonly ModuleId[];
  readonly expected: string;
  readonly remediation: string;
  readonly absent: Answer;
  readonly judge: (trial: T) => Answer;
}
type TrialOf<Id extends ProbeId> = Trials[Id] extends Fact<infer T> ? T : never;

const rows: { readonly [Id in ProbeId]: Row<TrialOf<Id>> } = {
  trailDelivers: {
    gate: 'G1',
    modules: ['audit-logging'],
    expected: 'the record of a marked call is in a log object that was delivered since',
    remediation:
      'See in CloudTrail what the trail says of its last delivery, then the policies of the bucket and of the key of the log archive',
    absent: { outcome: 'fail', observed: 'no trail reaches the home region' },
    judge: judgeTrail,
  },
  alertsArrive: {
    gate: 'G2',
    modules: ['threat-detection', 'alerts'],
    expected: 'a sample finding of high severity arrives at the alert topic',
    remediation:
      'Follow the finding: suppression filters of GuardDuty, the rule strongroom-guardduty-findings and its target, then the policies of the topic and of its key',
    absent: { outcome: 'fail', observed: 'no detector, or no alert topic, in the home region' },
    judge: judgeAlert,
  },
  operatorNeedsMfa: {
    gate: 'G3',
    modules: ['operator-role'],
    expected: 'who comes without MFA is refused by the operator role, and by nothing else',
    remediation:
      "Put the operator role's trust right: Bool, and not BoolIfExists, on aws:MultiFactorAuthPresent; a rollout deploys it",
    absent: { outcome: 'unknown', observed: 'there is no operator role that could refuse' },
    judge: judgeOperator,
  },
  regionDenyHolds: {
    gate: 'G3',
    modules: ['operator-role'],
    expected: 'the operator role is denied a call outside the governed regions, and not the same call inside',
    remediation: 'Put the inline policy region-fence of the operator role right; a rollout deploys it',
    absent: { outcome: 'unknown', observed: 'there is no operator role that could be fenced' },
    judge: judgeRegionDeny,
  },
};

/** The experiments that mean something with this release; the others are not applicable. */
export const isApplicable = (probe: ProbeId, { expectations }: Release): boolean =>
  rows[probe].modules.every((module) => expectations.enabled.includes(module));

export function judgeProbe<Id extends ProbeId>(probe: Id, trial: Fact<TrialOf<Id>>, at: Date): ProbeResult {
  const row: Row<TrialOf<Id>> = rows[probe];
  const answer = (): Answer => {
    if (trial.kind === 'unreadable') return { outcome: 'unknown', observed: trial.why };
    return trial.kind === 'absent' ? row.absent : row.judge(trial.value);
  };
  return resultOf(probe, answer(), at);
}

export const notApplicable = (probe: ProbeId, at: Date): ProbeResult =>
  resultOf(probe, { outcome: 'notApplicable', observed: `without ${rows[probe].modules.join(' and ')}` }, at);

const resultOf = (probe: ProbeId, answer: Answer, at: Date): ProbeResult => {
  const { gate, expected, remediation } = rows[probe];
  return { probe, gate, at: at.toISOString(), ...answer, expected, remediation };
};

/**
 * A record that is not there yet cannot be told from one that will never come: CloudTrail promises no time, "on average within about
 * 5 minutes" [doc:awscloudtrail/how-cloudtrail-works]. Only what the trail says of itself makes it a failure.
 */
function judgeTrail({ marker, foundIn, logging, deliveryError, objects, waitedMinutes }: TrailTrial): Answer {
  if (foundIn !== undefined)
    return { outcome: 'pass', observed: `the call of session ${marker} in ${foundIn}, found ${after(waitedMinutes)}` };
  if (!logging) return { outcome: 'fail', observed: 'the trail does not log' };
  if (deliveryError !== undefined) return { outcome: 'fail', observed: `CloudTrail cannot deliver: ${deliveryError}` };
  const read = `${objects} new object${objects === 1 ? '' : 's'}`;
  return { outcome: 'unknown', observed: `not in ${read} ${after(waitedMinutes)}; it may still come` };
}

/**
 * GuardDuty sends news of a finding that is new within 5 minutes, and of one that is known only every 6 hours unless told otherwise
 * [doc:guardduty/guardduty_findings_eventbridge]. So only what is new, and longer on its way than that, is lost.
 */
function judgeAlert(trial: AlertTrial): Answer {
  const { findingType, isNew, isMade, hasArrived, waitedMinutes, leftBehind } = trial;
  const left = leftBehind === undefined ? '' : `; left behind: ${leftBehind}`;
  if (hasArrived) return { outcome: 'pass', observed: `${findingType} arrived ${after(waitedMinutes)}${left}` };
  if (!isMade) return { outcome: 'unknown', observed: `GuardDuty lists no sample of ${findingType}${left}` };
  if (!isNew)
    return {
      outcome: 'unknown',
      observed: `a finding of each type was there already, and news of those may take 6 hours; none came ${after(waitedMinutes)}${left}`,
    };
  return { outcome: 'fail', observed: `${findingType} was made, and did not arrive ${after(waitedMinutes)}${left}` };
}

const after = (minutes: number): string => `within ${minutes} minute${minutes === 1 ? '' : 's'}`;

function judgeOperator({ control, attempt }: OperatorTrial): Answer {
  if (control.decision !== 'allowed' || control.byOrganization === false)
    return {
      outcome: 'unknown',
      observed: `the probe's own side does not let it assume the role: ${spoken(control)} by IAM's simulator`,
    };
  if (attempt === undefined) return { outcome: 'unknown', observed: 'nothing was tried' };
  return attempt.entered
    ? { outcome: 'fail', observed: 'the probe entered without MFA' }
    : { outcome: 'pass', observed: `refused: ${attempt.said}` };
}

/** What was last shown of an account, and with which release. */
export interface ProbeEvidence {
  readonly release: ReleaseId;
  readonly results: readonly ProbeResult[];
}

/** A proof that failed is not taken back by one that could not be made: it stands until it passes, or another release runs. */
export function standing(before: ProbeEvidence | undefined, now: ProbeEvidence): ProbeEvidence {
  if (before?.release !== now.release) return now;
  const results = now.results.map((result) => {
    const former = before.results.find(({ probe }) => probe === result.probe);
    return result.outcome === 'unknown' && former?.outcome === 'fail' ? former : result;
  });
  return { ...now, results };
}

/** What failed with this release, and was not shown to work since. */
export const failedProbes = (proven: ProbeEvidence | undefined, release: ReleaseId): readonly ProbeResult[] =>
  proven?.release === release ? proven.results.filter(({ outcome }) => outcome === 'fail') : [];

/**
 * Findings that GuardDuty rates 8, so that the alert rule asks for them; one is taken that was never made there. A second sample of a
 * type counts the first one up, and news of that is kept back [doc:guardduty/guardduty_finding-types-ec2].
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
/** Prefix of everything that an experiment makes; policies are bounded to it. */
export const probePrefix = 'strongroom-proof-';
/** Longer than any experiment lasts. */
const leftoverAfterMs = 3_600_000;
/** @param name ends in the stamp of the run that made it: `strongroom-proof-20261122-150405-k3f9`. Whatever else is left alone. */
export function isLeftover(name: string, now: Date): boolean {
  const [, year, month, day, hour, minute, second] =
    /^strongroom-proof-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-\w+$/.exec(name) ?? [];
  if (second === undefined) return false;
  const madeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return now.getTime() - madeMs > leftoverAfterMs;
}
