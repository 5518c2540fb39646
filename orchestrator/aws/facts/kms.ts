import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import { calling } from '../failures';
import type { Session } from '../sessions';
import { readEbsDefaultKeyId } from './ec2';

/** KMS makes and keeps this one itself; asked about it by this name, it would make it [bc:kms:DescribeKey]. */
const awsManagedAlias = 'alias/aws/ebs';

/** Absent where EBS encrypts with AWS's own key: then the account has set none. */
export async function readEbsDefaultKey(session: Session, region: string) {
  const id = await readEbsDefaultKeyId(session, region);
  if (id === undefined || id.endsWith(awsManagedAlias)) return undefined;
  const kms = session.clients.in(KMSClient, region);
  const { KeyMetadata: key } = await calling(`kms:DescribeKey in ${region}`, () =>
    kms.send(new DescribeKeyCommand({ KeyId: id })),
  );
  if (key?.KeyManager === 'AWS') return undefined;
  const { KeyRotationEnabled: rotates = false } = await calling(`kms:GetKeyRotationStatus in ${region}`, () =>
    kms.send(new GetKeyRotationStatusCommand({ KeyId: id })),
  );
  return { arn: key?.Arn ?? id, enabled: key?.Enabled ?? false, rotates };
}
