/** G4: the account's own defaults are safe. Judged by what is in effect, whoever set it; stronger than wanted is well. */

import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../../model/settings';
import { type Answer, type Check, judged, putBack } from '../check';
import { ebsKeyAlias, type Fact, type RegionFacts } from '../facts';

const row = { gate: 'G4', module: 'account-hardening', severity: 'critical' } as const;
const applyAgain = 'Roll the release out again; if it comes back, find who sets it in CloudTrail';

const notGoverned: Answer = { outcome: 'notApplicable', observed: 'not governed', expected: 'not governed' };

/** What falls short, in words; nothing short is a pass. */
const byShortcomings = (shortcomings: readonly string[], whenNone: string): Omit<Answer, 'expected'> =>
  shortcomings.length === 0
    ? { outcome: 'pass', observed: whenNone }
    : { outcome: 'fail', observed: shortcomings.join(', ') };

const namesOf = (shortcomings: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.entries(shortcomings).flatMap(([name, isShort]) => (isShort ? [name] : []));

/** Passwords that never expire are 0 days to IAM, and the weakest of all. */
const lifetimeDays = ({ maxAgeDays }: PasswordPolicy): number =>
  maxAgeDays === 0 ? Number.POSITIVE_INFINITY : maxAgeDays;

const passwordShortcomings = (seen: PasswordPolicy, wanted: PasswordPolicy): readonly string[] =>
  namesOf({
    [`minimum length ${seen.minimumLength}`]: seen.minimumLength < wanted.minimumLength,
    'symbols not required': wanted.requireSymbols && !seen.requireSymbols,
    'numbers not required': wanted.requireNumbers && !seen.requireNumbers,
    'uppercase not required': wanted.requireUppercase && !seen.requireUppercase,
    'lowercase not required': wanted.requireLowercase && !seen.requireLowercase,
    'people cannot change their password': wanted.allowUsersToChange && !seen.allowUsersToChange,
    [seen.maxAgeDays === 0 ? 'no expiry' : `expiry after ${seen.maxAgeDays} days`]:
      lifetimeDays(seen) > lifetimeDays(wanted),
    [`${seen.reusePrevention} former passwords refused`]: seen.reusePrevention < wanted.reusePrevention,
  });

const passwordWords = (wanted: PasswordPolicy): string =>
  namesOf({
    [`minimum length ${wanted.minimumLength}`]: true,
    symbols: wanted.requireSymbols,
    numbers: wanted.requireNumbers,
    uppercase: wanted.requireUppercase,
    lowercase: wanted.requireLowercase,
    'people may change theirs': wanted.allowUsersToChange,
    [`expiry after ${wanted.maxAgeDays} days`]: wanted.maxAgeDays > 0,
    [`${wanted.reusePrevention} former passwords refused`]: wanted.reusePrevention > 0,
  }).join(', ');

const blocks = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const;

const openBlocks = (seen: PublicAccessBlock, wanted: PublicAccessBlock): readonly string[] =>
  blocks.filter((block) => wanted[block] && !seen[block]).map((block) => `${block} off`);

const imdsShortcomings = (seen: ImdsDefaults, wanted: ImdsDefaults): readonly string[] =>
  namesOf({
    [`httpTokens ${seen.httpTokens ?? 'not set'}`]: wanted.httpTokens === 'required' && seen.httpTokens !== 'required',
    [`hop limit ${seen.httpPutResponseHopLimit ?? 'not set'}`]:
      (seen.httpPutResponseHopLimit ?? Number.POSITIVE_INFINITY) >
      (wanted.httpPutResponseHopLimit ?? Number.POSITIVE_INFINITY),
  });

/**
 * Under a declarative policy the account cannot set it, and need not: that is a pass, unless what the policy holds the account to
 * is IMDSv1 itself.
 */
const judgeImds = (seen: ImdsDefaults, wanted: ImdsDefaults): Omit<Answer, 'expected'> => {
  if (seen.managedBy !== 'declarative-policy') return byShortcomings(imdsShortcomings(seen, wanted), 'required');
  return seen.httpTokens === 'optional'
    ? { outcome: 'fail', observed: 'httpTokens optional, by a declarative policy' }
    : { outcome: 'pass', observed: 'held by a declarative policy' };
};

const imdsWords = ({ httpTokens, httpPutResponseHopLimit }: ImdsDefaults): string =>
  `httpTokens ${httpTokens ?? 'any'}, hop limit at most ${httpPutResponseHopLimit ?? 'any'}`;

type Seen<Name extends 'snapshotBlockPublicAccess' | 'ebsDefaultKey'> =
  RegionFacts[Name] extends Fact<infer Value> ? Value : never;

/** The milder block of new sharing alone leaves public what is public: only an organization may choose it, by its policy. */
const judgeSnapshots = ({ state, managedBy }: Seen<'snapshotBlockPublicAccess'>): Omit<Answer, 'expected'> => {
  const isHeld = managedBy === 'declarative-policy' && state === 'block-new-sharing';
  return {
    outcome: isHeld || state === 'block-all-sharing' ? 'pass' : 'fail',
    observed: managedBy === 'declarative-policy' ? `${state}, by a declarative policy` : state,
  };
};

const judgeKey = ({ enabled, rotates }: Seen<'ebsDefaultKey'>): Omit<Answer, 'expected'> =>
  byShortcomings(namesOf({ disabled: !enabled, 'no rotation': !rotates }), 'enabled, rotates');

export const hardeningChecks: readonly Check[] = [
  {
    ...row,
    id: '000-04',
    title: 'passwords are strong',
    remediation: applyAgain,
    scope: 'account',
    judge: ({ passwordPolicy }, { settings: { passwordPolicy: wanted } }) =>
      wanted === undefined
        ? notGoverned
        : judged(passwordPolicy, passwordWords(wanted), 'fail', (seen) =>
            byShortcomings(passwordShortcomings(seen, wanted), 'as strong'),
          ),
  },
  {
    ...row,
    id: '000-05',
    title: 'no bucket of the account can be public',
    remediation: applyAgain,
    scope: 'account',
    judge: ({ s3PublicAccessBlock }, { settings: { s3PublicAccessBlock: wanted } }) =>
      wanted === undefined
        ? notGoverned
        : judged(s3PublicAccessBlock, blocks.filter((block) => wanted[block]).join(', '), 'fail', (seen) =>
            byShortcomings(openBlocks(seen, wanted), 'all on'),
          ),
  },
  {
    ...row,
    id: '000-06',
    title: 'new EBS volumes are encrypted',
    remediation: applyAgain,
    scope: 'region',
    where: 'governed',
    judge: ({ ebsEncryption }, { settings: { ebsEncryption: wanted } }) =>
      wanted === undefined
        ? notGoverned
        : judged(ebsEncryption, wanted.enabled ? 'on' : 'any', 'fail', (seen) => ({
            outcome: seen.enabled || !wanted.enabled ? 'pass' : 'fail',
            observed: seen.enabled ? 'on' : 'off',
          })),
  },
  {
    ...row,
    id: 'imds-defaults',
    title: 'new instances answer to IMDSv2 only',
    remediation: `${applyAgain}; under a declarative policy, change the policy`,
    scope: 'region',
    where: 'governed',
    judge: ({ imdsDefaults }, { settings: { imdsDefaults: wanted } }) =>
      wanted === undefined
        ? notGoverned
        : judged(imdsDefaults, imdsWords(wanted), 'fail', (seen) => judgeImds(seen, wanted)),
  },
  {
    ...row,
    id: 'snapshot-sharing',
    title: 'no snapshot of the account can be public',
    remediation: `${putBack('the block')}; under a declarative policy, change the policy`,
    scope: 'region',
    where: 'governed',
    judge: ({ snapshotBlockPublicAccess }, { expectations }) =>
      expectations.snapshotBlockPublicAccess
        ? judged(snapshotBlockPublicAccess, 'block-all-sharing', 'fail', judgeSnapshots)
        : notGoverned,
  },
  {
    ...row,
    module: 'kms-default',
    id: '002-52',
    title: 'the key that EBS encrypts with rotates',
    remediation: `See that the key of ${ebsKeyAlias} is enabled and rotates, then roll the release out again`,
    scope: 'region',
    where: 'governed',
    judge: ({ ebsDefaultKey }) => judged(ebsDefaultKey, 'a key of the account, enabled, rotates', 'fail', judgeKey),
  },
];
