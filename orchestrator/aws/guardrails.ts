/** Reads for `doctor` outside the member accounts: the log archive bucket and organization-wide services. */
import {
  DescribeOrganizationConfigurationCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { IAMClient, ListOrganizationsFeaturesCommand } from '@aws-sdk/client-iam';
import { OrganizationsClient, paginateListPolicies } from '@aws-sdk/client-organizations';
import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { errors } from '../domain/errors';
import type { Archive } from '../domain/health/guardrails';
import { partitionOf } from '../domain/model/partition';
import type { Outside } from '../ports/surroundings';
import type { Clients } from './clients';
import { parseDocument } from './facts/reading';
import { calling, finding } from './failures';
import { everyItem } from './pages';

export const createGuardrails = (clients: Clients, home: string): Outside => ({
  archive: (bucket) => readArchive(clients.in(S3Client, home), bucket),
  newDetectors: async (region) => {
    const client = clients.in(GuardDutyClient, region);
    const listing = `guardduty:ListDetectors in ${region}`;
    const { DetectorIds: [detectorId] = [] } = await calling(listing, () => client.send(new ListDetectorsCommand({})));
    if (detectorId === undefined) throw errors.incompleteAnswer(listing, 'a detector');
    const call = `guardduty:DescribeOrganizationConfiguration in ${region}`;
    const { AutoEnableOrganizationMembers: autoEnable } = await calling(call, () =>
      client.send(new DescribeOrganizationConfigurationCommand({ DetectorId: detectorId })),
    );
    if (autoEnable === undefined) throw errors.incompleteAnswer(call, 'AutoEnableOrganizationMembers');
    return { detectorId, autoEnable };
  },
  rootFeatures: async () => {
    // Without trusted access the organization has no such features [bc:iam:ListOrganizationsFeatures].
    const found = await finding('iam:ListOrganizationsFeatures', ['ServiceAccessNotEnabled'], () =>
      clients.in(IAMClient, home).send(new ListOrganizationsFeaturesCommand({})),
    );
    return found?.EnabledFeatures ?? [];
  },
  servicePolicies: async () => {
    const client = clients.in(OrganizationsClient, partitionOf(home).organizationsRegion);
    const pages = paginateListPolicies({ client }, { Filter: 'SERVICE_CONTROL_POLICY' });
    const policies = await everyItem('organizations:ListPolicies', pages, (page) => page.Policies);
    return policies.map(({ Name = '' }) => Name);
  },
});

async function readArchive(client: S3Client, bucket: string): Promise<Archive> {
  const Bucket = bucket;
  const { Status: versioning = 'off' } = await calling(`s3:GetBucketVersioning ${bucket}`, () =>
    client.send(new GetBucketVersioningCommand({ Bucket })),
  );
  const policy = await finding(`s3:GetBucketPolicy ${bucket}`, ['NoSuchBucketPolicy'], () =>
    client.send(new GetBucketPolicyCommand({ Bucket })),
  );
  const lock = await finding(
    `s3:GetBucketObjectLockConfiguration ${bucket}`,
    ['ObjectLockConfigurationNotFoundError'],
    () => client.send(new GetObjectLockConfigurationCommand({ Bucket })),
  );
  const { Mode: mode, Days: days, Years: years } = lock?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  return {
    versioning,
    ...(policy && { policy: parseDocument(policy.Policy) }),
    ...(mode && { objectLock: `object lock ${mode} for ${years ? `${years} years` : `${days} days`}` }),
  };
}
