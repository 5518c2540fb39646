/** What the command line says over AWS when it may not, cannot, or must not go on: nothing is changed, and the next step is named. */
import { readdir } from 'node:fs/promises';
import { type CommandLine, startCommandLine } from './command-line';
import type { Answer, Intercept } from './gateway';
import { fillGaps } from './moto-gaps';
import { leftOut, sixAccounts, twoWaves } from './organization';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

const denied = (action: string): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: 'AccessDeniedException', message: `jo is not authorized to perform ${action}` }),
});
const withoutPermission: Intercept = (call, onward) =>
  call.action === 'ListAccounts' ? denied('organizations:ListAccounts') : fillGaps(leftOut)(call, onward);

test('credentials without permission: which call, and that it must be allowed', async () => {
  await line.anOrganization(sixAccounts, twoWaves, withoutPermission);

  const { status, err } = await line.run('rollout', '--yes');

  expect(status).toBe(4);
  expect(err).toMatch(/error: organizations:ListAccounts was denied: jo is not authorized/);
  expect(err).toMatch(/next: allow this call for your identity/);
  expect(await readdir(line.folder())).toEqual(['strongroom.yaml']);
});

test('an endpoint that is down', async () => {
  await line.anOrganization(sixAccounts, twoWaves);

  const { status, err } = await line.runWith({ AWS_ENDPOINT_URL: 'http://localhost:9' }, 'plan');

  expect(status).toBe(1);
  expect(err).toMatch(/error: cannot reach \S+:9: ECONNREFUSED\nnext: check the network and AWS_ENDPOINT_URL/);
});

test('records that belong to another organization', async () => {
  await line.anOrganization(sixAccounts, twoWaves);
  await line.run('rollout', '--yes', '--wave', 'sandbox');
  const other = await line.anotherOrganization(sixAccounts);

  const planned = await line.run('plan');
  const rolled = await line.run('rollout', '--yes');

  for (const { status, err } of [planned, rolled]) {
    expect(status).toBe(2);
    expect(err).toMatch(
      new RegExp(`the state belongs to organization o-\\S+, but these credentials belong to ${other.organizationId}`),
    );
    expect(err).toMatch(/next: use a separate --state folder/);
  }
  expect(Object.values(await line.stacksByAccount(other)).flat()).toEqual([]);
});
