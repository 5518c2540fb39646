/** Notices over moto's SNS: a queue gets JSON with the kind beside it, and each key is heard once. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createNotifier } from '../../orchestrator/aws/notifier';
import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import type { Notice } from '../../orchestrator/domain/model/notice';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { type Moto, motoAccount, motoClients, motoRegion, startMoto } from './moto';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

const notice: Notice = {
  key: 'ro-20261122-090000-k3f9/finished',
  subject: 'strongroom: rollout ro-20261122-090000-k3f9 failed',
  text: 'a handler crashed',
  facts: {
    kind: 'failed',
    rolloutId: parseRolloutId('ro-20261122-090000-k3f9'),
    reasons: ['a handler crashed'],
    next: 'strongroom watch ro-20261122-090000-k3f9',
  },
};

test('a queue gets the facts as JSON, its kind as an attribute, and each notice once', async () => {
  const clients = motoClients(moto);
  const [sns, sqs] = [clients.in(SNSClient, motoRegion), clients.in(SQSClient, motoRegion)];
  const { TopicArn: topic = '' } = await sns.send(new CreateTopicCommand({ Name: 'strongroom' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'heard' }));
  const Endpoint = `arn:aws:sqs:${motoRegion}:${motoAccount}:heard`;
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint }));
  const notifier = createNotifier(sns, topic, { store: createMemoryStore() });

  await notifier.notify(notice);
  await notifier.notify(notice);

  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  clients.destroy();
  const heard = Messages.map(({ Body = '' }) => JSON.parse(Body));
  expect(heard.map(({ Subject, Message }) => ({ Subject, Message: JSON.parse(Message) }))).toEqual([
    { Subject: notice.subject, Message: notice.facts },
  ]);
  expect(heard[0].MessageAttributes.kind).toEqual({ Type: 'String', Value: 'failed' });
});
