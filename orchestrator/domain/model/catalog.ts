/**
 * The modules of the baseline: one row each, with everything that the orchestrator knows of a module besides its template
 * (`stackset-templates/<id>.ts`) and its checks. The order is that of the config and of the stages.
 */
import { errors } from '../errors';
import type { Region } from './brand';
import type { LookupId } from './lookups';
import { partitionOf } from './partition';
import { carveOutsWith, type RegionDenyCarveOuts } from './policy-carve-outs';
import { alertBusArn, ebsKeyAlias } from './resource-names';
import type { DesiredSettings } from './settings';
import { standardsMax } from './standards';

export type ManagedBy = 'strongroom' | 'organization';

/** What strongroom.yaml says of each module. */
export interface ModuleChoices {
  readonly 'account-hardening': {
    readonly enabled: boolean;
    /** Which settings Strongroom governs; all by default. */
    readonly passwordPolicy: boolean;
    readonly s3PublicAccessBlock: boolean;
    readonly ebsEncryption: boolean;
    readonly imdsDefaults: boolean;
    readonly snapshotBlockPublicAccess: boolean;
  };
  readonly 'audit-logging': {
    readonly enabled: boolean;
    readonly managedBy: ManagedBy;
    /** Receives the trail, and what AWS Config records. */
    readonly logArchiveBucket?: string | undefined;
    readonly logArchiveKeyArn?: string | undefined;
  };
  readonly 'aws-config': { readonly enabled: boolean; readonly managedBy: ManagedBy };
  readonly 'threat-detection': {
    readonly enabled: boolean;
    readonly managedBy: ManagedBy;
    /** Like `aws-foundational-security-best-practices/v/1.0.0`: their ARNs name the region. */
    readonly standards: readonly string[];
  };
  readonly alerts: {
    readonly enabled: boolean;
    /** Receives the alerts of all accounts. */
    readonly email?: string | undefined;
  };
  readonly 'operator-role': {
    readonly enabled: boolean;
    readonly mfaMaxAgeSeconds: number;
    /** What the region deny exempts besides its own list. */
    readonly exemptActions?: readonly string[] | undefined;
    readonly exemptActionsInUsEast1?: readonly string[] | undefined;
  };
  readonly 'kms-default': { readonly enabled: boolean };
}

/** A module that the config names. */
export type Toggle = keyof ModuleChoices;
/** A module that is switched with another one, and has stacks of its own. */
export type Companion = 'access-analyzer';
export type ModuleId = Toggle | Companion;

/** What a row may look at. */
export interface ModuleInput {
  readonly installation: {
    readonly ciRole: string;
    readonly operatorRole: string;
    readonly security?: { readonly account: string } | undefined;
  };
  readonly regions: { readonly home: Region; readonly governed: readonly Region[] };
  readonly modules: ModuleChoices;
}

export interface ModuleDefinition {
  /** Title and description in the reference of strongroom.yaml. */
  readonly title: string;
  readonly description: string;
  /** The module that switches this one; absent, the config names the module itself. */
  readonly switchedWith?: Toggle;
  /** Whether the organization may manage it instead: then Strongroom makes no stacks, and only verifies it. */
  readonly mayBeManaged?: true;
  /** `home`: the home region once (IAM, trail); `regional`: every governed region. */
  readonly scope: 'home' | 'regional';
  /** Whether the module must reach the global region of the partition even if it is not governed. */
  readonly alsoGlobal?: true;
  /** Modules whose stacks must exist before this one's are created. */
  readonly needs?: readonly ModuleId[];
  /** Whether there are stacks at all; absent, always. */
  readonly isDeployed?: (input: ModuleInput) => boolean;
  /** The parameters of the template, as text; absent, it has none. */
  readonly parameters?: (input: ModuleInput) => Readonly<Record<string, string>>;
  /** What preflight must know before the stacks are deployed; absent, nothing that exists already can be in their way. */
  readonly lookups?: readonly LookupId[];
  /** Settings of the module that have no CloudFormation type; one that the config switches off is undefined. */
  readonly settings?: { readonly [Part in keyof DesiredSettings]: (input: ModuleInput) => DesiredSettings[Part] };
  /** Service whose service-linked role the template names but cannot create. */
  readonly linkedService?: string;
  /** Services that create their own service-linked role when the module enables them, with the permissions of the caller. */
  readonly selfLinkingServices?: readonly string[];
  /** IAM actions that CloudFormation calls for the module's resources, besides reads and actions on roles. */
  readonly stackWrites: readonly string[];
  /** IAM actions that applying and restoring the settings takes. */
  readonly settingWrites?: readonly string[];
}

