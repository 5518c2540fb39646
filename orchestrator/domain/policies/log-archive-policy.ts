/** The log archive's policies: services of the organization's accounts write, over TLS, and nobody deletes. */
import type { PolicyDocument } from './policy';

interface Archive {
  readonly partition: string;
  readonly account: string;
  readonly organization: string;
}

const services = { cloudTrail: 'cloudtrail.amazonaws.com', config: 'config.amazonaws.com' };

/**
 * The organization is that of the account for which the service writes. Without it anybody's trail, in any organization, could
 * deliver here: the service would be a confused deputy [doc:IAM/confused-deputy].
 */
const ofOrganization = (organization: string) => ({ StringEquals: { 'aws:SourceOrgID': organization } });

export const logBucketPolicy = ({
  bucketArn,
  organization,
}: Pick<Archive, 'organization'> & { readonly bucketArn: string }) => {
  const Condition = ofOrganization(organization);
  const everything = [bucketArn, `${bucketArn}/*`];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ServicesLookAtTheBucket',
        Effect: 'Allow',
        Principal: { Service: [services.cloudTrail, services.config] },
        Action: ['s3:GetBucketAcl', 's3:ListBucket'],
        Resource: bucketArn,
        Condition,
      },
      {
        Sid: 'TrailsDeliver',
        Effect: 'Allow',
        Principal: { Service: services.cloudTrail },
        Action: 's3:PutObject',
        Resource: `${bucketArn}/AWSLogs/*`,
        Condition,
      },
      {
        Sid: 'RecordersDeliver',
        Effect: 'Allow',
        Principal: { Service: services.config },
        Action: 's3:PutObject',
        Resource: `${bucketArn}/AWSLogs/*/Config/*`,
        Condition,
      },
      {
        Sid: 'OnlyOverTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: everything,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        // The lifecycle rules of the bucket are no requests, so this does not affect them.
        Sid: 'NobodyDeletes',
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:BypassGovernanceRetention', 's3:DeleteBucket', 's3:DeleteObject', 's3:DeleteObjectVersion'],
        Resource: everything,
      },
    ],
  } as const satisfies PolicyDocument;
};

export const logKeyPolicy = ({ partition, account, organization }: Archive) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountKeepsItsKey',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        // Decrypt too: with an S3 bucket key, a writer reads the bucket's key first [doc:AmazonS3/bucket-key].
        Sid: 'ServicesEncrypt',
        Effect: 'Allow',
        Principal: { Service: [services.cloudTrail, services.config] },
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: ofOrganization(organization),
      },
    ],
  }) as const satisfies PolicyDocument;
