/** Settings: the part of the baseline that has no CloudFormation type, and is applied through the CI role [aws-behavior 5]. */
import type { Region } from './brand';

/** All fields, always: UpdateAccountPasswordPolicy has no partial update, omitted fields fall back to defaults [bc:iam:UpdateAccountPasswordPolicy]. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** Days; 0 means that passwords do not expire. */
  readonly maxAgeDays: number;
  /** How many former passwords may not be used again; 0 means no limit. */
  readonly reusePrevention: number;
  readonly hardExpiry: boolean;
}

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** Account-level defaults of the instance metadata service in one region; undefined = no preference set. */
export interface ImdsDefaults {
  readonly httpTokens?: 'optional' | 'required' | undefined;
  readonly httpPutResponseHopLimit?: number | undefined;
  /** Set when an organization's declarative policy holds it: then the API refuses changes, and that is a pass, not drift. */
  readonly managedBy?: 'account' | 'declarative-policy' | undefined;
}

/** What a release wants of an account's settings; an absent part is not governed. */
export interface DesiredSettings {
  readonly passwordPolicy?: PasswordPolicy | undefined;
  readonly s3PublicAccessBlock?: PublicAccessBlock | undefined;
  readonly ebsEncryption?: { readonly enabled: boolean } | undefined;
  readonly imdsDefaults?: ImdsDefaults | undefined;
  /** The key that EBS encrypts with, in each region the one of this alias; a stack has made it. */
  readonly ebsDefaultKey?: { readonly alias: string } | undefined;
}

/** What was there before we changed it, so that it can be put back; null = was not set. What was once found is never overwritten. */
export interface PreviousSettings {
  readonly passwordPolicy?: PasswordPolicy | null | undefined;
  readonly s3PublicAccessBlock?: PublicAccessBlock | null | undefined;
  readonly ebsEncryption?: Readonly<Record<string, boolean>> | undefined;
  readonly imdsDefaults?: Readonly<Record<string, ImdsDefaults>> | undefined;
  /** ARN by region; null = the key that AWS manages. */
  readonly ebsDefaultKey?: Readonly<Record<string, string | null>> | undefined;
}

/** Settings that an account has once. */
const accountWide = ['passwordPolicy', 's3PublicAccessBlock'] as const;
/** Settings that each region has for itself. */
export const regional = ['ebsEncryption', 'imdsDefaults', 'ebsDefaultKey'] as const;

/** Of each setting that is about to be changed it is known what was there: a release may govern more than the one before it. */
export const isAllKept = (previous: PreviousSettings, desired: DesiredSettings, regions: readonly Region[]): boolean =>
  accountWide.every((part) => desired[part] === undefined || previous[part] !== undefined) &&
  regional.every((part) => desired[part] === undefined || regions.every((region) => region in (previous[part] ?? {})));

/** What was found first stays: of a setting that is governed already, what is seen now is our own. */
export const keepingFirst = (first: PreviousSettings, seen: PreviousSettings): PreviousSettings => ({
  ...seen,
  ...first,
  ...Object.fromEntries(
    regional.flatMap((part) =>
      first[part] === undefined && seen[part] === undefined ? [] : [[part, { ...seen[part], ...first[part] }]],
    ),
  ),
});