export type Catalog = Readonly<Record<ModuleId, ModuleDefinition>>;

const actions = (service: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${service}:${name}`);
const keyWrites = actions(
  'kms',
  ...['CreateAlias', 'CreateKey', 'DeleteAlias', 'DisableKey', 'DisableKeyRotation', 'EnableKey', 'EnableKeyRotation'],
  ...['PutKeyPolicy', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource', 'UpdateAlias', 'UpdateKeyDescription'],
);

export const catalog: Catalog = {
  'account-hardening': {
    title: 'Account hardening',
    description: "The account's own defaults; former values of settings are kept.",
    scope: 'regional',
    isDeployed: ({ modules }) => modules['account-hardening'].snapshotBlockPublicAccess,
    lookups: ['snapshotsHeld'],
    settings: {
      passwordPolicy: ({ modules }) => (modules['account-hardening'].passwordPolicy ? passwordPolicy : undefined),
      s3PublicAccessBlock: ({ modules }) =>
        modules['account-hardening'].s3PublicAccessBlock ? publicAccessBlock : undefined,
      ebsEncryption: ({ modules }) => (modules['account-hardening'].ebsEncryption ? { enabled: true } : undefined),
      imdsDefaults: ({ modules }) => (modules['account-hardening'].imdsDefaults ? imdsDefaults : undefined),
    },
    stackWrites: actions('ec2', 'DisableSnapshotBlockPublicAccess', 'EnableSnapshotBlockPublicAccess'),
    settingWrites: [
      ...actions('ec2', 'DisableEbsEncryptionByDefault', 'EnableEbsEncryptionByDefault'),
      ...actions('ec2', 'ModifyInstanceMetadataDefaults'),
      ...actions('iam', 'DeleteAccountPasswordPolicy', 'UpdateAccountPasswordPolicy'),
      ...actions('s3', 'PutAccountPublicAccessBlock'),
    ],
  },
  'audit-logging': {
    title: 'Audit logging',
    description: 'A multi-region trail of CloudTrail, in the log archive.',
    mayBeManaged: true,
    scope: 'home',
    lookups: ['trails'],
    parameters: ({ modules }) => ({
      LogArchiveBucket: logArchiveOf(modules),
      LogArchiveKeyArn: modules['audit-logging'].logArchiveKeyArn ?? '',
    }),
    stackWrites: actions(
      'cloudtrail',
      ...['AddTags', 'CreateTrail', 'DeleteTrail', 'PutEventConfiguration', 'PutEventSelectors', 'PutInsightSelectors'],
      ...['RemoveTags', 'StartLogging', 'StopLogging', 'UpdateTrail'],
    ),
  },
  'aws-config': {
    title: 'AWS Config',
    description: 'The configuration recorder, in every governed region.',
    mayBeManaged: true,
    scope: 'regional',
    lookups: ['recorder'],
    parameters: ({ modules, regions }) => ({ LogArchiveBucket: logArchiveOf(modules), HomeRegion: regions.home }),
    linkedService: 'config.amazonaws.com',
    stackWrites: actions(
      'config',
      ...['DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'PutConfigurationRecorder', 'PutDeliveryChannel'],
      ...['StartConfigurationRecorder', 'StopConfigurationRecorder'],
    ),
  },
  'threat-detection': {
    title: 'Threat detection',
    description: 'GuardDuty, Security Hub and the external access analyzer.',
    mayBeManaged: true,
    scope: 'regional',
    lookups: ['detector', 'hub'],
    // No need of aws-config: a standard may be enabled before anything is recorded, and its controls have no data until then.
    parameters: ({ modules }) => standardSlots(modules['threat-detection'].standards),
    selfLinkingServices: [
      'guardduty.amazonaws.com',
      'malware-protection.guardduty.amazonaws.com',
      'securityhub.amazonaws.com',
    ],
    stackWrites: [
      ...actions('guardduty', 'CreateDetector', 'DeleteDetector', 'TagResource', 'UntagResource', 'UpdateDetector'),
      ...actions('securityhub', 'BatchDisableStandards', 'BatchEnableStandards', 'DisableSecurityHub'),
      ...actions('securityhub', 'EnableSecurityHub', 'TagResource', 'UntagResource'),
      ...actions('securityhub', 'UpdateSecurityHubConfiguration', 'UpdateStandardsControl'),
    ],
  },
  'access-analyzer': {
    title: 'Access analyzer',
    description: 'The external access analyzer, in every governed region.',
    // Its own stacks exist even where another team runs GuardDuty: an organization that manages it makes no analyzer in its members.
    switchedWith: 'threat-detection',
    scope: 'regional',
    lookups: ['analyzer'],
    selfLinkingServices: ['access-analyzer.amazonaws.com'],
    stackWrites: actions(
      'access-analyzer',
      ...['CreateAnalyzer', 'DeleteAnalyzer', 'TagResource', 'UntagResource', 'UpdateAnalyzer'],
    ),
  },
  alerts: {
    title: 'Alerts',
    description:
      'Rules that forward findings, the root user and tampering to the security account; always in us-east-1 too.',
    scope: 'regional',
    // CloudTrail records sign-ins of the root user only there.
    alsoGlobal: true,
    // No need of audit-logging: rules on API calls may exist before the trail that feeds them.
    parameters: (input) => ({
      AlertBusArn: alertBusOf(input),
      CiRoleName: input.installation.ciRole,
      OperatorRoleName: input.installation.operatorRole,
    }),
    stackWrites: [
      ...actions('events', 'DeleteRule', 'PutRule', 'PutTargets', 'RemoveTargets', 'TagResource', 'UntagResource'),
    ],
  },
  'operator-role': {
    title: 'Operator role',
    description: 'The role for people: MFA, and only the governed regions.',
    scope: 'home',
    parameters: ({ installation, modules, regions }) => {
      const { anywhere, alsoInUsEast1 } = carveOutsOf(modules['operator-role']);
      return {
        RoleName: installation.operatorRole,
        CiRoleName: installation.ciRole,
        AllowedRegions: regions.governed.join(','),
        ExemptActions: [...anywhere, ...alsoInUsEast1].join(','),
        ExemptActionsInUsEast1: alsoInUsEast1.join(','),
        MfaMaxAgeSeconds: String(modules['operator-role'].mfaMaxAgeSeconds),
      };
    },
    stackWrites: [],
  },
  'kms-default': {
    title: 'Default key',
    description: 'A rotating key of the account for EBS, in every governed region.',
    scope: 'regional',
    settings: { ebsDefaultKey: () => ({ alias: ebsKeyAlias }) },
    linkedService: 'autoscaling.amazonaws.com',
    stackWrites: keyWrites,
    settingWrites: actions('ec2', 'ModifyEbsDefaultKmsKeyId', 'ResetEbsDefaultKmsKeyId'),
  },
};

/** What the region deny of an installation exempts: the list of Strongroom, and what the config adds. */
export const carveOutsOf = (choices: ModuleChoices['operator-role']): RegionDenyCarveOuts =>
  carveOutsWith({ anywhere: choices.exemptActions, alsoInUsEast1: choices.exemptActionsInUsEast1 });

/** The bus in the home region of the security account. The config rejects a missing account earlier, with its line. */
export function alertBusOf({ installation, regions }: Pick<ModuleInput, 'installation' | 'regions'>): string {
  if (installation.security === undefined)
    throw errors.invalidInput('alerts have no security account', 'set installation.security');
  return alertBusArn({ partition: partitionOf(regions.home).id, account: installation.security.account }, regions.home);
}

/** The config rejects a missing bucket earlier, with its line. */
function logArchiveOf(modules: ModuleChoices): string {
  const { logArchiveBucket } = modules['audit-logging'];
  if (logArchiveBucket === undefined)
    throw errors.invalidInput('the log archive has no bucket', 'set modules.audit-logging.logArchiveBucket');
  return logArchiveBucket;
}

const standardSlots = (standards: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: standardsMax }, (_, i) => [`Standard${i + 1}`, standards.toSorted()[i] ?? '']),
  );

/** The values of controls 000-04 to 000-06; a setting that is switched off is left as it is. */
const passwordPolicy = {
  minimumLength: 14,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercase: true,
  requireLowercase: true,
  allowUsersToChange: true,
  maxAgeDays: 90,
  reusePrevention: 24,
  // A person whose password has expired may still set a new one.
  hardExpiry: false,
};
const publicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};
// Two hops, so that a container on the instance still reaches the service [aws-behavior 5].
const imdsDefaults = { httpTokens: 'required', httpPutResponseHopLimit: 2 } as const;
