/** From the resources of a stack to the facts that a visitor reads: a wrong template gives wrong facts, and the checks notice. */

import type { RoleFacts, RuleFacts } from '../domain/health/facts';
import type { AccountId, Region } from '../domain/model/brand';
import type { PolicyDocument } from '../domain/policies/policy';
import { accountToken, isObject, type Json, type JsonObject, objects, strings, text } from './intrinsics';
import type { Kind, Made } from './resource-kinds';
import { analyzer, channel, detector, hub, keyUnder, recorder, snapshotBlock, trail } from './safeguards';
import { madeOf, type Resource } from './template';

/** One stack's things by kind and physical name, each as JSON text with the account left open. */
export type Things = { readonly [Of in Kind]: ReadonlyMap<string, string> };
export interface StackContent extends Things {
  /** With the account left open. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names that only one stack of an account can hold: in its region, or, for roles, anywhere. */
  readonly claims: readonly string[];
  /** AWS services for which the stack makes a service-linked role. */
  readonly linkedServices: readonly string[];
  /** AWS services whose service-linked role the stack names where it must exist by then. */
  readonly linkedServicesNamed: readonly string[];
}

/** @throws TemplateError */
export function contentOf(
  template: JsonObject,
  parameters: Readonly<Record<string, string>>,
  place: { readonly region: Region; readonly stackName: string },
): StackContent {
  const { resources, outputs } = madeOf(template, parameters, place);
  const ofType = (type: string): readonly Resource[] => resources.filter((r) => r.type === type);
  /** Things of one kind under their names. */
  const made = <Of extends Kind>(
    type: string,
    factsOf: (resource: Resource) => Made[Of],
    nameOf: (resource: Resource) => string = ({ physicalId }) => physicalId,
  ): ReadonlyMap<string, string> =>
    new Map(ofType(type).map((resource) => [nameOf(resource), JSON.stringify(factsOf(resource))]));

  return {
    outputs,
    roles: made<'roles'>('AWS::IAM::Role', (r) => roleFacts(r, ofType('AWS::IAM::Policy'))),
    topics: made<'topics'>('AWS::SNS::Topic', (r) => topicFacts(r, ofType('AWS::SNS::TopicPolicy')), topicName),
    rules: made<'rules'>('AWS::Events::Rule', ruleFacts),
    trails: made<'trails'>('AWS::CloudTrail::Trail', (r) => trail(r, place.region)),
    recorders: made<'recorders'>('AWS::Config::ConfigurationRecorder', (r) =>
      recorder(r, ofType('AWS::Config::DeliveryChannel').length > 0),
    ),
    channels: made<'channels'>('AWS::Config::DeliveryChannel', channel),
    detectors: made<'detectors'>('AWS::GuardDuty::Detector', detector),
    hubs: made<'hubs'>('AWS::SecurityHub::Hub', (r) => hub(r, ofType('AWS::SecurityHub::Standard'), place.region)),
    analyzers: made<'analyzers'>('AWS::AccessAnalyzer::Analyzer', analyzer),
    keys: made<'keys'>('AWS::KMS::Alias', (r) => keyUnder(r, ofType('AWS::KMS::Key'), place.region)),
    snapshotBlocks: made<'snapshotBlocks'>('AWS::EC2::SnapshotBlockPublicAccess', snapshotBlock),
    claims: resources.flatMap((r) => claimOf(r, place.region)),
    linkedServices: ofType('AWS::IAM::ServiceLinkedRole').map((r) => text(r.properties['AWSServiceName'] ?? '')),
    linkedServicesNamed: [
      ...(ofType('AWS::KMS::Key').some(namesAutoScalingRole) ? ['autoscaling.amazonaws.com'] : []),
      ...(ofType('AWS::Config::ConfigurationRecorder').some(namesConfigRole) ? ['config.amazonaws.com'] : []),
    ],
  };
}

const namesConfigRole = ({ properties }: Resource): boolean =>
  text(properties['RoleARN'] ?? '').endsWith('/AWSServiceRoleForConfig');

