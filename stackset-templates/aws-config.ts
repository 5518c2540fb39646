/** Records how every resource is configured, and when it changed. */
import { Aws, CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnConfigurationRecorder, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { deliveryChannelName, recorderName } from '../orchestrator/domain/model/resource-names';
import { bucketName, region } from './parameters';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: the configuration recorder, delivering to the log archive';

  const bucket = new CfnParameter(stack, 'LogArchiveBucket', {
    ...bucketName,
    description: 'Bucket of the log archive account that receives what is recorded',
  });
  const home = new CfnParameter(stack, 'HomeRegion', {
    ...region,
    description: 'Region in which global resources, like IAM roles, are recorded',
  });
  // Recorded in every region, each IAM role would be paid for in every region [aws-behavior 5.7].
  const isHome = new CfnCondition(stack, 'IsHomeRegion', {
    expression: Fn.conditionEquals(Aws.REGION, home.valueAsString),
  });

  // Neither waits for the other: CloudFormation starts the recorder once the channel is there, and a channel needs a recorder.
  new CfnConfigurationRecorder(stack, 'Recorder', {
    name: recorderName,
    // AWS keeps the permissions of this role up to date. It is not made here: a second creation in the account would fail
    // [controls 0.1], so preflight makes sure of it.
    roleArn: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
    recordingGroup: {
      allSupported: true,
      includeGlobalResourceTypes: Fn.conditionIf(isHome.logicalId, true, false),
    },
  });
  new CfnDeliveryChannel(stack, 'DeliveryChannel', { name: deliveryChannelName, s3BucketName: bucket.valueAsString });
}
