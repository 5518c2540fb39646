/**
 * IAM actions that creating the resources of a template takes, by resource type, after the create handlers of the published schemas.
 * Only what every such resource needs is listed: the schemas also name actions for features that the stacks do not use.
 */
import type { Template } from './template';

const byType: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['apigateway:POST'],
  'AWS::ApiGatewayV2::Authorizer': ['apigateway:POST'],
  'AWS::ApiGatewayV2::Integration': ['apigateway:POST'],
  'AWS::ApiGatewayV2::Route': ['apigateway:POST'],
  'AWS::ApiGatewayV2::Stage': ['apigateway:POST'],
  'AWS::CloudFormation::StackSet': ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'],
  'AWS::CloudFront::Distribution': ['cloudfront:CreateDistribution', 'cloudfront:TagResource'],
  'AWS::CloudFront::OriginAccessControl': ['cloudfront:CreateOriginAccessControl'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['cloudfront:CreateResponseHeadersPolicy'],
  'AWS::CloudWatch::Alarm': ['cloudwatch:PutMetricAlarm'],
  'AWS::DynamoDB::Table': ['dynamodb:CreateTable', 'dynamodb:UpdateContinuousBackups', 'dynamodb:UpdateTimeToLive'],
  'AWS::Events::EventBus': ['events:CreateEventBus'],
  'AWS::Events::EventBusPolicy': ['events:PutPermission'],
  'AWS::Events::Rule': ['events:PutRule', 'events:PutTargets'],
  'AWS::IAM::ManagedPolicy': ['iam:CreatePolicy'],
  'AWS::IAM::Policy': ['iam:PutRolePolicy'],
  'AWS::IAM::Role': ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:TagRole', 'iam:PassRole'],
  'AWS::KMS::Alias': ['kms:CreateAlias'],
  'AWS::KMS::Key': ['kms:CreateKey', 'kms:EnableKeyRotation', 'kms:PutKeyPolicy'],
  'AWS::Lambda::EventSourceMapping': ['lambda:CreateEventSourceMapping'],
  'AWS::Lambda::EventInvokeConfig': ['lambda:PutFunctionEventInvokeConfig'],
  'AWS::Lambda::Function': ['lambda:CreateFunction', 'lambda:TagResource'],
  'AWS::Lambda::LayerVersion': ['lambda:PublishLayerVersion'],
  'AWS::Lambda::Permission': ['lambda:AddPermission'],
  'AWS::Logs::LogGroup': ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
  'AWS::Logs::MetricFilter': ['logs:PutMetricFilter'],
  'AWS::S3::Bucket': ['s3:CreateBucket', 's3:PutEncryptionConfiguration', 's3:PutBucketPublicAccessBlock'],
  'AWS::S3::BucketPolicy': ['s3:PutBucketPolicy'],
  'AWS::SNS::Subscription': ['sns:Subscribe'],
  'AWS::SNS::Topic': ['sns:CreateTopic'],
  'AWS::SNS::TopicPolicy': ['sns:SetTopicAttributes'],
  'AWS::SQS::Queue': ['sqs:CreateQueue'],
  'AWS::SQS::QueuePolicy': ['sqs:SetQueueAttributes'],
  'AWS::StepFunctions::StateMachine': ['states:CreateStateMachine'],
  'AWS::StepFunctions::StateMachineAlias': ['states:CreateStateMachineAlias'],
  'AWS::StepFunctions::StateMachineVersion': ['states:PublishStateMachineVersion'],
  'Custom::CDKBucketDeployment': ['lambda:InvokeFunction'],
};

export const typesWithActions: readonly string[] = Object.keys(byType);

/** What deploying any stack takes. */
const always = ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet', 'cloudformation:DescribeStacks'];
/** The CDK bootstrap: a bucket, a repository, roles and a parameter. */
const bootstrap = ['s3:CreateBucket', 's3:PutObject', 'iam:CreateRole', 'ssm:PutParameter', 'ecr:CreateRepository'];

export function actionsFor(template: Template, hasAssets: boolean): readonly string[] {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const needed = [...always, ...(hasAssets ? bootstrap : []), ...types.flatMap((type) => byType[type] ?? [])];
  return [...new Set(needed)].toSorted();
}
