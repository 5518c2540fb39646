import {
  DescribeRegionsCommand,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetInstanceMetadataDefaultsCommand,
  GetSnapshotBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import type { ImdsDefaults } from '../../domain/model/settings';
import { calling } from '../failures';
import type { Session } from '../sessions';

export async function readEbsEncryption({ clients }: Session, region: string): Promise<{ readonly enabled: boolean }> {
  const found = await calling(`ec2:GetEbsEncryptionByDefault in ${region}`, () =>
    clients.in(EC2Client, region).send(new GetEbsEncryptionByDefaultCommand({})),
  );
  return { enabled: found.EbsEncryptionByDefault ?? false };
}

/** The effective defaults; absent fields are "no preference" [bc:ec2:GetInstanceMetadataDefaults]. */
export async function readImdsDefaults({ clients }: Session, region: string): Promise<ImdsDefaults> {
  const { AccountLevel: level } = await calling(`ec2:GetInstanceMetadataDefaults in ${region}`, () =>
    clients.in(EC2Client, region).send(new GetInstanceMetadataDefaultsCommand({})),
  );
  const hopLimit = level?.HttpPutResponseHopLimit;
  return {
    ...(level?.HttpTokens && { httpTokens: level.HttpTokens }),
    ...(hopLimit !== undefined && hopLimit > 0 && { httpPutResponseHopLimit: hopLimit }),
    ...(level?.ManagedBy && { managedBy: level.ManagedBy }),
  };
}

/** The effective state, so one that a declarative policy holds is seen too [bc:ec2:GetSnapshotBlockPublicAccessState]. */
export async function readSnapshotBlockPublicAccess({ clients }: Session, region: string) {
  const found = await calling(`ec2:GetSnapshotBlockPublicAccessState in ${region}`, () =>
    clients.in(EC2Client, region).send(new GetSnapshotBlockPublicAccessStateCommand({})),
  );
  return { state: found.State ?? '', managedBy: found.ManagedBy ?? '' };
}

export async function readEbsDefaultKeyId({ clients }: Session, region: string): Promise<string | undefined> {
  const found = await calling(`ec2:GetEbsDefaultKmsKeyId in ${region}`, () =>
    clients.in(EC2Client, region).send(new GetEbsDefaultKmsKeyIdCommand({})),
  );
  return found.KmsKeyId;
}

/** Regions that the account has not opted in to. It distinguishes "not opted in" from "still activating", for which EC2 gives the same answer. */
export async function regionsNotOptedIn({ clients, home }: Session): Promise<ReadonlySet<string>> {
  const { Regions: regions = [] } = await calling('ec2:DescribeRegions', () =>
    clients.in(EC2Client, home).send(new DescribeRegionsCommand({ AllRegions: true })),
  );
  return new Set(regions.flatMap((r) => (r.OptInStatus === 'not-opted-in' && r.RegionName ? r.RegionName : [])));
}
