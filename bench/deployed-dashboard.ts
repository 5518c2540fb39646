/**
 * Measures the deployed dashboard's function: its bundle in a process of its own, as on Lambda, over 10,000 made-up records in
 * the DynamoDB of moto, and how many units each reading takes. `orchestrator/tasks/table.ts` holds what is printed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { byVersion, guard } from '../orchestrator/ports/guard';
import { writeAccount } from '../orchestrator/records/accounts';
import { eventOf } from '../test/dashboard/gateway';
import { startMoto } from '../test/emulator/moto';
import { tableAt } from '../test/emulator/table';
import { idOf, madeUp } from './made-up';

const accounts = Number(process.argv[2] ?? '10000');
const bundle = join(__dirname, '..', 'dist', 'functions', 'Dashboard', 'index.mjs');
const table = 'strongroom';
const region = 'us-east-1';
const writesAtOnce = 50;

/** Does what Lambda's runtime does with the bundle, and measures it. */
const runtime = `
  console.info = console.error = () => {};
  const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
  process.on('message', async (input) => {
    const before = process.cpuUsage();
    const { statusCode, body = '' } = await handler(input);
    const { user, system } = process.cpuUsage(before);
    process.send({ statusCode, bytes: body.length, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 });
  });`;

interface Taken {
  readonly statusCode: number;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

interface Units {
  calls: number;
  read: number;
}

async function main(): Promise<void> {
  const moto = await startMoto();
  const units: Units = { calls: 0, read: 0 };
  const meter = createServer((asked, answer) => void forward(asked, answer, moto.endpoint, units));
  meter.listen(0, '127.0.0.1');
  await once(meter, 'listening');
  await fill(moto.endpoint);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', runtime], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...deployedEnvironment, AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(meter)}` },
  });
  console.log(`${accounts} accounts; one request`);
  console.log('request                          status  cpu ms  wall ms   peak MB  read units  calls  answer KB');
  for (const [what, path, query, pauseSeconds] of prompts) {
    await setTimeout(pauseSeconds * 1000);
    Object.assign(units, { calls: 0, read: 0 });
    const startedMs = performance.now();
    child.send(
      eventOf({ method: 'GET', path: `/api/v1/${path}`, query, headers: { authorization }, body: '' }, claims),
    );
    const [taken] = (await once(child, 'message')) as [Taken];
    const cells = [
      [taken.statusCode, 8],
      [Math.round(taken.cpuMs), 8],
      [Math.round(performance.now() - startedMs), 9],
      [Math.ceil(taken.peakBytes / 1024 / 1024), 10],
      [Math.round(units.read), 12],
      [units.calls, 7],
      [Math.round((taken.bytes * 3) / 4 / 1000), 11],
    ] as const;
    console.log(what.padEnd(31) + cells.map(([value, width]) => String(value).padStart(width)).join(''));
  }
  child.kill();
  meter.close();
  await moto.stop();
}

const claims = {
  iss: 'https://sign-in.example.com',
  sub: 'bench',
  email: 'bench@example.com',
  groups: ['strongroom-operators'],
};
/** The gateway has verified the token already. */
const authorization = `Bearer head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
/** While no rollout runs, everything is read once a minute. */
const quietSeconds = 61;
const prompts = [
  ['the first board, cold', 'board', '', 0],
  ['the board, kept', 'board', '', 0],
  ['a page of accounts, kept', 'accounts', 'limit=200&q=portal&sort=failing&descending=true', 0],
  ['one account', `accounts/${idOf(77)}`, '', 0],
  ['the overview, kept', 'overview', '', 0],
  ['the board, rollouts looked at', 'board', '', 20],
  ['the board, read again', 'board', '', quietSeconds],
  ['the board, read once more', 'board', '', quietSeconds],
] as const;

async function fill(endpoint: string): Promise<void> {
  const { store, close } = await tableAt(endpoint, table, region);
  for (let from = 0; from < accounts; from += writesAtOnce)
    await Promise.all(
      Array.from({ length: Math.min(writesAtOnce, accounts - from) }, (_, index) =>
        writeAccount(guard({ store }, byVersion), madeUp(from + index), 0),
      ),
    );
  close();
}

const portOf = (server: { address: () => AddressInfo | string | null }): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
};

/** Counts the read units of each answer. */
async function forward(asked: IncomingMessage, answer: ServerResponse, endpoint: string, units: Units): Promise<void> {
  const body: Buffer[] = [];
  for await (const chunk of asked) body.push(chunk);
  const onward = request(
    new URL(asked.url ?? '/', endpoint),
    { method: 'POST', headers: asked.headers },
    async (got) => {
      const chunks: Buffer[] = [];
      for await (const chunk of got) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      units.calls += 1;
      units.read += unitsOf(JSON.parse(whole.toString('utf8')));
      answer.writeHead(got.statusCode ?? 500, got.headers).end(whole);
    },
  );
  onward.end(Buffer.concat(body));
}

type Attributes = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
interface Answer {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
}

/** A consistent read takes one unit per 4 KB or part of it, of an item or of a page of a query [doc:amazondynamodb/read-write-operations]. */
function unitsOf({ Item, Items, Responses = {} }: Answer): number {
  const single = [...(Item === undefined ? [] : [Item]), ...Object.values(Responses).flat()];
  const begun = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4096));
  const ofItems = single.reduce((sum, item) => sum + begun(bytesOf(item)), 0);
  return Items === undefined ? ofItems : begun(Items.reduce((sum, item) => sum + bytesOf(item), 0));
}

const bytesOf = (item: Attributes): number =>
  Object.entries(item).reduce(
    (sum, [name, { S = '', N = '' }]) => sum + name.length + Buffer.byteLength(S) + N.length,
    0,
  );

const deployedEnvironment = {
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  STRONGROOM_TABLE: table,
  STRONGROOM_BUCKET: 'strongroom',
  STRONGROOM_TOPIC: `arn:aws:sns:${region}:111122223333:strongroom`,
  STRONGROOM_DIRECTORY_ROLE: 'arn:aws:iam::111122223333:role/strongroom-directory',
  STRONGROOM_STATE_MACHINE: `arn:aws:states:${region}:111122223333:stateMachine:strongroom-rollout`,
  STRONGROOM_ROLE_CLAIM: 'groups',
  STRONGROOM_OPERATOR_VALUE: 'strongroom-operators',
  STRONGROOM_VIEWER_VALUE: 'strongroom-viewers',
  STRONGROOM_NAME_CLAIM: 'email',
};

void main();
