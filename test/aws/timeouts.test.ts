/** Endpoints that stop answering, or that something else answers for: each call ends as a failure that can be retried. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Artifacts } from '../../orchestrator/aws/artifacts';
import { createClients } from '../../orchestrator/aws/clients';
import { failureOf } from '../../orchestrator/aws/failures';

const timeouts = { connectMs: 400, headersMs: 400, silenceMs: 400, totalMs: 900 };
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A client of a server that answers like this. */
async function clientOf(answer: (response: ServerResponse) => void): Promise<S3Client> {
  const server = createServer((_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients = createClients({
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    timeouts,
  });
  open.push(async () => {
    clients.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return clients.in(S3Client, 'us-east-1');
}

const half = '<?xml version="1.0"?><ListAllMyBucketsResult>';
const headers = { 'content-type': 'application/xml', 'content-length': '1000' };
/** One byte every so often, for longer than any test takes. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, headers);
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
}

test.each([
  { server: 'says nothing', answer: () => {} },
  { server: 'sends headers and nothing else', answer: (r: ServerResponse) => r.writeHead(200, headers).flushHeaders() },
  { server: 'sends half a body', answer: (r: ServerResponse) => void r.writeHead(200, headers).write(half) },
  { server: 'trickles', answer: trickle },
])('a server that $server is given up on, and the call can be retried', async ({ answer }) => {
  const client = await clientOf(answer);

  const error = await client.send(new ListBucketsCommand({})).catch((thrown: unknown) => thrown);

  expect(failureOf('s3:ListAllMyBuckets', error)).toMatchObject({ code: 'AwsUnavailable', retriable: true });
});

test.each([
  { artifact: 'stops halfway', answer: (r: ServerResponse) => void r.writeHead(200, headers).write(half) },
  { artifact: 'trickles', answer: trickle },
])('an artifact that $artifact is given up on, and can be read again', async ({ answer }) => {
  const artifacts = createS3Artifacts(await clientOf(answer), 'bucket');

  await expect(artifacts.get('plan/one')).rejects.toMatchObject({ code: 'AwsUnavailable', retriable: true });
});

test('a page of HTML with status 200 is no empty answer', async () => {
  const page = '<html><body>Sign in to the network</body></html>';
  const client = await clientOf((r) => void r.writeHead(200, { 'content-type': 'text/html' }).end(page));

  const error = await client.send(new ListBucketsCommand({})).catch((thrown: unknown) => thrown);

  expect(failureOf('s3:ListAllMyBuckets', error)).toMatchObject({ code: 'AwsUnavailable', retriable: true });
});

test('an answer of AWS is one whatever its type', async () => {
  const headers = { 'content-type': 'text/html', 'x-amz-request-id': 'ABC' };
  const client = await clientOf((r) => void r.writeHead(200, headers).end(`${half}</ListAllMyBucketsResult>`));

  await expect(client.send(new ListBucketsCommand({}))).resolves.toMatchObject({ $metadata: { requestId: 'ABC' } });
});
