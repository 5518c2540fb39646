/** A key of the account's own for EBS, in place of the one that AWS manages and nobody can set a policy on. */
import { Aws, CfnDeletionPolicy, type Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { ebsKeyAlias, moduleTagKey } from '../orchestrator/domain/model/resource-names';
import { ebsKeyPolicy } from '../orchestrator/domain/policies/ebs-key-policy';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: a rotating key for EBS volumes';

  const key = new CfnKey(stack, 'EbsKey', {
    description: 'Encrypts EBS volumes',
    keyPolicy: ebsKeyPolicy({ partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: Aws.REGION }),
    enableKeyRotation: true,
    pendingWindowInDays: 30,
    tags: [{ key: moduleTagKey, value: 'kms-default' }],
  });
  // Volumes outlive the stack, and without their key they are lost.
  key.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  key.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  new CfnAlias(stack, 'EbsKeyAlias', { aliasName: ebsKeyAlias, targetKeyId: key.ref });
}
