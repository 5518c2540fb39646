import { diagnose, type Installation } from '../../../orchestrator/domain/health/doctor';
import type { Look } from '../../../orchestrator/domain/health/finding';
import {
  parseAccountId,
  parseOrganizationId,
  parseRegion,
  parseRolloutId,
  parseWaveName,
} from '../../../orchestrator/domain/model/brand';

const seen = <T>(value: T): Look<T> => ({ kind: 'seen', value });
const refused = { kind: 'refused', code: 'AwsRefused', why: 'it was denied', next: 'allow it' } as const;
const denied = { ...refused, code: 'AccessDenied' } as const;
const rollout = parseRolloutId('ro-20261122-090000-k3f9');
const account = parseAccountId('111122223333');
const waves = (count: number, accounts: number) =>
  Array.from({ length: count }, (_, index) => ({ name: parseWaveName(`wave-${index}`), accounts }));

const healthy: Installation = {
  caller: seen({ account, arn: 'arn:aws:iam::111122223333:user/jo' }),
  clockOffByMs: seen(0),
  organization: seen({ id: parseOrganizationId('o-0123456789'), managementAccountId: account }),
  listing: seen(5_007),
  delegatedServices: seen(['member.org.stacksets.cloudformation.amazonaws.com']),
  trustedServices: seen(['member.org.stacksets.cloudformation.amazonaws.com']),
  deploymentsAccount: account,
  callerEnters: true,
  closedRegions: seen([]),
  organizationTrail: seen(true),
  organizationsRegion: parseRegion('us-east-1'),
  administrationRole: { name: 'Administration', exists: seen(true) },
  state: { place: 'table records', rollouts: seen(3), unrecorded: seen([]) },
  definitionProblems: seen([]),
  plan: seen({ modules: 6, regions: 4, waves: waves(5, 1_000) }),
  quotas: seen({ stackSets: 1_000, instancesPerStackSet: 100_000, instancesAtOnce: 10_000 }),
  alerts: seen({ email: 'a@b.c', state: 'confirmed', topic: 'arn:topic' }),
  guardrails: {
    rootFeatures: seen(['RootCredentialsManagement', 'RootSessions']),
    servicePolicies: seen(['FullAWSAccess']),
  },
  samples: [{ account, wave: parseWaveName('dev'), looked: seen({ unusable: [], skipped: [] }) }],
};

test('where all is well, nothing is left to do', () => {
  expect(diagnose(healthy).map(({ verdict, next }) => `${verdict}${next}`)).toEqual(Array(17).fill('ok'));
});

const region = parseRegion('af-south-1');
const subscribed = (state: 'pending' | 'absent', since?: string) =>
  seen({ email: 'a@b.c', state, since, topic: 'arn:topic' });
