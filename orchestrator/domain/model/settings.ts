/** Settings are the part of the baseline without a CloudFormation type; Strongroom applies them through the CI role [aws-behavior 5]. */
import type { Region } from './brand';

/** Always all fields: UpdateAccountPasswordPolicy has no partial update and resets omitted fields to defaults [bc:iam:UpdateAccountPasswordPolicy]. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** Days; 0 means that passwords do not expire. */
  readonly maxAgeDays: number;
  /** How many earlier passwords cannot be reused; 0 means no limit. */
  readonly reusePrevention: number;
  readonly hardExpiry: boolean;
}

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** Account-level defaults of the instance metadata service in one region; undefined means that no preference is set. */
export interface ImdsDefaults {
  readonly httpTokens?: 'optional' | 'required' | undefined;
  readonly httpPutResponseHopLimit?: number | undefined;
  /** `declarative-policy` if a policy of the organization sets it: the API then rejects changes, which is a pass and not drift. */
  readonly managedBy?: 'account' | 'declarative-policy' | undefined;
}

/** The settings that a release requires of an account; an absent part is not governed. */
export interface DesiredSettings {
  readonly passwordPolicy?: PasswordPolicy | undefined;
  readonly s3PublicAccessBlock?: PublicAccessBlock | undefined;
  readonly ebsEncryption?: { readonly enabled: boolean } | undefined;
  readonly imdsDefaults?: ImdsDefaults | undefined;
  /** The key that EBS encrypts with: in each region the one with this alias, which a stack created. */
  readonly ebsDefaultKey?: { readonly alias: string } | undefined;
}

/** The values before our first change, so that they can be restored; null means not set. A recorded value is never overwritten. */
export interface PreviousSettings {
  readonly passwordPolicy?: PasswordPolicy | null | undefined;
  readonly s3PublicAccessBlock?: PublicAccessBlock | null | undefined;
  readonly ebsEncryption?: Readonly<Record<string, boolean>> | undefined;
  readonly imdsDefaults?: Readonly<Record<string, ImdsDefaults>> | undefined;
  /** ARN by region; null means the key that AWS manages. */
  readonly ebsDefaultKey?: Readonly<Record<string, string | null>> | undefined;
}

/** Settings of the whole account. */
const accountWide = ['passwordPolicy', 's3PublicAccessBlock'] as const;
/** Settings of each region. */
export const regional = ['ebsEncryption', 'imdsDefaults', 'ebsDefaultKey'] as const;

/** Whether the earlier value of each setting to change is recorded: a release can govern more settings than the one before it. */
export const isAllKept = (previous: PreviousSettings, desired: DesiredSettings, regions: readonly Region[]): boolean =>
  accountWide.every((part) => desired[part] === undefined || previous[part] !== undefined) &&
  regional.every((part) => desired[part] === undefined || regions.every((region) => region in (previous[part] ?? {})));

/** The first recorded values win: for a setting that is already governed, the current value is ours. */
export const keepingFirst = (first: PreviousSettings, seen: PreviousSettings): PreviousSettings => ({
  ...seen,
  ...first,
  ...Object.fromEntries(
    regional.flatMap((part) =>
      first[part] === undefined && seen[part] === undefined ? [] : [[part, { ...seen[part], ...first[part] }]],
    ),
  ),
});
