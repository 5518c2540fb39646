/** What `doctor` asks outside of the members: of moto where it speaks the API, of the gateway where it does not. */
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createGuardrails } from '../../orchestrator/aws/guardrails';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { logBucketPolicy } from '../../orchestrator/domain/policies/log-archive-policy';
import { type Answer, queryFault } from '../emulator/gateway';
import { motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault, xml } from '../emulator/moto-gaps';
import { useVisits } from '../emulator/moto-visits';

const home = parseRegion(motoRegion);
const filled = fillGaps();
const visits = useVisits(() => filled);

const guardrails = () => createGuardrails(visits.clients, home);
const s3 = () => visits.clients.in(S3Client, home);
const json = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('the bucket of the log archive', () => {
  const policy = logBucketPolicy({ bucketArn: 'arn:aws:s3:::guarded', organization: 'o-abcde12345' });

  it('is seen with versions, policy and lock', async () => {
    const Bucket = 'guarded';
    await s3().send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await s3().send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 30 } };
    await s3().send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
      }),
    );

    expect(await guardrails().archive(Bucket)).toEqual({
      versioning: 'Enabled',
      policy,
      objectLock: 'object lock GOVERNANCE for 30 days',
    });
  });

  it('is seen bare', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: 'bare' }));

    expect(await guardrails().archive('bare')).toEqual({ versioning: 'off' });
  });

  it('of another account is refused', async () => {
    visits.instead = ({ service }) => (service === 's3' ? queryFault(403, 'AccessDenied', 'no') : undefined);

    await expect(guardrails().archive('theirs')).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('GuardDuty of new accounts', () => {
  const answering = (detectors: readonly string[], configuration: () => Answer): void => {
    visits.instead = ({ action }) => {
      if (action === 'GET /detector') return json({ detectorIds: detectors });
      return action === 'GET /detector/d1/admin' ? configuration() : undefined;
    };
  };

  it('is enabled for whom the administrator says', async () => {
    answering(['d1'], () => json({ autoEnableOrganizationMembers: 'NEW', memberAccountLimitReached: false }));

    expect(await guardrails().newDetectors(home)).toEqual({ detectorId: 'd1', autoEnable: 'NEW' });
  });

  it.each<[string, readonly string[], () => Answer]>([
    ['who has no detector', [], () => json({})],
    ['who is not the administrator', ['d1'], () => jsonFault(400, 'BadRequestException', 'not an administrator')],
    ['whom nothing is said', ['d1'], () => json({ memberAccountLimitReached: false })],
  ])('is not known to one %s', async (_who, detectors, configuration) => {
    answering(detectors, configuration);

    await expect(guardrails().newDetectors(home)).rejects.toMatchObject({ code: 'AwsRefused' });
  });
});

describe('the root users of the members', () => {
  const answering = (answer: Answer): void => {
    visits.instead = ({ action }) => (action === 'ListOrganizationsFeatures' ? answer : undefined);
  };

  it('are managed as far as the organization has it', async () => {
    const features = '<EnabledFeatures><member>RootSessions</member></EnabledFeatures>';
    answering(
      xml(
        'ListOrganizationsFeatures',
        `<ListOrganizationsFeaturesResult>${features}</ListOrganizationsFeaturesResult>`,
      ),
    );

    expect(await guardrails().rootFeatures()).toEqual(['RootSessions']);
  });

  it('are not managed where IAM is not trusted by the organization', async () => {
    answering(queryFault(400, 'ServiceAccessNotEnabled', 'no trusted access'));

    expect(await guardrails().rootFeatures()).toEqual([]);
  });

  it('are not to be seen by one who may not ask', async () => {
    answering(queryFault(403, 'AccessDenied', 'no'));

    await expect(guardrails().rootFeatures()).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

test('the service control policies are named', async () => {
  visits.instead = ({ action }) =>
    action === 'ListPolicies' ? json({ Policies: [{ Name: 'FullAWSAccess' }, { Name: 'fence' }] }) : undefined;

  expect(await guardrails().servicePolicies()).toEqual(['FullAWSAccess', 'fence']);
});
