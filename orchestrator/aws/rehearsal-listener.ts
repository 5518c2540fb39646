/** A rule, a queue, a topic and a role in the caller's own account, all of one name. */
import {
  DeleteRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  paginateListTopics,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  paginateListQueues,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { isStrongroomError, messageOf } from '../domain/errors';
import { rehearsalPrefix } from '../domain/model/resource-names';
import { controlSource, type HeardEvents, type Rehearsal } from '../ports/rehearsal';
import type { Clients } from './clients';
import { calling, field, finding } from './failures';
import { everyItem } from './pages';

const operationChange = 'CloudFormation StackSet Operation Status Change';
/** Longer than a rehearsal may take. */
const retentionSeconds = 4 * 3_600;
const receivesMax = 20;
const messagesAtOnce = 10;
const [queueTarget, topicTarget] = ['queue', 'topic'];
const policyName = 'publish';

type Listener = Pick<Rehearsal, 'listen' | 'sendControl' | 'heard' | 'listeners' | 'stopListening'>;

export function createListener(clients: Clients, home: string): Listener {
  const place: Place = { clients, home };
  return {
    listen: async (name) => {
      const queueArn = await listenWithQueue(place, name);
      try {
        await listenWithTopic(place, name, queueArn);
        return { is: 'listening' };
      } catch (error) {
        // A caller who may create no role can still listen with the queue.
        if (!isStrongroomError(error) || error.retriable) throw error;
        return { is: error.code === 'AwsRefused' ? 'refused' : 'failed', because: messageOf(error) };
      }
    },
    sendControl: async (name) => {
      const entry = { Source: controlSource, DetailType: 'Rehearsal', Detail: JSON.stringify({ name }) };
      await calling('events:PutEvents', () => eventsOf(place).send(new PutEventsCommand({ Entries: [entry] })));
    },
    heard: (name) => heard(place, name),
    listeners: () => listeners(place),
    stopListening: (name) => stopListening(place, name),
  };
}

interface Place {
  readonly clients: Clients;
  readonly home: string;
}
const eventsOf = ({ clients, home }: Place) => clients.in(EventBridgeClient, home);
const queuesOf = ({ clients, home }: Place) => clients.in(SQSClient, home);
const topicsOf = ({ clients, home }: Place) => clients.in(SNSClient, home);
const rolesOf = ({ clients, home }: Place) => clients.in(IAMClient, home);

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** @returns the ARN of the queue. */
async function listenWithQueue(place: Place, name: string): Promise<string> {
  const { Arn: caller = '', Account: account = '' } = await calling('sts:GetCallerIdentity', () =>
    place.clients.in(STSClient, place.home).send(new GetCallerIdentityCommand({})),
  );
  const queueArn = `arn:${caller.split(':')[1] ?? 'aws'}:sqs:${place.home}:${account}:${name}`;
  const Policy = policyOf({
    Effect: 'Allow',
    Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  });
  await calling('sqs:CreateQueue', () =>
    queuesOf(place).send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: { Policy, MessageRetentionPeriod: String(retentionSeconds) },
      }),
    ),
  );
  const EventPattern = JSON.stringify({
    source: ['aws.cloudformation', controlSource],
    'detail-type': [operationChange, 'Rehearsal'],
  });
  await calling('events:PutRule', () => eventsOf(place).send(new PutRuleCommand({ Name: name, EventPattern })));
  await calling('events:PutTargets', () =>
    eventsOf(place).send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: queueTarget, Arn: queueArn }] })),
  );
  return queueArn;
}

/** The policy that SNS gives a topic admits its owner only, so EventBridge needs the role. */
async function listenWithTopic(place: Place, name: string, queueArn: string): Promise<void> {
  const { TopicArn = '' } = await calling('sns:CreateTopic', () =>
    topicsOf(place).send(new CreateTopicCommand({ Name: name })),
  );
  await calling('sns:Subscribe', () =>
    topicsOf(place).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn })),
  );
  const AssumeRolePolicyDocument = policyOf({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  const made = await calling('iam:CreateRole', () =>
    rolesOf(place).send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument })),
  );
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn });
  await calling('iam:PutRolePolicy', () =>
    rolesOf(place).send(new PutRolePolicyCommand({ RoleName: name, PolicyName: policyName, PolicyDocument })),
  );
  const target = { Id: topicTarget, Arn: TopicArn, RoleArn: made.Role?.Arn };
  await calling('events:PutTargets', () =>
    eventsOf(place).send(new PutTargetsCommand({ Rule: name, Targets: [target] })),
  );
}