/** As a principal; a condition may name a role that is not there. */
const namesAutoScalingRole = ({ properties }: Resource): boolean =>
  objects(document(properties['KeyPolicy'])['Statement']).some((statement) =>
    JSON.stringify(statement['Principal'] ?? '').includes('AWSServiceRoleForAutoScaling'),
  );

const claimedAnywhere = new Set(['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::ServiceLinkedRole']);
const claimedInRegion = new Set([
  'AWS::SNS::Topic',
  'AWS::Events::Rule',
  'AWS::CloudTrail::Trail',
  'AWS::AccessAnalyzer::Analyzer',
  'AWS::KMS::Alias',
]);

const claimOf = ({ type, physicalId }: Resource, region: Region): readonly string[] => {
  if (claimedAnywhere.has(type)) return [`${type} ${physicalId}`];
  return claimedInRegion.has(type) ? [`${type} ${physicalId} in ${region}`] : [];
};

/** Facts for one account. The text came from this file, so its type is known. */
export const inAccount = <T extends Made[Kind]>(facts: string, account: AccountId): T =>
  facts.includes(accountToken) ? JSON.parse(facts.replaceAll(accountToken, account)) : sharedFacts(facts);

/** What says nothing of an account is parsed once for all of them: templates are few, and accounts are many. */
const shared = new Map<string, unknown>();
const sharedMax = 1_000;
function sharedFacts<T>(facts: string): T {
  const known = shared.get(facts);
  if (known !== undefined) return known as T;
  if (shared.size >= sharedMax) shared.clear();
  const parsed: T = JSON.parse(facts);
  shared.set(facts, parsed);
  return parsed;
}

const document = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const topicName = (topic: Resource): string => topic.physicalId.split(':').at(-1) ?? topic.physicalId;

/** A role's session lasts an hour unless it says otherwise [bc:iam:CreateRole]. */
const sessionSecondsDefault = 3600;

/** AWS::IAM::Policy is how aws-cdk-lib attaches inline policies that it learns of late. */
function roleFacts(role: Resource, policies: readonly Resource[]): RoleFacts {
  const { properties } = role;
  const attachedLate = policies.filter((p) => strings(p.properties['Roles']).includes(role.physicalId));
  const inline = [...objects(properties['Policies']), ...attachedLate.map((p) => p.properties)];
  return {
    trust: document(properties['AssumeRolePolicyDocument']),
    maxSessionSeconds: Number(properties['MaxSessionDuration'] ?? sessionSecondsDefault),
    attached: strings(properties['ManagedPolicyArns']),
    inline: Object.fromEntries(inline.map((p) => [text(p['PolicyName'] ?? ''), document(p['PolicyDocument'])])),
    ...(properties['PermissionsBoundary'] !== undefined && { boundaryArn: text(properties['PermissionsBoundary']) }),
  };
}

function topicFacts(topic: Resource, policies: readonly Resource[]): Made['topics'] {
  const policy = policies.find((p) => strings(p.properties['Topics']).includes(topic.physicalId));
  const key = topic.properties['KmsMasterKeyId'];
  return {
    ...(key !== undefined && { kmsKey: text(key) }),
    policy: policy === undefined ? ownerOnly(topic.physicalId) : document(policy.properties['PolicyDocument']),
  };
}

/** The policy that SNS gives a topic without one: its owner alone may publish. */
const ownerOnly = (arn: string): PolicyDocument => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes', 'SNS:SetTopicAttributes'],
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': accountToken } },
    },
  ],
});

function ruleFacts({ properties }: Resource): RuleFacts {
  return {
    state: text(properties['State'] ?? 'ENABLED'),
    pattern: document(properties['EventPattern']),
    targets: objects(properties['Targets']).map((target) => ({
      arn: text(target['Arn'] ?? ''),
      ...(target['RoleArn'] !== undefined && { roleArn: text(target['RoleArn']) }),
      ...(['Input', 'InputPath', 'InputTransformer'].some((input) => target[input] !== undefined) && {
        replacesEvent: true,
      }),
    })),
  };
}