const rows: readonly { change: Partial<Installation>; check: string; verdict: string; saw: string; next: string }[] = [
  {
    change: { alerts: subscribed('pending', '2026-11-20T08:00:00.000Z') },
    check: 'alerts',
    verdict: 'unknown',
    saw: 'a@b.c has not confirmed the subscription since 2026-11-20T08:00:00.000Z, when a sweep first saw it',
    next: 'open the link in the mail from AWS',
  },
  {
    change: { alerts: subscribed('pending') },
    check: 'alerts',
    verdict: 'unknown',
    saw: 'a@b.c has not confirmed the subscription',
    next: 'after 48 hours AWS deletes the subscription',
  },
  {
    change: { alerts: subscribed('absent') },
    check: 'alerts',
    verdict: 'problem',
    saw: 'a@b.c is not subscribed, so nobody receives the alerts',
    next: 'aws sns subscribe --topic-arn arn:topic --protocol email --notification-endpoint a@b.c',
  },
  { change: { alerts: denied }, check: 'alerts', verdict: 'unknown', saw: 'denied', next: 'allow it' },
  { change: { caller: refused }, check: 'credentials', verdict: 'problem', saw: 'denied', next: 'allow it' },
  {
    change: { deploymentsAccount: parseAccountId('999988887777') },
    check: 'credentials',
    verdict: 'problem',
    saw: `account ${account} as arn:aws:iam::111122223333:user/jo, but installation.deployments is account 999988887777`,
    next: 'credentials of the Deployments account',
  },
  {
    change: { closedRegions: seen([region]) },
    check: 'administrator regions',
    verdict: 'problem',
    saw: `account ${account}, which has the StackSets, has not enabled af-south-1`,
    next: `aws account enable-region --account-id ${account} --region-name af-south-1`,
  },
  {
    change: { organizationTrail: seen(false) },
    check: 'events of accounts',
    verdict: 'unknown',
    saw: 'without a trail in the management account, accounts that move or join by invitation send no event',
    next: 'aws cloudtrail describe-trails',
  },
  {
    change: { quotas: seen({ stackSets: 1_000, instancesPerStackSet: 100_000, instancesAtOnce: 500 }) },
    check: 'quotas',
    verdict: 'problem',
    saw: 'a stage changes up to 8000 stack instances at once, but the quota is 500',
    next: '--quota-code L-6A4B2F69 --desired-value 10000',
  },
  { change: { clockOffByMs: refused }, check: 'clock', verdict: 'unknown', saw: 'denied', next: 'allow it' },
  {
    change: { clockOffByMs: seen(120_001) },
    check: 'clock',
    verdict: 'problem',
    saw: '120 seconds behind',
    next: 'set',
  },
  { change: { clockOffByMs: seen(-3_600_000) }, check: 'clock', verdict: 'problem', saw: 'ahead of', next: 'set' },
  { change: { clockOffByMs: seen(120_000) }, check: 'clock', verdict: 'ok', saw: 'agrees', next: '' },
  {
    change: { organization: refused },
    check: 'organization',
    verdict: 'problem',
    saw: 'denied',
    next: 'aws organizations describe-organization',
  },
  {
    change: { listing: denied },
    check: 'listing',
    verdict: 'problem',
    saw: 'denied',
    next: `--account-id ${account} --service-principal member.org.stacksets`,
  },
  {
    change: { listing: { ...refused, code: 'Throttled' } },
    check: 'listing',
    verdict: 'problem',
    saw: 'denied',
    next: 'allow it',
  },
  {
    change: {
      organization: seen({
        id: parseOrganizationId('o-0123456789'),
        managementAccountId: parseAccountId('999988887777'),
      }),
    },
    check: 'delegation',
    verdict: 'ok',
    saw: `account ${account} is delegated administrator for member.org.stacksets`,
    next: '',
  },
  { change: { delegatedServices: refused }, check: 'delegation', verdict: 'unknown', saw: 'denied', next: 'allow it' },
  { change: { plan: refused }, check: 'plan', verdict: 'problem', saw: 'denied', next: 'allow it' },
  { change: { quotas: refused }, check: 'quotas', verdict: 'unknown', saw: 'denied', next: 'allow it' },
  {
    change: { trustedServices: seen(['config.amazonaws.com']) },
    check: 'trusted access',
    verdict: 'problem',
    saw: 'no trusted access',
    next: 'activate-organizations-access',
  },
  {
    change: { administrationRole: { name: 'Mine', exists: seen(false) } },
    check: 'administration role',
    verdict: 'problem',
    saw: 'no role Mine in account 111122223333',
    next: 'run `strongroom install`',
  },
  {
    change: { state: { place: 'table records', rollouts: refused, unrecorded: refused } },
    check: 'state',
    verdict: 'problem',
    saw: 'denied',
    next: 'allow it',
  },
  {
    change: {
      state: {
        place: 'table records',
        rollouts: seen(3),
        unrecorded: seen([{ id: rollout, because: 'its end is lost' }]),
      },
    },
    check: `rollout ${rollout}`,
    verdict: 'problem',
    saw: 'it is over: its end is lost',
    next: `close it with \`strongroom resume ${rollout}\``,
  },
  {
    change: { state: { place: 'table records', rollouts: seen(3), unrecorded: refused } },
    check: 'rollouts',
    verdict: 'unknown',
    saw: 'denied',
    next: 'allow it',
  },
  {
    change: { definitionProblems: seen(['SCHEMA: no States']) },
    check: 'state machine',
    verdict: 'problem',
    saw: 'SCHEMA: no States',
    next: 'npm run build',
  },
  {
    change: { plan: seen({ modules: 11, regions: 1, waves: waves(91, 1) }) },
    check: 'quotas',
    verdict: 'problem',
    saw: 'need 1001 StackSets, but the quota is 1000',
    next: '--quota-code L-EC62D81A --desired-value 1001',
  },
  {
    change: { plan: seen({ modules: 10, regions: 4, waves: waves(100, 25_000) }) },
    check: 'quotas',
    verdict: 'ok',
    saw: '1000 of 1000 StackSets',
    next: '',
  },
  {
    change: { plan: seen({ modules: 1, regions: 4, waves: [...waves(1, 10), ...waves(2, 25_001)] }) },
    check: 'quotas',
    verdict: 'problem',
    saw: '100004 instances',
    next: '--quota-code L-C8225BA5 --desired-value 100004',
  },
  {
    change: { quotas: seen({ stackSets: 29, instancesPerStackSet: 100_000, instancesAtOnce: 10_000 }) },
    check: 'quotas',
    verdict: 'problem',
    saw: 'but the quota is 29',
    next: 'merge waves',
  },
  {
    change: {
      samples: [
        {
          account,
          wave: parseWaveName('dev'),
          looked: seen({ unusable: [{ region, why: 'not opted in' }], skipped: [] }),
        },
      ],
    },
    check: `account ${account} of wave dev`,
    verdict: 'problem',
    saw: 'af-south-1: not opted in',
    next: `aws account enable-region --account-id ${account} --region-name af-south-1`,
  },
  {
    change: {
      samples: [{ account, wave: parseWaveName('dev'), looked: { ...refused, code: 'CannotEnterAccount' } }],
    },
    check: `account ${account} of wave dev`,
    verdict: 'problem',
    saw: 'denied',
    next: `--region us-east-1 --stack-set-name StrongroomBootstrap --stack-instance-account ${account}`,
  },
  {
    change: {
      callerEnters: false,
      samples: [{ account, wave: parseWaveName('dev'), looked: { ...refused, code: 'CannotEnterAccount' } }],
    },
    check: `account ${account} of wave dev`,
    verdict: 'unknown',
    saw: 'arn:aws:iam::111122223333:user/jo is not a role that CI roles let in, so this says nothing about the account',
    next: 'add your role to installation.people',
  },
];

test.each(rows)('$check: $saw', ({ change, check, verdict, saw, next }) => {
  const others = diagnose({ ...healthy, ...change }).filter((finding) => finding.check !== check);
  const found = diagnose({ ...healthy, ...change }).find((finding) => finding.check === check);

  expect(found).toEqual({ check, verdict, saw: expect.stringContaining(saw), next: expect.stringContaining(next) });
  expect(others.every((finding) => finding.verdict === 'ok')).toBe(true);
});