async function heard(place: Place, name: string): Promise<HeardEvents> {
  const url = (await queueUrls(place)).find((one) => nameIn(one) === name);
  const events: unknown[] = [];
  let isTopicHeard = false;
  for (let receives = 0; url !== undefined && receives < receivesMax; receives++) {
    // Received messages are hidden for a while, so the next call returns other ones.
    const { Messages = [] } = await calling('sqs:ReceiveMessage', () =>
      queuesOf(place).send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: messagesAtOnce })),
    );
    if (Messages.length === 0) break;
    for (const { Body } of Messages) {
      const body = parsed(Body);
      // SNS wraps what a topic was sent.
      const wrapped = field(body, 'Message');
      isTopicHeard ||= wrapped !== undefined;
      events.push(wrapped === undefined ? body : parsed(wrapped));
    }
  }
  return { events, isTopicHeard };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const nameIn = (urlOrArn: string): string => urlOrArn.split(/[/:]/).at(-1) ?? urlOrArn;
const isOurs = (name: string): boolean => name.startsWith(rehearsalPrefix);

const queueUrls = (place: Place): Promise<readonly string[]> =>
  everyItem(
    'sqs:ListQueues',
    paginateListQueues({ client: queuesOf(place) }, { QueueNamePrefix: rehearsalPrefix }),
    (page) => page.QueueUrls,
  );
const topicArns = async (place: Place): Promise<readonly string[]> => {
  const topics = await everyItem(
    'sns:ListTopics',
    paginateListTopics({ client: topicsOf(place) }, {}),
    (p) => p.Topics,
  );
  return topics.flatMap(({ TopicArn = '' }) => (isOurs(nameIn(TopicArn)) ? [TopicArn] : []));
};
const roleNames = async (place: Place): Promise<readonly string[]> => {
  const roles = await everyItem('iam:ListRoles', paginateListRoles({ client: rolesOf(place) }, {}), (p) => p.Roles);
  return roles.flatMap(({ RoleName = '' }) => (isOurs(RoleName) ? [RoleName] : []));
};
/** More than a few rehearsals would have to leave theirs before a second page is needed. */
const ruleNames = async (place: Place): Promise<readonly string[]> => {
  const { Rules = [] } = await calling('events:ListRules', () =>
    eventsOf(place).send(new ListRulesCommand({ NamePrefix: rehearsalPrefix })),
  );
  return Rules.map(({ Name = '' }) => Name);
};

async function listeners(place: Place): Promise<readonly string[]> {
  const names = [
    ...(await ruleNames(place)),
    ...(await queueUrls(place)).map(nameIn),
    ...(await topicArns(place)).map(nameIn),
    ...(await roleNames(place)),
  ];
  return [...new Set(names)];
}

/** A part that was never made, or is gone, is not missed. */
async function stopListening(place: Place, name: string): Promise<void> {
  const gone = [
    'ResourceNotFound',
    'NoSuchEntity',
    'NotFound',
    'QueueDoesNotExist',
    'AWS.SimpleQueueService.NonExistentQueue',
  ];
  const removed = (call: string, run: () => Promise<unknown>) => finding(`${call} ${name}`, gone, run);
  await removed('events:RemoveTargets', () =>
    eventsOf(place).send(new RemoveTargetsCommand({ Rule: name, Ids: [queueTarget, topicTarget].map(String) })),
  );
  await removed('events:DeleteRule', () => eventsOf(place).send(new DeleteRuleCommand({ Name: name })));
  for (const TopicArn of (await topicArns(place)).filter((arn) => nameIn(arn) === name))
    await removed('sns:DeleteTopic', () => topicsOf(place).send(new DeleteTopicCommand({ TopicArn })));
  for (const QueueUrl of (await queueUrls(place)).filter((url) => nameIn(url) === name))
    await removed('sqs:DeleteQueue', () => queuesOf(place).send(new DeleteQueueCommand({ QueueUrl })));
  await removed('iam:DeleteRolePolicy', () =>
    rolesOf(place).send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policyName })),
  );
  await removed('iam:DeleteRole', () => rolesOf(place).send(new DeleteRoleCommand({ RoleName: name })));
}
