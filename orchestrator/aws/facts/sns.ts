import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { SubscriptionFacts, TopicFacts } from '../../domain/health/facts';
import { finding } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';
import { parseDocument } from './reading';

export const topicArnOf = ({ account, partition }: Session, region: string, name: string): string =>
  `arn:${partition}:sns:${region}:${account}:${name}`;

export async function readTopic(session: Session, region: string, name: string): Promise<TopicFacts | undefined> {
  const sns = session.clients.in(SNSClient, region);
  const TopicArn = topicArnOf(session, region, name);
  const found = await finding(`sns:GetTopicAttributes in ${region}`, ['NotFound'], () =>
    sns.send(new GetTopicAttributesCommand({ TopicArn })),
  );
  if (found === undefined) return undefined;
  const kmsKey = found.Attributes?.['KmsMasterKeyId'];
  return {
    policy: parseDocument(found.Attributes?.['Policy']),
    ...(kmsKey && { kmsKey }),
  };
}

/** The attributes of a topic only count its subscriptions. */
export async function readSubscriptions(
  session: Session,
  region: string,
  name: string,
): Promise<readonly SubscriptionFacts[]> {
  const client = session.clients.in(SNSClient, region);
  const TopicArn = topicArnOf(session, region, name);
  const subscriptions = await everyItem(
    `sns:ListSubscriptionsByTopic in ${region}`,
    paginateListSubscriptionsByTopic({ client }, { TopicArn }),
    (page) => page.Subscriptions,
  );
  return subscriptions.map((subscription) => ({
    protocol: subscription.Protocol ?? '',
    endpoint: subscription.Endpoint ?? '',
    // In place of an ARN it says `PendingConfirmation`, or `Deleted` once somebody has unsubscribed [bc:sns:ListSubscriptionsByTopic].
    confirmed: subscription.SubscriptionArn?.startsWith('arn:') ?? false,
  }));
}
