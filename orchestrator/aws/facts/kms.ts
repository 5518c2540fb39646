import { DescribeKeyCommand, GetKeyRotationStatusCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { calling } from '../failures';
import type { Session } from '../sessions';
import { readEbsDefaultKeyId } from './ec2';

/** The alias of the AWS managed key. Describing it by this name would create the key [bc:kms:DescribeKey]. */
const awsManagedAlias = 'alias/aws/ebs';

/** undefined if EBS encrypts with the AWS managed key. */
export async function readChosenEbsKey(session: Session, region: string): Promise<string | undefined> {
  const id = await readEbsDefaultKeyId(session, region);
  return id?.endsWith(awsManagedAlias) ? undefined : id;
}

export async function describeKey({ clients }: Session, region: string, id: string): Promise<KeyMetadata | undefined> {
  const { KeyMetadata: key } = await calling(`kms:DescribeKey in ${region}`, () =>
    clients.in(KMSClient, region).send(new DescribeKeyCommand({ KeyId: id })),
  );
  return key;
}

/** undefined if EBS encrypts with the AWS managed key, that is if the account has chosen none. */
export async function readEbsDefaultKey(session: Session, region: string) {
  const id = await readChosenEbsKey(session, region);
  if (id === undefined) return undefined;
  const key = await describeKey(session, region, id);
  if (key?.KeyManager === 'AWS') return undefined;
  const { KeyRotationEnabled: rotates = false } = await calling(`kms:GetKeyRotationStatus in ${region}`, () =>
    session.clients.in(KMSClient, region).send(new GetKeyRotationStatusCommand({ KeyId: id })),
  );
  return { arn: key?.Arn ?? id, enabled: key?.Enabled ?? false, rotates };
}
