/** Follows a sample finding to the alert topic, through a temporary queue with the name of the probe. */
import {
  ArchiveFindingsCommand,
  CreateSampleFindingsCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  paginateListFindings,
} from '@aws-sdk/client-guardduty';
import { paginateListSubscriptionsByTopic, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  paginateListQueues,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { sampleTypes } from '../../domain/health/probe';
import { alertTopicName, probePrefix } from '../../domain/model/resource-names';
import type { Probes, Sample } from '../../ports/ports';
import { topicArnOf } from '../facts/sns';
import { calling, field, finding } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

type Step<K extends keyof Probes> = Awaited<ReturnType<Probes[K]>>;

/** Longer than a probe waits. Messages left in the queue expire soon after. */
const retentionSeconds = 3_600;
/** One call returns at most ten messages [bc:sqs:ReceiveMessage]; an account may have more alerts than that. */
const messagesAtOnce = 10;
const receivesMax = 20;

export async function raiseSample(
  session: Session,
  region: Sample['region'],
  name: string,
): Promise<Step<'raiseSample'>> {
  const detector = await detectorIn(session, region);
  if (detector === undefined) return undefined;
  const known = await Promise.all(
    sampleTypes.map(async (type) => ({ type, ids: await findingsOf(session, region, detector, type) })),
  );
  const fresh = known.find(({ ids }) => ids.length === 0);
  const findingType = fresh?.type ?? sampleTypes[0];
  if (!(await listen(session, region, name))) return undefined;
  await calling(`guardduty:CreateSampleFindings in ${region}`, () =>
    session.clients
      .in(GuardDutyClient, region)
      .send(new CreateSampleFindingsCommand({ DetectorId: detector, FindingTypes: [findingType] })),
  );
  return { region, name, findingType, isNew: fresh !== undefined };
}

async function detectorIn({ clients }: Session, region: string): Promise<string | undefined> {
  const { DetectorIds: [detector] = [] } = await calling(`guardduty:ListDetectors in ${region}`, () =>
    clients.in(GuardDutyClient, region).send(new ListDetectorsCommand({})),
  );
  return detector;
}

/** Includes archived findings, because a repeated sample increments the count of the first. */
const findingsOf = (
  { clients }: Session,
  region: string,
  DetectorId: string,
  type: string,
): Promise<readonly string[]> =>
  everyItem(
    `guardduty:ListFindings in ${region}`,
    paginateListFindings(
      { client: clients.in(GuardDutyClient, region) },
      { DetectorId, FindingCriteria: { Criterion: { type: { Equals: [type] } } } },
    ),
    (page) => page.FindingIds,
  );

/** [bc:guardduty:GetFindings]. */
const findingsAtOnceMax = 50;
/** Sample findings, recognized by their title [doc:guardduty/sample_findings]; real findings are never touched. */
async function samplesOf(session: Session, { region, findingType }: Sample, DetectorId: string) {
  const ids = await findingsOf(session, region, DetectorId, findingType);
  if (ids.length === 0) return [];
  const { Findings = [] } = await calling(`guardduty:GetFindings in ${region}`, () =>
    session.clients
      .in(GuardDutyClient, region)
      .send(new GetFindingsCommand({ DetectorId, FindingIds: ids.slice(0, findingsAtOnceMax) })),
  );
  return Findings.filter(({ Title }) => Title?.startsWith('[SAMPLE]')).flatMap(({ Id }) => Id ?? []);
}

/** @returns false if the topic does not exist. */
async function listen(session: Session, region: string, name: string): Promise<boolean> {
  const { clients, partition, account } = session;
  const topicArn = topicArnOf(session, region, alertTopicName);
  const queueArn = `arn:${partition}:sqs:${region}:${account}:${name}`;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });
  await calling(`sqs:CreateQueue in ${region}`, () =>
    clients.in(SQSClient, region).send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: { Policy, MessageRetentionPeriod: String(retentionSeconds) },
      }),
    ),
  );
  const subscribed = await finding(`sns:Subscribe in ${region}`, ['NotFound'], () =>
    clients
      .in(SNSClient, region)
      .send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn })),
  );
  return subscribed !== undefined;
}

