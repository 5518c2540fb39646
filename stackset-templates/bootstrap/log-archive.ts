/** Where every account's trail and recorder deliver to: in an account of its own, where nobody who is recorded can reach. */
import { Aws, CfnCondition, CfnDeletionPolicy, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { logBucketPolicy, logKeyPolicy } from '../../orchestrator/domain/policies/log-archive-policy';
import { bucketName, organizationId } from '../parameters';

const coldAfterDays = 365;
/** Seven years, with the leap days. */
const expireAfterDays = 2557;

export function logArchive(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: the bucket and the key of the log archive';

  const organization = new CfnParameter(stack, 'OrganizationId', {
    ...organizationId,
    description: 'Organization whose accounts deliver here',
  });
  const name = new CfnParameter(stack, 'BucketName', {
    ...bucketName,
    description: 'Name of the bucket; modules.audit-logging.logArchiveBucket in strongroom.yaml',
  });

  const key = new CfnKey(stack, 'Key', {
    description: 'Encrypts the logs of the organization',
    keyPolicy: logKeyPolicy({
      partition: Aws.PARTITION,
      account: Aws.ACCOUNT_ID,
      organization: organization.valueAsString,
    }),
    enableKeyRotation: true,
    pendingWindowInDays: 30,
  });
  new CfnAlias(stack, 'KeyAlias', { aliasName: 'alias/strongroom-log-archive', targetKeyId: key.ref });
  const bucket = archiveBucket(stack, name.valueAsString, key.attrArn);
  // Logs outlive the stack, and are lost without their key.
  for (const kept of [key, bucket]) {
    kept.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    kept.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }
  new CfnBucketPolicy(stack, 'BucketPolicy', {
    bucket: bucket.ref,
    policyDocument: logBucketPolicy({ bucketArn: bucket.attrArn, organization: organization.valueAsString }),
  });
}

function archiveBucket(stack: Stack, name: string, keyArn: string): CfnBucket {
  const expiry = new CfnParameter(stack, 'ExpireAfterDays', {
    type: 'Number',
    minValue: coldAfterDays + 1,
    maxValue: 36_500,
    default: expireAfterDays,
    description: 'Days after which logs are deleted',
  });
  const lock = new CfnParameter(stack, 'ObjectLockDays', {
    type: 'Number',
    minValue: 0,
    maxValue: 36_500,
    default: 0,
    description:
      'Days for which governance mode keeps every version of a log; 0 for none. Not for a bucket that AWS Config delivers to: ' +
      'it cannot write where objects are locked by default',
  });
  const isLocked = new CfnCondition(stack, 'IsLocked', {
    expression: Fn.conditionNot(Fn.conditionEquals(lock.valueAsString, '0')),
  });
  const ifLocked = (value: unknown) => Fn.conditionIf(isLocked.logicalId, value, Aws.NO_VALUE);

  return new CfnBucket(stack, 'Bucket', {
    bucketName: name,
    versioningConfiguration: { status: 'Enabled' },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    bucketEncryption: {
      serverSideEncryptionConfiguration: [
        {
          serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          // One request to KMS for many objects: every account of the organization writes here, every few minutes.
          bucketKeyEnabled: true,
        },
      ],
    },
    lifecycleConfiguration: {
      rules: [
        {
          id: 'cold-then-gone',
          status: 'Enabled',
          transitions: [{ storageClass: 'GLACIER', transitionInDays: coldAfterDays }],
          expirationInDays: expiry.valueAsNumber,
          noncurrentVersionExpiration: { noncurrentDays: coldAfterDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    objectLockEnabled: ifLocked(true),
    objectLockConfiguration: ifLocked({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: lock.valueAsString } },
    }),
  });
}
