/** What the orchestrator sees and writes in the security account. */
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createAlerting } from '../../orchestrator/aws/alerting';
import { type Answer, type Gateway, type Intercept, startGateway } from '../emulator/gateway';
import { motoClients } from '../emulator/moto';

const home = 'us-east-1';
const bus = `arn:aws:events:${home}:123456789012:event-bus/strongroom-alerts`;
let gateway: Gateway;
let clients: ReturnType<typeof motoClients>;
let instead: Intercept = () => undefined;

beforeAll(async () => {
  gateway = await startGateway({ intercept: (call, onward) => instead(call, onward) });
  clients = motoClients(gateway);
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});

const subscriptions = (...own: readonly (readonly [endpoint: string, arn: string])[]): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<R><ListSubscriptionsByTopicResult><Subscriptions>${own
    .map(
      ([endpoint, arn]) =>
        `<member><Protocol>email</Protocol><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`,
    )
    .join('')}</Subscriptions></ListSubscriptionsByTopicResult></R>`,
});
const arn = `arn:aws:sns:${home}:123456789012:strongroom-alerts:1`;

test.each([
  ['confirmed', [['a@b.c', arn]]],
  ['confirmed', [['A@B.C', arn]]],
  [
    'confirmed',
    [
      ['a@b.c', 'PendingConfirmation'],
      ['a@b.c', arn],
    ],
  ],
  ['pending', [['a@b.c', 'PendingConfirmation']]],
  ['absent', [['a@b.c', 'Deleted']]],
  ['absent', [['mallory@b.c', arn]]],
  ['absent', []],
] as const)('is %s with %j', async (state, seen) => {
  instead = ({ action }) => (action === 'ListSubscriptionsByTopic' ? subscriptions(...seen) : undefined);

  expect(await createAlerting(clients).subscription(bus, 'a@b.c')).toBe(state);
});

test('the list of accounts is where the function reads it', async () => {
  instead = () => undefined;
  const s3 = clients.in(S3Client, home);
  const Bucket = `strongroom-alerts-123456789012-${home}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const list = { at: '2026-11-29T00:00:00.000Z', accounts: { '111122223333': { name: 'a', ou: 'Dev', wave: 'dev' } } };

  await createAlerting(clients).nameAccounts(bus, list);

  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'accounts.json' }));
  expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual(list);
});