export async function lookForSample(session: Session, sample: Sample): Promise<Step<'lookForSample'>> {
  const detector = await detectorIn(session, sample.region);
  const ids = detector === undefined ? [] : await samplesOf(session, sample, detector);
  return { isMade: ids.length > 0, hasArrived: await hasArrived(session, sample, ids) };
}

async function hasArrived(session: Session, { region, name }: Sample, ids: readonly string[]): Promise<boolean> {
  const sqs = session.clients.in(SQSClient, region);
  const QueueUrl = await queueUrl(session, region, name);
  for (let receives = 0; QueueUrl !== undefined && receives < receivesMax; receives++) {
    // Received messages are hidden for a while, so the next call returns other ones.
    const { Messages = [] } = await calling(`sqs:ReceiveMessage in ${region}`, () =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: messagesAtOnce })),
    );
    if (Messages.length === 0) return false;
    if (Messages.some(({ Body }) => ids.some((id) => findingIn(Body) === id))) return true;
  }
  return false;
}

/** SNS wraps the message, which is the EventBridge event of the finding, into an envelope. */
function findingIn(body: string | undefined): unknown {
  try {
    const event: unknown = JSON.parse(String(field(JSON.parse(body ?? ''), 'Message')));
    return field(field(event, 'detail'), 'id');
  } catch {
    return undefined;
  }
}

const nameIn = (urlOrArn: string): string => urlOrArn.split(/[/:]/).at(-1) ?? urlOrArn;

const probeQueues = ({ clients }: Session, region: string): Promise<readonly string[]> =>
  everyItem(
    `sqs:ListQueues in ${region}`,
    paginateListQueues({ client: clients.in(SQSClient, region) }, { QueueNamePrefix: probePrefix }),
    (page) => page.QueueUrls,
  );
const queueUrl = async (session: Session, region: string, name: string): Promise<string | undefined> =>
  (await probeQueues(session, region)).find((url) => nameIn(url) === name);

export async function clearAway(
  session: Session,
  region: Sample['region'],
  isMeant: (name: string) => boolean,
  sample?: Sample,
): Promise<void> {
  // A failed removal must not prevent the others.
  const ends = await Promise.allSettled([
    unsubscribe(session, region, isMeant),
    deleteQueues(session, region, isMeant),
    ...(sample?.isNew === true ? [archive(session, sample)] : []),
  ]);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function unsubscribe(session: Session, region: string, isMeant: (name: string) => boolean): Promise<void> {
  const sns = session.clients.in(SNSClient, region);
  const TopicArn = topicArnOf(session, region, alertTopicName);
  const subscriptions = await finding(`sns:ListSubscriptionsByTopic in ${region}`, ['NotFound'], () =>
    everyItem(
      `sns:ListSubscriptionsByTopic in ${region}`,
      paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }),
      (page) => page.Subscriptions,
    ),
  );
  for (const { Protocol, Endpoint = '', SubscriptionArn } of subscriptions ?? []) {
    const name = nameIn(Endpoint);
    if (Protocol === 'sqs' && name.startsWith(probePrefix) && isMeant(name))
      await calling(`sns:Unsubscribe in ${region}`, () => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
  }
}

async function deleteQueues(session: Session, region: string, isMeant: (name: string) => boolean): Promise<void> {
  for (const QueueUrl of await probeQueues(session, region))
    if (isMeant(nameIn(QueueUrl)))
      await finding(
        `sqs:DeleteQueue in ${region}`,
        ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
        () => session.clients.in(SQSClient, region).send(new DeleteQueueCommand({ QueueUrl })),
      );
}

/** With an administrator account, only that account can archive [doc:guardduty/administrator_member_relationships]. */
async function archive(session: Session, sample: Sample): Promise<void> {
  const { region } = sample;
  const DetectorId = await detectorIn(session, region);
  if (DetectorId === undefined) return;
  const FindingIds = await samplesOf(session, sample, DetectorId);
  if (FindingIds.length === 0) return;
  await calling(`guardduty:ArchiveFindings in ${region}`, () =>
    session.clients.in(GuardDutyClient, region).send(new ArchiveFindingsCommand({ DetectorId, FindingIds })),
  );
}
