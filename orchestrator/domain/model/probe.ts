/** What probes showed of an account. */
import type { ReleaseId } from './brand';
import type { CheckOutcome, GateId } from './gate';

export const probeIds = ['trailDelivers', 'alertsArrive', 'operatorNeedsMfa', 'regionDenyHolds'] as const;
export type ProbeId = (typeof probeIds)[number];

export const probeTitles: Readonly<Record<ProbeId, string>> = {
  trailDelivers: 'The trail delivers API calls to the log archive',
  alertsArrive: 'GuardDuty findings reach the security account and are published',
  operatorNeedsMfa: 'The operator role refuses sessions without MFA',
  regionDenyHolds: 'The region deny policy blocks calls outside the governed regions',
};

/** How texts name a probe: its title, then its id. */
export const probeName = (probe: ProbeId): string => `${probeTitles[probe]} (${probe})`;

export interface ProbeResult {
  readonly title: string;
  readonly gate: GateId;
  readonly probe: ProbeId;
  /** ISO time at which the probe ended. */
  readonly at: string;
  readonly outcome: CheckOutcome;
  readonly observed: string;
  readonly expected: string;
  readonly remediation: string;
}

export type ProbeAnswer = Pick<ProbeResult, 'outcome' | 'observed'>;

/** The latest probe results of an account, and the release they belong to. */
export interface ProbeEvidence {
  readonly release: ReleaseId;
  readonly results: readonly ProbeResult[];
}

/** Probes that failed with this release and have not passed since. */
export const failedProbes = (proven: ProbeEvidence | undefined, release: ReleaseId): readonly ProbeResult[] =>
  proven?.release === release ? proven.results.filter(({ outcome }) => outcome === 'fail') : [];
