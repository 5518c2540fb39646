/**
 * The operator role's policies in one place: the template deploys them and the checks compare with them. The functions only build
 * text, so a value may also be a reference that CloudFormation resolves.
 */

import { operatorCarveOuts, type RegionDenyCarveOuts } from '../model/policy-carve-outs';
import type { PolicyDocument } from './policy';

/** Maximum age of an MFA sign-in in seconds; bounds of the config, the template and the check [controls 1]. */
export const mfaMaxAgeSecondsBounds = { min: 900, max: 14_400 } as const;

/** One hour, the longest session that people get with this role [controls 000-13]. */
export const operatorSessionSecondsMax = 3600;

export const regionDenyName = 'region-deny';
export const selfProtectName = 'self-protect';

export const administratorAccessArn = (partition: string): string =>
  `arn:${partition}:iam::aws:policy/AdministratorAccess`;

interface Place {
  readonly partition: string;
  readonly account: string;
}

/**
 * Humans of the account, with fresh MFA. `Bool` and `NumericLessThan`, never their IfExists forms: those hold when the key is
 * missing, which is the case of a long-lived access key [controls 1.4.1]. MFA stands here only, since the session that
 * AssumeRole gives carries no MFA information [controls 1.4.3].
 */
export const operatorTrust = ({
  partition,
  account,
  mfaMaxAgeSeconds,
}: Place & { readonly mfaMaxAgeSeconds: string }) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'HumansOfThisAccountWithFreshMfa',
        Effect: 'Allow',
        // The account, and, through its own policies, every principal in it that may call sts:AssumeRole; not the root user [controls 1.4.5].
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'sts:AssumeRole',
        Condition: {
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': mfaMaxAgeSeconds },
        },
      },
    ],
  }) as const satisfies PolicyDocument;

/**
 * Denies what is outside the allowed regions. The second statement holds the services that CloudFront and other global services
 * need in us-east-1 to that one region more; without it they would be free everywhere [controls 1.4.7], [controls 1.4.9].
 */
export const regionDeny = (allowedRegions: readonly string[], carveOuts: RegionDenyCarveOuts = operatorCarveOuts) =>
  regionDenyOf({
    allowedRegions,
    exempt: [...carveOuts.anywhere, ...carveOuts.alsoInUsEast1],
    onlyInUsEast1: carveOuts.alsoInUsEast1,
  });

interface RegionDenyLists {
  readonly allowedRegions: readonly string[];
  /** Every exempt action, wherever it is exempt. */
  readonly exempt: readonly string[];
  /** The exempt actions that are denied again outside us-east-1. */
  readonly onlyInUsEast1: readonly string[];
}

/** Takes each list as a whole, since CloudFormation cannot splice one value into another. */
export const regionDenyOf = ({ allowedRegions, exempt, onlyInUsEast1 }: RegionDenyLists) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyOutsideAllowedRegions',
        Effect: 'Deny',
        NotAction: exempt,
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': allowedRegions } },
      },
      {
        Sid: 'UsEast1BoundServicesOnlyThere',
        Effect: 'Deny',
        Action: onlyInUsEast1,
        Resource: '*',
        // Two operators must both hold: neither an allowed region nor us-east-1. CloudFormation cannot splice a value into a list.
        Condition: {
          StringNotEquals: { 'aws:RequestedRegion': allowedRegions },
          StringNotLike: { 'aws:RequestedRegion': 'us-east-1' },
        },
      },
    ],
  }) as const satisfies PolicyDocument;
