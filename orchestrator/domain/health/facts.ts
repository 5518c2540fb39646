/** What facts are made of. A fact that could not be read says why; it is never guessed. `fact-sources.ts` lists all facts of a visit. */
import type { Outage } from '../model/outage';
import type { AlertRule } from '../policies/alert-patterns';
import type { PolicyDocument } from '../policies/policy';

export type Fact<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unreadable';
      readonly why: string;
      /** Set if the failure says nothing about the account. */
      readonly fault?: Outage['fault'] | undefined;
    };

export const read = <T>(value: T): Fact<T> => ({ kind: 'read', value });
export const absent: Fact<never> = { kind: 'absent' };
export const unreadable = (why: string, fault?: Outage['fault']): Fact<never> => ({ kind: 'unreadable', why, fault });
/** No check of the release needs the fact, so the visit does not read it. */
export const notWanted: Fact<never> = unreadable('not needed by the release');

export interface RoleFacts {
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[];
  /** Inline policies by name. */
  readonly inline: Readonly<Record<string, PolicyDocument>>;
  readonly boundaryArn?: string | undefined;
}

/** [bc:iam:ListRoles], which gives no boundary. */
export interface ListedRole {
  readonly name: string;
  readonly path: string;
  readonly trust: PolicyDocument;
}

/** A user of the account, not of Identity Center [bc:iam:GetCredentialReport]. */
export interface UserKeys {
  readonly user: string;
  readonly activeKeys: number;
}

export interface CiRoleFacts {
  readonly trust: PolicyDocument;
  readonly boundaryArn?: string | undefined;
}

/** A trail as the home region sees it: its own, or the shadow of an organization's [bc:cloudtrail:DescribeTrails], [bc:cloudtrail:GetTrailStatus]. */
export interface TrailFacts {
  readonly name: string;
  readonly homeRegion: string;
  readonly multiRegion: boolean;
  readonly organizationTrail: boolean;
  readonly logFileValidation: boolean;
  readonly bucket: string;
  readonly kmsKeyArn?: string | undefined;
  readonly logging: boolean;
  /** What CloudTrail says went wrong with the last delivery of logs or digests; absent if nothing. */
  readonly deliveryError?: string | undefined;
  /** ISO times; absent before the first delivery. */
  readonly deliveredAt?: string | undefined;
  readonly digestDeliveredAt?: string | undefined;
}

/** [bc:iam:GetAccountSummary]: what the root user of the account has. */
export interface RootFacts {
  readonly accessKeys: boolean;
  readonly password: boolean;
  readonly mfa: boolean;
}

/** Who may share snapshots publicly [bc:ec2:GetSnapshotBlockPublicAccessState]. */
export interface SnapshotBlockFacts {
  readonly state: string;
  readonly managedBy: string;
}

/** The customer managed key that EBS encrypts with by default. */
export interface KeyFacts {
  readonly arn: string;
  readonly enabled: boolean;
  readonly rotates: boolean;
}

/** [bc:config:DescribeConfigurationRecorders], [bc:config:DescribeConfigurationRecorderStatus]. */
export interface RecorderFacts {
  readonly name: string;
  readonly recording: boolean;
  readonly lastStatus: string;
  readonly allSupported: boolean;
  readonly globalTypes: boolean;
  readonly roleArn: string;
}

/** [bc:guardduty:GetDetector]. */
export interface DetectorFacts {
  readonly id: string;
  readonly enabled: boolean;
}

/** [bc:securityhub:GetEnabledStandards]. */
export interface HubFacts {
  readonly standards: readonly { readonly arn: string; readonly status: string }[];
}

/** [bc:accessanalyzer:ListAnalyzers]. */
export interface AnalyzerFacts {
  readonly name: string;
  readonly type: string;
  readonly status: string;
}

/** The other types look for unused and for internal access [bc:accessanalyzer:Type]. */
export const looksOutside = ({ type }: { readonly type?: string | undefined }): boolean =>
  type === 'ACCOUNT' || type === 'ORGANIZATION';

/** Resources that somebody outside can reach, by active findings [bc:accessanalyzer:ListFindingsV2]. */
export interface AccessFindings {
  readonly resources: readonly string[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** A stack that one of our StackSets made, as CloudFormation reports [bc:cloudformation:DescribeStacks]. */
export interface StackFacts {
  readonly stackSet: string;
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Absent where the stack gives none. */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
}

/** [bc:events:ListRules], [bc:events:ListTargetsByRule]. */
export interface RuleFacts {
  /** Like `ENABLED`. */
  readonly state: string;
  readonly pattern: PolicyDocument;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly arn: string;
  readonly roleArn?: string | undefined;
  /** Whether the target gets something else than the event. */
  readonly replacesEvent?: boolean | undefined;
}

/** Alert rules that exist, by what they are for. */
export type AlertRuleFacts = Readonly<Partial<Record<AlertRule, RuleFacts>>>;
