/** The bootstrapped gate checks the way into the account; the access-controlled gate checks that nobody else uses it or the root user. */
import type { AccountId } from '../../model/brand';
import { partitionOf } from '../../model/partition';
import { bootstrapPath, ciBoundaryName } from '../../policies/ci-policy';
import { readerPolicyName } from '../../policies/reader-policy';
import { type Check, few, judged, type Place } from '../check';
import type { RootFacts } from '../facts';
import { judgeBootstrapTrust } from './ci-trust';

/** Only the boundary that the bootstrap made counts: another policy, like a managed policy of AWS, may allow everything [controls 001-14]. */
export const ciBoundaryArn = (partition: string, account: AccountId): string =>
  `arn:${partition}:iam::${account}:policy${bootstrapPath}${ciBoundaryName}`;

export const readerPolicyArn = (partition: string, account: AccountId): string =>
  `arn:${partition}:iam::${account}:policy${bootstrapPath}${readerPolicyName}`;

const bootstrap = { gate: 'bootstrapped', module: 'bootstrap', severity: 'critical' } as const;

/** Belongs to no module: only a person can change it, in the account or centrally for all member accounts. */
const root = { gate: 'access-controlled', module: 'bootstrap', severity: 'critical' } as const;

/** Also the answer about an account that cannot be entered at all. */
export const ciRoleAccess = {
  ...bootstrap,
  id: 'ci-role-gives-access',
  control: '003-36',
  title: 'The CI role gives access to the account',
} as const;

const rootWords = ({ password, mfa }: RootFacts): string => {
  if (!password) return 'no password';
  return mfa ? 'a password with MFA' : 'a password without MFA';
};

const names = { ci: 'CI role', reader: 'reader role' } as const;

/** Boundary and trust policy of a role that the bootstrap made. */
function checksOf(
  role: 'ci' | 'reader',
  { boundary, title }: { readonly boundary: (partition: string, account: AccountId) => string; readonly title: string },
): readonly Check[] {
  const fact = `${role}Role` as const;
  const boundaryIn = ({ region, account }: Place): string => boundary(partitionOf(region).id, account);
  return [
    {
      ...bootstrap,
      scope: 'account',
      id: `${role}-role-has-permissions-boundary`,
      control: '000-01',
      title: `The ${names[role]} has its permissions boundary`,
      needs: [fact],
      remediation:
        'Attach the boundary to the role again or bootstrap the account again; CloudTrail shows who removed it',
      judge: ({ [fact]: seen }, _release, place) =>
        judged(seen, boundaryIn(place), 'fail', ({ boundaryArn }) => ({
          outcome: boundaryArn === boundaryIn(place) ? 'pass' : 'fail',
          observed: boundaryArn ?? 'no boundary',
        })),
    },
    {
      ...root,
      scope: 'account',
      id: `${role}-role-trust-matches-bootstrap`,
      control: '003-20',
      title,
      needs: [fact],
      remediation: `Bootstrap the account again, and check in CloudTrail who changed the trust policy of its ${names[role]}`,
      judge: ({ [fact]: seen }, { expectations }, place) =>
        judged(seen, 'the trust policy of the bootstrap, with all its conditions', 'fail', ({ trust }) =>
          judgeBootstrapTrust(role, trust, expectations.entry, place),
        ),
    },
  ];
}

export const bootstrapChecks: readonly Check[] = [
  {
    ...ciRoleAccess,
    scope: 'account',
    needs: ['identity'],
    remediation: 'Bootstrap the account again, and check in CloudTrail who changed the trust policy of its CI role',
    judge: ({ account, identity }) =>
      judged(identity, `account ${account}`, 'fail', (seen) => ({
        outcome: seen.account === account ? 'pass' : 'fail',
        observed: `account ${seen.account}`,
      })),
  },
  ...checksOf('ci', { boundary: ciBoundaryArn, title: 'Only StackSets and the orchestrator can assume the CI role' }),
  ...checksOf('reader', { boundary: readerPolicyArn, title: 'Only the orchestrator can assume the reader role' }),
  {
    ...root,
    scope: 'account',
    id: 'root-user-has-no-access-key',
    control: '001-17',
    title: 'The root user has no access key',
    needs: ['root'],
    remediation:
      'Find out what the key was used for, then delete it as the root user or with central root access of the organization',
    judge: ({ root: seen }) =>
      judged(seen, 'no access key', 'fail', ({ accessKeys }) => ({
        outcome: accessKeys ? 'fail' : 'pass',
        observed: accessKeys ? 'an access key' : 'no access key',
      })),
  },
  {
    ...root,
    scope: 'account',
    id: 'root-user-requires-mfa',
    control: '002-09',
    title: 'The root user has MFA or no password',
    needs: ['root'],
    remediation:
      'Delete the password with central root access of the organization, or sign in as the root user and register an MFA device',
    judge: ({ root: seen }) =>
      judged(seen, 'no password, or a password with MFA', 'fail', (facts) => ({
        outcome: facts.password && !facts.mfa ? 'fail' : 'pass',
        observed: rootWords(facts),
      })),
  },
  {
    ...root,
    severity: 'advisory',
    scope: 'account',
    id: 'iam-users-have-no-access-keys',
    control: '002-02',
    title: 'No IAM user has an active access key',
    needs: ['userKeys'],
    remediation:
      'Move people to IAM Identity Center and programs to roles; deactivate each key first, and delete it when nothing uses it',
    judge: ({ userKeys }) =>
      judged(userKeys, 'no active access key', 'fail', (users) => {
        const holders = users.filter(({ activeKeys }) => activeKeys > 0).map(({ user }) => user);
        return holders.length === 0
          ? { outcome: 'pass', observed: users.length === 0 ? 'no users' : `no active key of ${users.length} users` }
          : { outcome: 'fail', observed: `active keys of ${few(holders)}` };
      }),
  },
];
