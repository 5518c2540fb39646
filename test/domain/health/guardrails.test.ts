/** What `doctor` says of the protection that no visit to a member sees. */

import type { Look } from '../../../orchestrator/domain/health/finding';
import { type Archive, type Guardrails, guardrailFindings } from '../../../orchestrator/domain/health/guardrails';
import { parseRegion } from '../../../orchestrator/domain/model/brand';
import { logBucketPolicy } from '../../../orchestrator/domain/policies/log-archive-policy';

const seen = <T>(value: T): Look<T> => ({ kind: 'seen', value });
const denied = { kind: 'refused', code: 'AccessDenied', why: 'it was denied', next: 'allow it' } as const;

const policy = logBucketPolicy({ bucketArn: 'arn:aws:s3:::logs', organization: 'o-abcde12345' });
const archive: Archive = { versioning: 'Enabled', policy, objectLock: 'object lock GOVERNANCE for 30 days' };
const region = parseRegion('eu-west-1');
const guarded: Guardrails = {
  archive: { bucket: 'logs', look: seen(archive) },
  newDetectors: { region, look: seen({ detectorId: 'd1', autoEnable: 'ALL' }) },
  rootFeatures: seen(['RootCredentialsManagement', 'RootSessions']),
  servicePolicies: seen(['FullAWSAccess', 'leave', 'fence', 'protect', 'production']),
};

test('where everything is guarded, each finding says so', () => {
  expect(guardrailFindings(guarded)).toEqual([
    {
      check: 'log archive',
      verdict: 'ok',
      saw: 'bucket logs has versioning, allows access by AWS services only, object lock GOVERNANCE for 30 days',
      next: '',
    },
    {
      check: 'GuardDuty in new accounts',
      verdict: 'ok',
      saw: 'enabled automatically in all accounts, in eu-west-1',
      next: '',
    },
    { check: 'root users', verdict: 'ok', saw: 'root users of member accounts are managed centrally', next: '' },
    {
      check: 'service control policies',
      verdict: 'ok',
      saw: 'FullAWSAccess, leave, fence and 2 more; Strongroom neither creates nor judges them',
      next: '',
    },
  ]);
});

const bucket = (change: Partial<Archive>): Partial<Guardrails> => ({
  archive: { bucket: 'logs', look: seen({ ...archive, ...change }) },
});
const letting = (statement: object) => bucket({ policy: { Statement: [...policy.Statement, statement] } });
const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' };
const features = (...names: readonly string[]): Partial<Guardrails> => ({ rootFeatures: seen(names) });

interface Row {
  readonly change: Partial<Guardrails>;
  readonly check: string;
  readonly saw: string;
  readonly next: string;
}
test.each<Row>([
  ...['Suspended', 'off'].map((versioning) => ({
    change: bucket({ versioning }),
    check: 'log archive',
    saw: `versioning of bucket logs is ${versioning}`,
    next: 'put-bucket-versioning --bucket logs --versioning-configuration Status=Enabled',
  })),
  { change: bucket({ policy: undefined }), check: 'log archive', saw: 'has no policy', next: 'template log-archive' },
  {
    change: letting({ ...allow, Principal: { AWS: 'arn:aws:iam::444455556666:role/app' } }),
    check: 'log archive',
    saw: 'allows access by arn:aws:iam::444455556666:role/app',
    next: 'template log-archive',
  },
  {
    change: letting({
      ...allow,
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcde12345' } },
    }),
    check: 'log archive',
    saw: 'allows access by *',
    next: 'template log-archive',
  },
  {
    change: letting({ ...allow, NotPrincipal: { Service: 'config.amazonaws.com' } }),
    check: 'log archive',
    saw: 'allows access by all principals except some',
    next: 'template log-archive',
  },
  ...['NEW', 'NONE'].map((autoEnable) => ({
    change: { newDetectors: { region, look: seen({ detectorId: 'd1', autoEnable }) } },
    check: 'GuardDuty in new accounts',
    saw: `auto-enable is ${autoEnable} instead of ALL`,
    next: '--region eu-west-1 --detector-id d1 --auto-enable-organization-members ALL',
  })),
  {
    change: features('RootCredentialsManagement'),
    check: 'root users',
    saw: 'centrally: RootSessions not enabled',
    next: 'in the management account: `aws iam enable-organizations-root-sessions`',
  },
  {
    change: features('RootSessions'),
    check: 'root users',
    saw: 'centrally: RootCredentialsManagement not enabled',
    next: 'in the management account: `aws iam enable-organizations-root-credentials-management`',
  },
  {
    change: features(),
    check: 'root users',
    saw: 'RootCredentialsManagement, RootSessions not enabled',
    next: 'enable-aws-service-access --service-principal iam.amazonaws.com`, `aws iam enable-organizations-root-credentials',
  },
])('$saw: a problem, with what to do', ({ change, check, saw, next }) => {
  const findings = guardrailFindings({ ...guarded, ...change });

  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([
    { check, verdict: 'problem', saw: expect.stringContaining(saw), next: expect.stringContaining(next) },
  ]);
});

test('a bucket without object lock is no problem: AWS Config cannot write to one that locks by default', () => {
  const [finding] = guardrailFindings({ ...guarded, ...bucket({ objectLock: undefined }) });

  expect(finding).toMatchObject({ verdict: 'ok', saw: expect.stringMatching(/no object lock$/) });
});

test('what cannot be seen from here is unknown, with the command that asks where it can', () => {
  const findings = guardrailFindings({
    archive: { bucket: 'logs', look: denied },
    newDetectors: { region, look: denied },
    rootFeatures: denied,
    servicePolicies: denied,
  });

  expect(findings.map(({ verdict, saw, next }) => [verdict, saw, next])).toEqual(
    [
      'in the account of the log archive: `aws s3api get-bucket-versioning --bucket logs`',
      'in the account that administers GuardDuty: `aws guardduty describe-organization-configuration --region eu-west-1',
      'in the management account: `aws iam list-organizations-features`',
      'in the management account: `aws organizations list-policies --filter SERVICE_CONTROL_POLICY`',
    ].map((next) => ['unknown', 'it was denied', expect.stringContaining(next)]),
  );
});

test('nothing is asked of a bucket or a detector that is not for us to look at', () => {
  const { archive: _archive, newDetectors: _detectors, ...others } = guarded;

  expect(guardrailFindings(others).map(({ check }) => check)).toEqual(['root users', 'service control policies']);
});
