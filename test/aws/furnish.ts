/** Fills a member account through its services' own APIs, as somebody else's tools would. */
import { randomUUID } from 'node:crypto';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { EC2Client, EnableEbsEncryptionByDefaultCommand, ModifyEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, EnableKeyRotationCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { EnableSecurityHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Clients } from '../../orchestrator/aws/clients';

type Member = Pick<Clients, 'in'>;

/** An operator role with two inline policies, EBS encryption, and two of the alert rules. */
export async function furnish(member: Member, region: string) {
  const role = await anOperatorRole(member, region);
  const alerts = await alertsOf(member, region);
  await member.in(EC2Client, region).send(new EnableEbsEncryptionByDefaultCommand({}));
  return { ...role, ...alerts };
}

async function anOperatorRole(member: Member, region: string) {
  const iam = member.in(IAMClient, region);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] };
  const fencingToken = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', NotAction: ['iam:*'], Resource: '*' }] };
  const RoleName = 'InfraAdmin';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyDocument = JSON.stringify(fencingToken);
  for (const PolicyName of ['region-deny', 'self-protect'])
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  const { Policy: policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'Admin', PolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policy?.Arn }));
  return { trust, fencingToken, policyArn: policy?.Arn };
}

async function alertsOf(member: Member, region: string) {
  const events = member.in(EventBridgeClient, region);
  const pattern = { 'detail-type': ['AWS Console Sign In via CloudTrail'] };
  const EventPattern = JSON.stringify(pattern);
  const Rule = 'strongroom-root-user';
  const target = {
    arn: `arn:aws:events:${region}:333344445555:event-bus/strongroom-alerts`,
    roleArn: 'arn:aws:iam::111122223333:role/baseline/strongroom-alerts-us-east-1',
  };
  await events.send(new PutRuleCommand({ Name: Rule, EventPattern, State: 'ENABLED' }));
  await events.send(
    new PutTargetsCommand({ Rule, Targets: [{ Id: 'security', Arn: target.arn, RoleArn: target.roleArn }] }),
  );
  await events.send(new PutRuleCommand({ Name: 'strongroom-guardduty-findings', EventPattern, State: 'DISABLED' }));
  // Of somebody who took the prefix.
  await events.send(new PutRuleCommand({ Name: 'strongroom-other', EventPattern, State: 'ENABLED' }));
  return { target, pattern };
}

/** Everything that records and watches, in one region. */
export async function watch(member: Member, region: string, tags: Readonly<Record<string, string>> = {}) {
  await aTrail(member, region, 'strongroom-trail');
  await recording(member, region, 'strongroom-recorder');
  const detectorId = await aDetector(member, region, tags);
  await member.in(SecurityHubClient, region).send(new EnableSecurityHubCommand({ Tags: tags }));
  return { detectorId };
}

export async function aTrail(member: Member, region: string, name: string, multiRegion = true): Promise<void> {
  const S3BucketName = await aBucket(member);
  const trails = member.in(CloudTrailClient, region);
  await trails.send(
    new CreateTrailCommand({
      Name: name,
      S3BucketName,
      IsMultiRegionTrail: multiRegion,
      EnableLogFileValidation: true,
      KmsKeyId: 'alias/logs',
    }),
  );
  await trails.send(new StartLoggingCommand({ Name: name }));
}

/** moto wants the bucket in the account itself; buckets of all accounts share their names. */
async function aBucket(member: Member): Promise<string> {
  const Bucket = `log-archive-${randomUUID()}`;
  await member.in(S3Client, 'us-east-1').send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

export const recorderRole =
  'arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';

export async function recording(member: Member, region: string, name: string): Promise<void> {
  const config = member.in(ConfigServiceClient, region);
  const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
  await config.send(
    new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name, roleARN: recorderRole, recordingGroup } }),
  );
  const s3BucketName = await aBucket(member);
  await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: name }));
}

export async function aDetector(member: Member, region: string, tags: Readonly<Record<string, string>> = {}) {
  const { DetectorId: id } = await member
    .in(GuardDutyClient, region)
    .send(new CreateDetectorCommand({ Enable: true, Tags: tags }));
  return id;
}

/** A rotating key of the account's own. */
export async function aKey(member: Member, region: string, alias?: string): Promise<string> {
  const kms = member.in(KMSClient, region);
  const { KeyMetadata: { KeyId, Arn: arn = '' } = { KeyId: '' } } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new EnableKeyRotationCommand({ KeyId }));
  if (alias !== undefined) await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  return arn;
}

/** One that EBS encrypts with. */
export async function aDefaultKey(member: Member, region: string): Promise<string> {
  const arn = await aKey(member, region);
  await member.in(EC2Client, region).send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: arn }));
  return arn;
}

export async function aStack(
  member: Member,
  region: string,
  name: string,
  Outputs: Readonly<Record<string, { readonly Value: string }>> = {},
): Promise<void> {
  const TemplateBody = JSON.stringify({
    Parameters: { Level: { Type: 'String' } },
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: `topic-of-${name.length}` } } },
    Outputs,
  });
  const Parameters = [{ ParameterKey: 'Level', ParameterValue: 'high' }];
  await member
    .in(CloudFormationClient, region)
    .send(new CreateStackCommand({ StackName: name, TemplateBody, Parameters }));
}

/** With an access key, in an account whose credential report is made. */
export async function aUser(member: Member, region: string, UserName = 'jo'): Promise<void> {
  const iam = member.in(IAMClient, region);
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await iam.send(new GenerateCredentialReportCommand({}));
}
