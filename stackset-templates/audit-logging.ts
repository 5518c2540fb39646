/** Records every API call of the account, in every region, where nobody in the account can change what was recorded. */
import { Aws, CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { moduleTagKey, trailName } from '../orchestrator/domain/model/resource-names';
import { bucketName } from './parameters';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: a multi-region trail with log file validation, to the log archive';

  const bucket = new CfnParameter(stack, 'LogArchiveBucket', {
    ...bucketName,
    description: 'Bucket of the log archive account that receives the trail',
  });
  // One key for the whole organization, in the log archive: a key per member would cost each of them, and protect no better from
  // the administrator of the member.
  const key = new CfnParameter(stack, 'LogArchiveKeyArn', {
    allowedPattern: '^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$',
    maxLength: 256,
    description: 'Key of the log archive that the log files are encrypted with; empty for what the bucket itself uses',
  });
  const hasKey = new CfnCondition(stack, 'HasLogArchiveKey', {
    expression: Fn.conditionNot(Fn.conditionEquals(key.valueAsString, '')),
  });

  new CfnTrail(stack, 'Trail', {
    trailName,
    isLogging: true,
    isMultiRegionTrail: true,
    // IAM, STS and root sign-ins: without them the trail would miss what matters most.
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    s3BucketName: bucket.valueAsString,
    kmsKeyId: Fn.conditionIf(hasKey.logicalId, key.valueAsString, Aws.NO_VALUE).toString(),
    tags: [{ key: moduleTagKey, value: 'audit-logging' }],
  });
}
