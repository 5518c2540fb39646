/** The bundles that are deployed, each as Lambda would load it, against moto's DynamoDB. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../orchestrator/aws/store';
import { eventOf } from '../dashboard/gateway';
import { type Moto, motoClients, motoRegion, startMoto } from './moto';

const functions = join(__dirname, '..', '..', 'dist', 'functions');
const names = readdirSync(functions).filter((name) => !name.includes('.'));
const table = 'strongroom';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
  const clients = motoClients(moto);
  await createTable(clients.in(DynamoDBClient, motoRegion), table);
  clients.destroy();
});
afterAll(() => moto.stop());

/** What the handler returned, or the name of its error, as Step Functions would see it. */
async function invoked(name: string, input: unknown): Promise<unknown> {
  const url = pathToFileURL(join(functions, name, 'index.mjs')).href;
  const program = `
    console.info = console.error = () => {};
    const { handler } = await import(${JSON.stringify(url)});
    const output = await handler(${JSON.stringify(input)}).catch((error) => ({ error: error.name }));
    console.log(JSON.stringify(output ?? null));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      ...process.env,
      ...moto.env,
      AWS_REGION: motoRegion,
      STRONGROOM_TABLE: table,
      STRONGROOM_BUCKET: 'strongroom',
      STRONGROOM_TOPIC: `arn:aws:sns:${motoRegion}:123456789012:strongroom`,
      STRONGROOM_DIRECTORY_ROLE: 'arn:aws:iam::123456789012:role/strongroom-directory',
      STRONGROOM_STATE_MACHINE: `arn:aws:states:${motoRegion}:123456789012:stateMachine:strongroom-rollout:live`,
      STRONGROOM_ROLE_CLAIM: 'groups',
      STRONGROOM_OPERATOR_VALUE: 'ops',
      STRONGROOM_VIEWER_VALUE: 'lookers',
      STRONGROOM_NAME_CLAIM: 'email',
    },
  });
  return JSON.parse(stdout);
}

const rolloutId = 'ro-20261122-090000-none';
const input = { rolloutId, step: 0, decision: 'go', wave: '', shards: [], until: '2026-11-22T09:00:00.000Z' };
const byEvents = ['AccountEvents', 'Dashboard', 'Discover', 'Drift', 'StackSetEvents', 'Sweep'];

test.each(names.filter((name) => !byEvents.includes(name)))(
  '%s asks the table for its rollout, and says by name that there is none',
  async (name) => {
    const given = { ...input, input, token: 'a token', shard: 0 };

    expect(await invoked(name, given)).toEqual({ error: 'UnknownRollout' });
  },
);

test('an account event that says nothing of an account is ignored, with the reason', async () => {
  expect(await invoked('AccountEvents', { source: 'aws.organizations' })).toMatchObject({ kind: 'ignored' });
});

test('an event about a StackSet that nobody waits for wakes nobody', async () => {
  expect(await invoked('StackSetEvents', {})).toEqual({ woke: 'nobody' });
});

test('the dashboard reads the table for a viewer, and sends no notice', async () => {
  const claims = { iss: 'https://login.example.com', sub: 'u-17', groups: ['lookers'] };
  const arriving = { method: 'GET', path: `/api/v1/rollouts/${rolloutId}`, query: '', body: '' };
  const token = `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

  const known = await invoked('Dashboard', eventOf({ ...arriving, headers: { authorization: token } }, claims));
  const unknown = await invoked('Dashboard', eventOf({ ...arriving, headers: { authorization: token } }));

  expect(known).toMatchObject({ statusCode: 404, body: expect.stringContaining('UnknownRollout') });
  expect(unknown).toMatchObject({ statusCode: 401, body: '' });
});
