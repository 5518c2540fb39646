/** The hardened gate: the account's defaults are secure. The effective value counts, no matter who set it, and stricter values pass. */

import type { Release } from '../../model/release';
import { ebsKeyAlias } from '../../model/resource-names';
import type { DesiredSettings, ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../../model/settings';
import { type Answer, type Check, judged, restore } from '../check';
import type { AccountFacts, RegionFacts } from '../fact-sources';
import type { KeyFacts, SnapshotBlockFacts } from '../facts';

const row = { gate: 'hardened', module: 'account-hardening', severity: 'critical' } as const;
const applyAgain = 'Roll out the release again; if the value changes back, check in CloudTrail who sets it';

const switchedOff = 'switched off in strongroom.yaml';

/** A check of a setting that the release may leave alone. */
const ofSetting = <Part extends keyof DesiredSettings, Facts>(
  part: Part,
  judge: (facts: Facts, wanted: NonNullable<DesiredSettings[Part]>) => Answer,
) => ({
  notApplicable: ({ settings }: Release) => (settings[part] === undefined ? switchedOff : undefined),
  judge: (facts: Facts, { settings }: Release): Answer => {
    const wanted = settings[part];
    return wanted === undefined
      ? { outcome: 'notApplicable', observed: switchedOff, expected: switchedOff }
      : judge(facts, wanted);
  },
});

/** Fails with the list of shortcomings; passes without any. */
const byShortcomings = (shortcomings: readonly string[], whenNone: string): Omit<Answer, 'expected'> =>
  shortcomings.length === 0
    ? { outcome: 'pass', observed: whenNone }
    : { outcome: 'fail', observed: shortcomings.join(', ') };

const namesOf = (shortcomings: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.entries(shortcomings).flatMap(([name, isShort]) => (isShort ? [name] : []));

/** IAM writes 0 days for passwords that never expire, which is the weakest setting. */
const lifetimeDays = ({ maxAgeDays }: PasswordPolicy): number =>
  maxAgeDays === 0 ? Number.POSITIVE_INFINITY : maxAgeDays;

const passwordShortcomings = (seen: PasswordPolicy, wanted: PasswordPolicy): readonly string[] =>
  namesOf({
    [`minimum length ${seen.minimumLength}`]: seen.minimumLength < wanted.minimumLength,
    'symbols not required': wanted.requireSymbols && !seen.requireSymbols,
    'numbers not required': wanted.requireNumbers && !seen.requireNumbers,
    'uppercase not required': wanted.requireUppercase && !seen.requireUppercase,
    'lowercase not required': wanted.requireLowercase && !seen.requireLowercase,
    'users cannot change their password': wanted.allowUsersToChange && !seen.allowUsersToChange,
    [seen.maxAgeDays === 0 ? 'passwords never expire' : `expiry after ${seen.maxAgeDays} days`]:
      lifetimeDays(seen) > lifetimeDays(wanted),
    [`${seen.reusePrevention} previous passwords remembered`]: seen.reusePrevention < wanted.reusePrevention,
  });

const passwordWords = (wanted: PasswordPolicy): string =>
  namesOf({
    [`minimum length ${wanted.minimumLength}`]: true,
    symbols: wanted.requireSymbols,
    numbers: wanted.requireNumbers,
    uppercase: wanted.requireUppercase,
    lowercase: wanted.requireLowercase,
    'users may change their password': wanted.allowUsersToChange,
    [`expiry after ${wanted.maxAgeDays} days`]: wanted.maxAgeDays > 0,
    [`${wanted.reusePrevention} previous passwords remembered`]: wanted.reusePrevention > 0,
  }).join(', ');

const blocks = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const;

const openBlocks = (seen: PublicAccessBlock, wanted: PublicAccessBlock): readonly string[] =>
  blocks.filter((block) => wanted[block] && !seen[block]).map((block) => `${block} is off`);

const imdsShortcomings = (seen: ImdsDefaults, wanted: ImdsDefaults): readonly string[] =>
  namesOf({
    [`httpTokens ${seen.httpTokens ?? 'not set'}`]: wanted.httpTokens === 'required' && seen.httpTokens !== 'required',
    [`hop limit ${seen.httpPutResponseHopLimit ?? 'not set'}`]:
      (seen.httpPutResponseHopLimit ?? Number.POSITIVE_INFINITY) >
      (wanted.httpPutResponseHopLimit ?? Number.POSITIVE_INFINITY),
  });

/** A declarative policy overrides the account, which cannot set its own default then. It passes unless it allows IMDSv1. */
const judgeImds = (seen: ImdsDefaults, wanted: ImdsDefaults): Omit<Answer, 'expected'> => {
  if (seen.managedBy !== 'declarative-policy')
    return byShortcomings(imdsShortcomings(seen, wanted), 'httpTokens required');
  return seen.httpTokens === 'optional'
    ? { outcome: 'fail', observed: 'httpTokens optional, set by a declarative policy' }
    : { outcome: 'pass', observed: 'set by a declarative policy' };
};

const imdsWords = ({ httpTokens, httpPutResponseHopLimit }: ImdsDefaults): string =>
  `httpTokens ${httpTokens ?? 'any'}, hop limit at most ${httpPutResponseHopLimit ?? 'any'}`;

/** Blocking only new sharing leaves public snapshots public, so only a declarative policy of the organization may choose it. */
const judgeSnapshots = ({ state, managedBy }: SnapshotBlockFacts): Omit<Answer, 'expected'> => {
  const isHeld = managedBy === 'declarative-policy' && state === 'block-new-sharing';
  return {
    outcome: isHeld || state === 'block-all-sharing' ? 'pass' : 'fail',
    observed: managedBy === 'declarative-policy' ? `${state}, set by a declarative policy` : state,
  };
};

const judgeKey = ({ enabled, rotates }: KeyFacts): Omit<Answer, 'expected'> =>
  byShortcomings(
    namesOf({ 'the key is disabled': !enabled, 'rotation is off': !rotates }),
    'an enabled key with rotation',
  );

export const hardeningChecks: readonly Check[] = [
  {
    ...row,
    id: 'password-policy-is-strong',
    control: '000-04',
    title: 'The password policy is strong',
    needs: ['passwordPolicy'],
    remediation: applyAgain,
    scope: 'account',
    ...ofSetting('passwordPolicy', ({ passwordPolicy }: AccountFacts, wanted) =>
      judged(passwordPolicy, passwordWords(wanted), 'fail', (seen) =>
        byShortcomings(passwordShortcomings(seen, wanted), 'a password policy at least as strong'),
      ),
    ),
  },
  {
    ...row,
    id: 's3-public-access-is-blocked',
    control: '000-05',
    title: 'S3 public access is blocked for the whole account',
    needs: ['s3PublicAccessBlock'],
    remediation: applyAgain,
    scope: 'account',
    ...ofSetting('s3PublicAccessBlock', ({ s3PublicAccessBlock }: AccountFacts, wanted) =>
      judged(s3PublicAccessBlock, blocks.filter((block) => wanted[block]).join(', '), 'fail', (seen) =>
        byShortcomings(openBlocks(seen, wanted), 'all blocks are on'),
      ),
    ),
  },
  {
    ...row,
    id: 'ebs-default-encryption-is-on',
    control: '000-06',
    title: 'New EBS volumes are encrypted by default',
    needs: ['ebsEncryption'],
    remediation: applyAgain,
    scope: 'region',
    where: 'governed',
    ...ofSetting('ebsEncryption', ({ ebsEncryption }: RegionFacts, wanted) =>
      judged(ebsEncryption, wanted.enabled ? 'on' : 'on or off', 'fail', (seen) => ({
        outcome: seen.enabled || !wanted.enabled ? 'pass' : 'fail',
        observed: seen.enabled ? 'on' : 'off',
      })),
    ),
  },
  {
    ...row,
    id: 'ec2-default-requires-imdsv2',
    title: 'New EC2 instances require IMDSv2 by default',
    needs: ['imdsDefaults'],
    remediation: `${applyAgain}; if a declarative policy sets it, change the policy`,
    scope: 'region',
    where: 'governed',
    ...ofSetting('imdsDefaults', ({ imdsDefaults }: RegionFacts, wanted) =>
      judged(imdsDefaults, imdsWords(wanted), 'fail', (seen) => judgeImds(seen, wanted)),
    ),
  },
  {
    ...row,
    id: 'ebs-snapshot-public-access-is-blocked',
    title: 'Public sharing of EBS snapshots is blocked',
    needs: ['snapshotBlockPublicAccess'],
    remediation: `${restore('the block')}; if a declarative policy sets it, change the policy`,
    scope: 'region',
    where: 'governed',
    notApplicable: ({ expectations }) => (expectations.snapshotBlockPublicAccess ? undefined : switchedOff),
    judge: ({ snapshotBlockPublicAccess }) =>
      judged(snapshotBlockPublicAccess, 'block-all-sharing', 'fail', judgeSnapshots),
  },
  {
    ...row,
    module: 'kms-default',
    id: 'ebs-default-key-rotates',
    control: '002-52',
    title: 'The default EBS key is a customer managed key that rotates',
    needs: ['ebsDefaultKey'],
    remediation: `Enable the key ${ebsKeyAlias} and its rotation, then roll out the release again`,
    scope: 'region',
    where: 'governed',
    judge: ({ ebsDefaultKey }) =>
      judged(ebsDefaultKey, 'an enabled customer managed key with rotation', 'fail', judgeKey),
  },
];
