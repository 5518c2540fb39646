/** From the resources of a stack to the facts that a visitor reads: a wrong template gives wrong facts, and the checks notice. */
import type { AccountId, Region } from '../domain/brand';
import type { PolicyDocument, RoleFacts, RuleFacts, TopicFacts } from '../domain/facts';
import { accountToken, isObject, type Json, type JsonObject, objects, strings, text } from './intrinsics';
import { type Resource, resourcesOf } from './template';

/** Facts of one stack as JSON text with the account left open, by physical name. */
export interface StackContent {
  readonly roles: ReadonlyMap<string, string>;
  readonly topics: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, string>;
  /** Names that only one stack of an account can hold: in its region, or, for roles, anywhere. */
  readonly claims: readonly string[];
}

/** @throws TemplateError */
export function contentOf(
  template: JsonObject,
  parameters: Readonly<Record<string, string>>,
  place: { readonly region: Region; readonly stackName: string },
): StackContent {
  const resources = resourcesOf(template, parameters, place);
  const ofType = (type: string): readonly Resource[] => resources.filter((r) => r.type === type);
  const roles = ofType('AWS::IAM::Role');
  const topics = ofType('AWS::SNS::Topic');
  const rules = ofType('AWS::Events::Rule');
  return {
    roles: frozen(
      roles,
      (r) => r.physicalId,
      (r) => roleFacts(r, ofType('AWS::IAM::Policy')),
    ),
    topics: frozen(topics, topicName, (r) =>
      topicFacts(r, ofType('AWS::SNS::TopicPolicy'), ofType('AWS::SNS::Subscription')),
    ),
    rules: frozen(rules, (r) => r.physicalId, ruleFacts),
    claims: [
      ...roles.map((r) => `AWS::IAM::Role ${r.physicalId}`),
      ...[...topics, ...rules].map((r) => `${r.type} ${r.physicalId} in ${place.region}`),
    ],
  };
}

export type SubscriptionFacts = TopicFacts['subscriptions'][number];

/** Facts for one account. The text came from this file, so its type is known. */
export const inAccount = <T extends RoleFacts | TopicFacts | RuleFacts>(facts: string, account: AccountId): T =>
  JSON.parse(facts.replaceAll(accountToken, account));

const frozen = (
  resources: readonly Resource[],
  nameOf: (resource: Resource) => string,
  factsOf: (resource: Resource) => RoleFacts | TopicFacts | RuleFacts,
): ReadonlyMap<string, string> => new Map(resources.map((r) => [nameOf(r), JSON.stringify(factsOf(r))]));

const document = (value: Json | undefined): PolicyDocument => (isObject(value) ? value : {});
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
  };
}

function topicFacts(topic: Resource, policies: readonly Resource[], subscriptions: readonly Resource[]): TopicFacts {
  const policy = policies.find((p) => strings(p.properties['Topics']).includes(topic.physicalId));
  const apart = subscriptions.map((s) => s.properties).filter((s) => s['TopicArn'] === topic.physicalId);
  return {
    policy: policy === undefined ? ownerOnly(topic.physicalId) : document(policy.properties['PolicyDocument']),
    subscriptions: [...objects(topic.properties['Subscription']), ...apart].map((s): SubscriptionFacts => {
      const protocol = text(s['Protocol'] ?? '');
      // Who subscribes an address must confirm it; queues and functions of the same account need not [bc:sns:Subscribe].
      return { protocol, endpoint: text(s['Endpoint'] ?? ''), confirmed: !protocol.startsWith('email') };
    }),
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
    enabled: text(properties['State'] ?? 'ENABLED').startsWith('ENABLED'),
    pattern: document(properties['EventPattern']),
    targetArns: objects(properties['Targets']).map((target) => text(target['Arn'] ?? '')),
  };
}
