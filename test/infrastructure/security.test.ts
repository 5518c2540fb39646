/** The stack of the security account: who may send, publish, encrypt and write there, and what it watches itself. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyDocument, statementsOf } from '../../orchestrator/domain/policies/policy';
import { accountToken } from '../../orchestrator/simulated/intrinsics';
import { madeOf, parseTemplate } from '../../orchestrator/simulated/template';
import { matchesIn } from '../domain/policies/event-matcher';
import { type Decision, decide } from '../stackset-templates/policy-evaluator';

const security = '333344445555';
const deployments = '999988887777';
const home = 'eu-west-1';
const bus = `arn:aws:events:${home}:${security}:event-bus/strongroom-alerts`;
const topic = `arn:aws:sns:${home}:${security}:strongroom-alerts`;
const bucket = `arn:aws:s3:::strongroom-alerts-${security}-${home}`;

const stackId =
  'arn:aws:cloudformation:eu-west-1:333344445555:stack/StrongroomSecurity/0a1b2c3d-1111-2222-3333-444455556666';
const template = parseTemplate(
  readFileSync(join(__dirname, '../../dist/infrastructure/StrongroomSecurity.template.json'), 'utf8').replaceAll(
    '{"Ref":"AWS::StackId"}',
    JSON.stringify(stackId),
  ),
);
const made = (email = 'security@example.com') =>
  JSON.parse(
    JSON.stringify(
      madeOf(
        template,
        { OrganizationId: 'o-exampleorgid', OrchestratorAccountId: deployments, AlertEmail: email },
        { region: home, stackName: 'StrongroomSecurity' },
      ).resources,
    ).replaceAll(accountToken, security),
  ) as readonly {
    readonly logicalId: string;
    readonly type: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
const resources = made();
const properties = (logicalId: string) => {
  const found = resources.find((resource) => resource.logicalId === logicalId);
  if (found === undefined) throw new Error(`there is no ${logicalId}`);
  return found.properties;
};
/** References that only CloudFormation resolves are put in place. */
const policyIn = (logicalId: string, property: string): PolicyDocument => {
  const text = JSON.stringify(properties(logicalId)[property])
    .replaceAll(/"[\w-]*Bus[\w.]*\.Arn"/g, `"${bus}"`)
    .replaceAll(/[\w-]*Accounts[\w-]*\.Arn/g, bucket);
  const value = JSON.parse(text);
  return 'Statement' in value ? value : { Version: '2012-10-17', Statement: [value] };
};

test('it has one bus, one topic, one key and one subscription', () => {
  const count = (type: string): number => resources.filter((resource) => resource.type === type).length;

  expect(['AWS::Events::EventBus', 'AWS::SNS::Topic', 'AWS::KMS::Key', 'AWS::SNS::Subscription'].map(count)).toEqual([
    1, 1, 1, 1,
  ]);
  expect(made('').filter(({ type }) => type === 'AWS::SNS::Subscription')).toEqual([]);
});

interface Table {
  readonly of: readonly [string, string];
  readonly rows: readonly Row[];
}
interface Row {
  readonly what: string;
  readonly as: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly decision: Decision;
}
const { about: _about, ...tables }: { readonly about: string; readonly [of: string]: Table | string } = JSON.parse(
  readFileSync(join(__dirname, '../scenarios/alerts/security-account.json'), 'utf8'),
);

describe.each(Object.entries(tables as Readonly<Record<string, Table>>))(
  'the policy of the %s',
  (_name, { of: [logicalId, property], rows }) => {
    test.each(rows.map((row) => [row.what, row.decision, row] as const))(
      '%s: %s',
      (_what, decision, { as, action, resource, context = {} }) => {
        expect(decide([policyIn(logicalId, property)], { action, context, resource, as })).toBe(decision);
      },
    );

    test('denies more than it allows', () => {
      const count = (decision: Decision) => rows.filter((row) => row.decision === decision).length;

      expect(count('denied')).toBeGreaterThan(count('allowed'));
    });
  },
);

test('the key is for this account alone: no service and no other account may use it', () => {
  const principals = statementsOf(properties('Key')['KeyPolicy'] as PolicyDocument).map(({ Principal }) => Principal);

  expect(principals).toEqual([{ AWS: `arn:aws:iam::${security}:root` }]);
});

