/** The topic and the list of accounts in the security account. Its policies let the Deployments account see and write them. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { alertAccountsKey, alertRecordsOf, alertTopicOf } from '../domain/model/resource-names';
import type { Alerting } from '../ports/ports';
import type { Clients } from './clients';
import { calling } from './failures';
import { everyItem } from './pages';

export function createAlerting(clients: Pick<Clients, 'in'>): Alerting {
  return {
    subscription: async (bus, email) => {
      const { arn, region } = alertTopicOf(bus);
      const client = clients.in(SNSClient, region);
      const subscriptions = await everyItem(
        `sns:ListSubscriptionsByTopic ${arn}`,
        paginateListSubscriptionsByTopic({ client }, { TopicArn: arn }),
        (page) => page.Subscriptions,
      );
      const own = subscriptions.filter(
        ({ Protocol, Endpoint }) => Protocol === 'email' && Endpoint?.toLowerCase() === email.toLowerCase(),
      );
      // In place of an ARN it says `PendingConfirmation`, or `Deleted` once somebody has unsubscribed [bc:sns:ListSubscriptionsByTopic].
      if (own.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'))) return 'confirmed';
      return own.some(({ SubscriptionArn }) => SubscriptionArn !== 'Deleted') ? 'pending' : 'absent';
    },
    nameAccounts: async (bus, accounts) => {
      const { bucket, region } = alertRecordsOf(bus);
      await calling(`s3:PutObject ${bucket}`, () =>
        clients.in(S3Client, region).send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: alertAccountsKey,
            Body: JSON.stringify(accounts),
            ContentType: 'application/json',
          }),
        ),
      );
    },
  };
}
