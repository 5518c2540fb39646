/** The function of the security account, as its template carries it: CommonJS, in a process of its own, over moto. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Gateway, type Intercept, queryFault, startGateway } from './gateway';
import { motoClients, motoRegion } from './moto';

const bundle = join(__dirname, '../../dist/functions/alerts.js');
const samples = JSON.parse(readFileSync(join(__dirname, '../scenarios/alerts/samples.json'), 'utf8'));
const Bucket = 'alerts-of-all-accounts';

let gateway: Gateway;
let clients: ReturnType<typeof motoClients>;
let instead: Intercept = () => undefined;
let topic = '';
beforeAll(async () => {
  gateway = await startGateway({ intercept: (call, onward) => instead(call, onward) });
  clients = motoClients(gateway);
  await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket }));
  const { TopicArn = '' } = await clients
    .in(SNSClient, motoRegion)
    .send(new CreateTopicCommand({ Name: 'strongroom-alerts' }));
  topic = TopicArn;
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});
beforeEach(() => {
  instead = () => undefined;
});

const program = `
let text = '';
process.stdin.on('data', (part) => { text += part; });
process.stdin.on('end', () => require(process.argv[1]).handler(JSON.parse(text)).catch((error) => { console.error(error); process.exit(1); }));
`;
/** @returns the messages that it published. */
async function handled(...bodies: readonly string[]) {
  const before = gateway.calls.length;
  const child = spawn(process.execPath, ['-e', program, bundle], {
    env: {
      ...process.env,
      ...gateway.env,
      // A bucket is part of the path for an address, and of the name for a name.
      AWS_ENDPOINT_URL: gateway.endpoint.replace('localhost', '127.0.0.1'),
      AWS_REGION: motoRegion,
      STRONGROOM_TOPIC: topic,
      STRONGROOM_BUCKET: Bucket,
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(JSON.stringify({ Records: bodies.map((body) => ({ body })) }));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const published = gateway.calls
    .slice(before)
    .filter(({ action }) => action === 'Publish')
    .map(({ body }) => new URLSearchParams(body));
  return { status, published };
}
const eventOf = (name: string, detail: object = {}): string => {
  const { event } = samples[name];
  return JSON.stringify({ ...event, detail: { ...event.detail, ...detail } });
};

test('publishes one message for a batch, with the name, OU and wave from the list', async () => {
  const list = {
    at: 'now',
    accounts: { '111122223333': { name: 'acme-shop', ou: 'Workloads/Production', wave: 'prod' } },
  };
  const s3 = clients.in(S3Client, motoRegion);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'accounts.json', Body: JSON.stringify(list) }));

  const { status, published } = await handled(eventOf('signIn'), eventOf('securityHub'));

  expect(status).toBe(0);
  expect(published.map((message) => [message.get('TopicArn'), message.get('Subject')])).toEqual([
    [topic, '[Strongroom] 2 alerts in acme-shop'],
  ]);
  expect(published[0]?.get('Message')).toContain('111122223333 (acme-shop), OU Workloads/Production, wave prod');
});

test('publishes without the list, and says that it cannot be read', async () => {
  instead = ({ service, action }) =>
    service === 's3' && action.startsWith('GET') ? queryFault(403, 'AccessDenied', 'no') : undefined;

  const { status, published } = await handled(eventOf('signIn'));

  expect(status).toBe(0);
  expect(published[0]?.get('Message')).toContain('the list of accounts cannot be read');
});

test('publishes a body that is no JSON, rather than losing what is beside it', async () => {
  const { published } = await handled('{', eventOf('signIn'));

  expect(published[0]?.get('Message')).toMatch(/An event that cannot be read(.|\n)*The root user: ConsoleLogin/);
});

test('writes down a sample only after it was published, and fails if it cannot publish, so that the queue retries', async () => {
  const sample = eventOf('guardDuty', { title: '[SAMPLE] An instance', id: 'sample-1' });
  const listed = async () =>
    (
      (await clients.in(S3Client, motoRegion).send(new ListObjectsV2Command({ Bucket, Prefix: 'samples/' })))
        .Contents ?? []
    ).map(({ Key }) => Key);
  instead = ({ action }) =>
    action === 'Publish' ? queryFault(403, 'AuthorizationError', 'not authorized') : undefined;

  const refused = await handled(sample);
  const before = await listed();
  instead = () => undefined;
  const taken = await handled(sample);

  expect([refused.status, before, taken.status, await listed()]).toEqual([1, [], 0, ['samples/sample-1']]);
});
