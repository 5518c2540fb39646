/** Everything that was learned about one account in one visit. A fact that could not be read says why; it is never guessed. */
import type { AccountId, Region } from '../model/brand';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../model/settings';

export type Fact<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

export const read = <T>(value: T): Fact<T> => ({ kind: 'read', value });
export const absent: Fact<never> = { kind: 'absent' };
export const unreadable = (why: string): Fact<never> => ({ kind: 'unreadable', why });

export interface PolicyDocument {
  readonly [key: string]: unknown;
}

export interface RoleFacts {
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[];
  /** Inline policies by name. */
  readonly inline: Readonly<Record<string, PolicyDocument>>;
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

/** [bc:config:DescribeConfigurationRecorders], [bc:config:DescribeConfigurationRecorderStatus]. */
export interface RecorderFacts {
  readonly name: string;
  readonly recording: boolean;
  readonly lastStatus: string;
  readonly allSupported: boolean;
  readonly globalTypes: boolean;
  readonly roleArn: string;
}

/** [bc:guardduty:GetDetector], [bc:guardduty:GetAdministratorAccount]. */
export interface DetectorFacts {
  readonly id: string;
  readonly enabled: boolean;
  /** The delegated administrator, if it was asked for and the account is a member with the relationship enabled. */
  readonly administrator?: string | undefined;
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

/** A stack that one of our StackSets made, as CloudFormation tells [bc:cloudformation:DescribeStacks]. */
export interface StackFacts {
  readonly stackSet: string;
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Absent where the stack gives none. */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
}

export interface TopicFacts {
  readonly policy: PolicyDocument;
  /** Key that the topic is encrypted with; absent if it is not. */
  readonly kmsKey?: string | undefined;
  /** Absent if they were not asked for. */
  readonly subscriptions?: readonly SubscriptionFacts[] | undefined;
}

export interface SubscriptionFacts {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

export interface RuleFacts {
  readonly enabled: boolean;
  readonly pattern: PolicyDocument;
  readonly targetArns: readonly string[];
}

/** The alert rules that the alerts module makes, by the role they play; the physical name is `strongroom-<rule>`. */
export const alertRules = [
  'guardduty-findings',
  'securityhub-findings',
  'root-sign-in',
  'root-api-use',
  'tampering',
] as const;
export type AlertRule = (typeof alertRules)[number];
export const alertTopicName = 'strongroom-alerts';
export const alertRuleName = (rule: AlertRule): string => `strongroom-${rule}`;

/** Names of what an account has few of: by them preflight and checks know what is ours. */
export const trailName = 'strongroom-trail';
export const recorderName = 'strongroom-recorder';
export const deliveryChannelName = 'strongroom-delivery';
export const analyzerName = 'strongroom-external-access';
/** A detector and a hub have no name: they carry this tag, with the module as its value. */
export const moduleTagKey = 'strongroom:module';
/** The output of our stack that names its detector, so that a visit need not look for it. */
export const detectorIdOutput = 'DetectorId';
export const ebsKeyAlias = 'alias/strongroom-ebs';
export const alertKeyAlias = 'alias/strongroom-alerts';

export interface RegionFacts {
  readonly ebsEncryption: Fact<{ readonly enabled: boolean }>;
  readonly imdsDefaults: Fact<ImdsDefaults>;
  readonly snapshotBlockPublicAccess: Fact<{ readonly state: string; readonly managedBy: string }>;
  /** The key that EBS encrypts with by default, and whether it rotates and is enabled. */
  readonly ebsDefaultKey: Fact<{ readonly arn: string; readonly enabled: boolean; readonly rotates: boolean }>;
  readonly recorder: Fact<RecorderFacts>;
  readonly deliveryChannel: Fact<{ readonly failing: boolean }>;
  readonly detector: Fact<DetectorFacts>;
  readonly hub: Fact<HubFacts>;
  readonly analyzers: Fact<readonly AnalyzerFacts[]>;
  readonly accessFindings: Fact<AccessFindings>;
  /** Our stacks in the region. */
  readonly stacks: Fact<readonly StackFacts[]>;
  readonly alertTopic: Fact<TopicFacts>;
  readonly alertRules: Readonly<Record<AlertRule, Fact<RuleFacts>>>;
}

export interface AccountFacts {
  readonly account: AccountId;
  /** ISO time at which the collection ended. */
  readonly collectedAt: string;
  readonly identity: Fact<{ readonly account: string; readonly arn: string }>;
  readonly passwordPolicy: Fact<PasswordPolicy>;
  readonly s3PublicAccessBlock: Fact<PublicAccessBlock>;
  readonly operatorRole: Fact<RoleFacts>;
  readonly root: Fact<RootFacts>;
  readonly userKeys: Fact<readonly UserKeys[]>;
  readonly trails: Fact<readonly TrailFacts[]>;
  /** The way in: who may take it, and within which boundary. */
  readonly ciRole: Fact<CiRoleFacts>;
  /** Every role of the account. */
  readonly roles: Fact<readonly ListedRole[]>;
  readonly regions: Readonly<Record<Region, RegionFacts>>;
}

/** Which facts a release's checks need, so that nothing else is asked of the account. */
export interface FactsWanted {
  readonly operatorRoleName?: string | undefined;
  readonly ciRoleName: string;
  /** The root user, and the keys of the other users. */
  readonly root: boolean;
  readonly roles: boolean;
  readonly trails: boolean;
  readonly passwordPolicy: boolean;
  readonly s3PublicAccessBlock: boolean;
  readonly home: Region;
  /** Regions with what is wanted of each. */
  readonly regions: readonly {
    readonly region: Region;
    readonly ebsEncryption: boolean;
    readonly imdsDefaults: boolean;
    readonly alerts: boolean;
    /** Who receives the alerts, which matters only where the config names somebody. */
    readonly subscriptions: boolean;
    readonly snapshots: boolean;
    readonly ebsDefaultKey: boolean;
    readonly config: boolean;
    readonly threats: boolean;
    /** Who administers the detector, which matters only where that should be the organization. */
    readonly administrator: boolean;
    /** Our stacks, for gate G6. */
    readonly stacks: boolean;
  }[];
}
