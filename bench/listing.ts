/** Counts the calls that list 1,000 accounts with their OUs, against a stub of Organizations over HTTP. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAwsWorld } from '../orchestrator/aws/world';

const accountsMeant = 1_000;
/** The most that ListAccounts gives [bc:organizations:ListAccounts.MaxResults]. */
const pageMax = 20;

const calls = new Map<string, number>();
const path = (id: string): string => `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/${id}/`;
const all = Array.from({ length: accountsMeant }, (_, i) => {
  const Id = String(200_000_000_000 + i);
  return { Id, Name: `account-${i}`, State: 'ACTIVE', Paths: [path(Id)] };
});

function answer(operation: string, input: { readonly NextToken?: string; readonly MaxResults?: number }): object {
  if (operation !== 'ListAccounts') return {};
  const from = Number(input.NextToken ?? 0);
  const to = from + Math.min(input.MaxResults ?? pageMax, pageMax);
  return { Accounts: all.slice(from, to), ...(to < all.length && { NextToken: String(to) }) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const server = createServer(async (request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  calls.set(operation, (calls.get(operation) ?? 0) + 1);
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify(answer(operation, JSON.parse(await textOf(request)))));
});

async function main(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  });
  const world = await createAwsWorld({ region: 'us-east-1', homeRegion: 'us-east-1', state: { kind: 'memory' } });
  try {
    const listed = await world.directory.accounts();
    console.log(`accounts         ${listed.length}`);
    for (const [operation, times] of calls) console.log(`${operation.padEnd(16)} ${times}`);
  } finally {
    await world.close();
    server.close();
  }
}

void main();
