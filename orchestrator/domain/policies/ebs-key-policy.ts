/** The policy of the default EBS key: exactly as open as that of the AWS managed key, which it replaces. */
import type { PolicyDocument } from './policy';

const use = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Nobody is named as a principal but the account: KMS refuses a policy that names a role that is not there, as the Auto Scaling
 * service-linked role is not in a fresh account [controls 003-31]. A condition may name it, and holds as soon as it exists.
 */
export const ebsKeyPolicy = ({ partition, account, region }: Place) => {
  const autoScaling = `arn:${partition}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const inAccount = { 'kms:CallerAccount': account };
  return {
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
        // Like the AWS managed key: a principal that may launch an instance may use its encrypted volumes.
        Sid: 'WhoeverUsesEbs',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [...use, 'kms:CreateGrant'],
        Resource: '*',
        Condition: { StringEquals: { ...inAccount, 'kms:ViaService': `ec2.${region}.amazonaws.com` } },
      },
      {
        Sid: 'AutoScalingUses',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: use,
        Resource: '*',
        Condition: { StringEquals: inAccount, ArnEquals: { 'aws:PrincipalArn': autoScaling } },
      },
      {
        Sid: 'AutoScalingLends',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: {
          StringEquals: inAccount,
          ArnEquals: { 'aws:PrincipalArn': autoScaling },
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        },
      },
    ],
  } as const satisfies PolicyDocument;
};
