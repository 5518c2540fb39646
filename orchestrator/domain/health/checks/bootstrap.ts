/** G0: the account was entered, it is the one that was meant, and the way in is bounded. G3: nobody can use its root user unseen. */
import type { AccountId } from '../../model/brand';
import { bootstrapPath, ciBoundaryName } from '../../policies/ci-policy';
import { partitionOf } from '../../policies/operator-policy';
import { type Check, few, judged, type Place } from '../check';
import type { RootFacts } from '../facts';
import { judgeCiTrust } from './ci-trust';

/** The one that the bootstrap made: any other, like a managed policy of AWS, may let the role do everything [controls 001-14]. */
export const ciBoundaryArn = (partition: string, account: AccountId): string =>
  `arn:${partition}:iam::${account}:policy${bootstrapPath}${ciBoundaryName}`;

const bootstrap = { gate: 'G0', module: 'bootstrap', severity: 'critical' } as const;

/** Of no module: a setting that only a person can change, in the account or centrally for the organization's members. */
const root = { gate: 'G3', module: 'bootstrap', severity: 'critical' } as const;

const boundaryIn = ({ region, account }: Place): string => ciBoundaryArn(partitionOf(region), account);

const rootWords = ({ password, mfa }: RootFacts): string => {
  if (!password) return 'no password';
  return mfa ? 'password, with MFA' : 'password, without MFA';
};

export const bootstrapChecks: readonly Check[] = [
  {
    ...bootstrap,
    scope: 'account',
    id: '003-36',
    title: 'the CI role leads into this account',
    remediation: 'Bootstrap the account again, and look at who changed the trust of its CI role',
    judge: ({ account, identity }) =>
      judged(identity, `account ${account}`, 'fail', (seen) => ({
        outcome: seen.account === account ? 'pass' : 'fail',
        observed: `account ${seen.account}`,
      })),
  },
  {
    ...bootstrap,
    scope: 'account',
    id: '000-01',
    title: 'the CI role has its permission boundary',
    remediation: 'Put the boundary on the role again, by hand or by bootstrapping; CloudTrail tells who took it off',
    judge: ({ ciRole }, _release, place) =>
      judged(ciRole, boundaryIn(place), 'fail', ({ boundaryArn }) => ({
        outcome: boundaryArn === boundaryIn(place) ? 'pass' : 'fail',
        observed: boundaryArn ?? 'no boundary',
      })),
  },
  {
    gate: 'G3',
    module: 'bootstrap',
    severity: 'critical',
    scope: 'account',
    id: '003-20',
    title: 'the CI role is entered by StackSets, by the orchestrator, and by nobody else',
    remediation: 'Bootstrap the account again, and look in CloudTrail at who changed the trust of its CI role',
    judge: ({ ciRole }, { expectations }, place) =>
      judged(ciRole, 'the trust of the bootstrap, each statement with its conditions', 'fail', ({ trust }) =>
        judgeCiTrust(trust, expectations.entry, place),
      ),
  },
  {
    ...root,
    scope: 'account',
    id: '001-17',
    title: 'the root user has no access key',
    remediation:
      "Delete the key, signed in as root or by the organization's central root access; look at what it was used for",
    judge: ({ root: seen }) =>
      judged(seen, 'no access key', 'fail', ({ accessKeys }) => ({
        outcome: accessKeys ? 'fail' : 'pass',
        observed: accessKeys ? 'an access key' : 'no access key',
      })),
  },
  {
    ...root,
    scope: 'account',
    id: '002-09',
    title: 'the root user has no password, or MFA',
    remediation: "Delete the password by the organization's central root access, or sign in as root and register MFA",
    judge: ({ root: seen }) =>
      judged(seen, 'no password, or MFA', 'fail', (facts) => ({
        outcome: facts.password && !facts.mfa ? 'fail' : 'pass',
        observed: rootWords(facts),
      })),
  },
  {
    gate: 'G3',
    module: 'bootstrap',
    severity: 'advisory',
    scope: 'account',
    id: '002-02',
    title: 'no user has an access key',
    remediation:
      'Have people sign in by IAM Identity Center and programs by roles; deactivate each key first, and delete it when nobody misses it',
    judge: ({ userKeys }) =>
      judged(userKeys, 'no active access key', 'fail', (users) => {
        const holders = users.filter(({ activeKeys }) => activeKeys > 0).map(({ user }) => user);
        return holders.length === 0
          ? { outcome: 'pass', observed: users.length === 0 ? 'no users' : `none of ${users.length} users` }
          : { outcome: 'fail', observed: few(holders) };
      }),
  },
];
