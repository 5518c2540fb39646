/** A wave goes back to its last good release by the command line, over moto: what its StackSets hold, and the settings in its accounts. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackSetCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountPasswordPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { type CommandLine, jsonLines, startCommandLine } from './command-line';
import { memberClients, motoClients, motoRegion } from './moto';
import { fillGaps } from './moto-gaps';
import { leftOut, sixAccounts, twoWaves } from './organization';
import type { Seeded } from './seed';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

const edited = async (change: (text: string) => string): Promise<void> => {
  const file = join(line.folder(), 'strongroom.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
};
const hardening = (options: string) => (text: string) =>
  text.replace(/account-hardening: \{.*\}/, `account-hardening: { enabled: true${options} }`);
const session = (seconds: number) => (text: string) =>
  text.replace(/operator-role: \{.*\}/, `operator-role: { enabled: true, mfaMaxAgeSeconds: ${seconds} }`);

/** What stands: a parameter of each wave's set, and how long a password is in an account of each wave. */
async function standing({ accounts }: Seeded) {
  const clients = motoClients(line);
  const heldBy = async (wave: string): Promise<string | undefined> => {
    const StackSetName = `strongroom-${wave}-operator-role`;
    const { StackSet } = await clients
      .in(CloudFormationClient, motoRegion)
      .send(new DescribeStackSetCommand({ StackSetName }));
    return StackSet?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'MfaMaxAgeSeconds')?.ParameterValue;
  };
  const passwordsIn = async (name: string): Promise<number | undefined> => {
    const member = await memberClients(clients, accounts[name] ?? '');
    const policy = member.in(IAMClient, motoRegion).send(new GetAccountPasswordPolicyCommand({}));
    return policy.then(
      ({ PasswordPolicy }) => PasswordPolicy?.MinimumPasswordLength,
      () => undefined,
    );
  };
  const stood = {
    sandbox: [await heldBy('sandbox'), await passwordsIn('sandbox-1')],
    dev: [await heldBy('dev'), await passwordsIn('dev-1')],
  };
  clients.destroy();
  return stood;
}

/** Both waves at one release, without a password policy. */
async function rolledOut(): Promise<Seeded> {
  const seeded = await line.anOrganization(sixAccounts, twoWaves, fillGaps(leftOut));
  await edited((text) => session(3600)(hardening(', passwordPolicy: false')(text)));
  expect((await line.run('rollout', '--yes')).status).toBe(0);
  return seeded;
}
const former = { sandbox: ['3600', undefined], dev: ['3600', undefined] };
const idIn = (out: string): string => String(jsonLines(out)[0]?.['rolloutId']);
const outcomeIn = (out: string): unknown => jsonLines(out).at(-1)?.['outcome'];

test('the wave that is named goes back with its settings, and the other stays', async () => {
  const seeded = await rolledOut();
  await edited(hardening(''));
  const { out, status } = await line.run('rollout', '--yes', '--json');
  const after = await standing(seeded);

  const back = await line.run('rollback', idIn(out), '--wave', 'dev', '--reason', 'alarms', '--yes', '--json');

  expect([status, after]).toEqual([0, { sandbox: ['3600', 14], dev: ['3600', 14] }]);
  expect([back.status, outcomeIn(back.out)]).toEqual([0, 'rolledBack']);
  expect(await standing(seeded)).toEqual({ ...after, dev: former.dev });
});

test('a wave that is held goes back to what it had, templates and settings', async () => {
  const seeded = await rolledOut();
  // moto's updates do not reach the stacks that are there, so the role stays as it was, and a check holds the wave.
  await edited((text) => session(1800)(hardening('')(text)));
  const { out, status } = await line.run('rollout', '--yes', '--json');
  const held = await standing(seeded);

  const back = await line.run('rollback', idIn(out), '--reason', 'the role is not as it should be', '--yes', '--json');

  expect([status, outcomeIn(out), held]).toEqual([3, 'held', { sandbox: ['1800', 14], dev: former.dev }]);
  expect([back.status, outcomeIn(back.out)]).toEqual([0, 'rolledBack']);
  expect(await standing(seeded)).toEqual(former);
});