test('forwarded events are matched with read-only calls, and only of AWS services', () => {
  const { EventPattern, State } = properties('Forwarded');

  expect(State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  // PutEvents refuses a source that begins with `aws.`, so a member cannot make one up.
  expect(matchesIn([EventPattern], [{ source: 'aws.iam' }, { source: 'acme.fake' }, { source: 'xaws.iam' }])).toEqual([
    [true],
    [false],
    [false],
  ]);
});

describe('what the account watches of its own', () => {
  const call = (service: string, eventName: string, requestParameters: object, readOnly = false) => ({
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventSource: `${service}.amazonaws.com`, eventName, readOnly, requestParameters },
  });
  const rows: readonly (readonly [what: string, event: object, heard: boolean])[] = [
    ['the bus is deleted', call('events', 'DeleteEventBus', { name: 'strongroom-alerts' }), true],
    ['the bus is opened', call('events', 'PutPermission', { eventBusName: 'strongroom-alerts' }), true],
    [
      'the rule of the bus is disabled',
      call('events', 'DisableRule', { name: 'strongroom-alerts', eventBusName: 'strongroom-alerts' }),
      true,
    ],
    ['the rule loses its target', call('events', 'RemoveTargets', { rule: 'strongroom-alerts' }), true],
    ['the rule that watches is deleted', call('events', 'DeleteRule', { name: 'strongroom-alerts-watch' }), true],
    ['the topic is deleted', call('sns', 'DeleteTopic', { topicArn: topic }), true],
    ['the topic gets another key or policy', call('sns', 'SetTopicAttributes', { topicArn: topic }), true],
    ['somebody subscribes', call('sns', 'Subscribe', { topicArn: topic }), true],
    ['the address is unsubscribed', call('sns', 'Unsubscribe', { subscriptionArn: `${topic}:0a1b` }), true],
    [
      'the subscription gets a filter',
      call('sns', 'SetSubscriptionAttributes', { subscriptionArn: `${topic}:0a1b` }),
      true,
    ],
    [
      'the queue is deleted',
      call('sqs', 'DeleteQueue', { queueUrl: `https://sqs.${home}.amazonaws.com/${security}/strongroom-alerts` }),
      true,
    ],
    [
      'the queue is emptied',
      call('sqs', 'PurgeQueue', { queueUrl: `https://sqs.${home}.amazonaws.com/${security}/strongroom-alerts` }),
      true,
    ],
    [
      'the code of the function is replaced',
      call('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'strongroom-alerts' }),
      true,
    ],
    [
      'the function is throttled to nothing',
      call('lambda', 'PutFunctionConcurrency20171031', {
        functionName: `arn:aws:lambda:${home}:${security}:function:strongroom-alerts`,
      }),
      true,
    ],
    [
      'the role of the function loses its policy',
      call('iam', 'DeleteRolePolicy', { roleName: 'strongroom-alerts' }),
      true,
    ],
    [
      'the bucket is opened',
      call('s3', 'PutBucketPolicy', { bucketName: `strongroom-alerts-${security}-${home}` }),
      true,
    ],
    [
      'the alias of the key is moved',
      call('kms', 'UpdateAlias', { aliasName: 'alias/strongroom-alerts', targetKeyId: 'k' }),
      true,
    ],
    [
      'a topic of somebody else is deleted',
      call('sns', 'DeleteTopic', { topicArn: `arn:aws:sns:${home}:${security}:orders` }),
      false,
    ],
    ['the topic is looked at', call('sns', 'GetTopicAttributes', { topicArn: topic }, true), false],
    ['a role of somebody else is changed', call('iam', 'PutRolePolicy', { roleName: 'app' }), false],
  ];
  const pattern = properties('OwnAlerting')['EventPattern'];
  const matched = matchesIn(
    [pattern],
    rows.map(([, event]) => event),
  );

  test.each(rows.map(([what, , heard], index) => [what, heard, index] as const))('%s: %s', (_what, heard, index) => {
    expect(matched[index]).toEqual([heard]);
  });

  test.each(['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKeyRotation'])(
    '%s of its key',
    (eventName) => {
      const { EventPattern: text } = properties('OwnAlerting');
      const [, keyId = ''] = /"keyId":\["([^"]+)"/.exec(JSON.stringify(text)) ?? [];

      expect(
        matchesIn([text], [call('kms', eventName, { keyId }), call('kms', eventName, { keyId: 'another' })]),
      ).toEqual([[true], [false]]);
    },
  );

  test('fits into the quota of EventBridge', () => {
    expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2_048);
  });
});
