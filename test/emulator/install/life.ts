/** The life of an installation, from the first look to the second installation, by the commands of docs/install.md. */
import { CreateAccountCommand, MoveAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createClients } from '../../../orchestrator/aws/clients';
import { type AccountId, parseAccountId } from '../../../orchestrator/domain/model/brand';
import { accountEvent } from '../../../orchestrator/simulated/account-event';
import { eventOf } from '../../dashboard/gateway';
import { motoClients, motoRegion } from '../moto';
import { blocksUnder } from './guide';
import { configOf, home, type Stand } from './stand';

const sandbox = 'name: sandbox, ous: [Sandbox]';
const workloads = 'name: workloads, ous: [Workloads], approval: manual';
const deployed = ['--engine', 'stepfunctions'] as const;
export const stacks = ['StrongroomLogArchive', 'StrongroomManagement', 'StrongroomOrchestrator', 'StrongroomDashboard'];

export type Life = Awaited<ReturnType<typeof live>>;

export async function live(stand: Stand) {
  return {
    ...(await install(stand)),
    ...(await use(stand)),
    ...(await upgrade(stand)),
    ...(await uninstall(stand)),
  };
}

const configure = (stand: Stand, ...waves: readonly string[]): Promise<void> => stand.configure(configOf(stand, waves));
/** As a person of the Deployments account. */
const asPerson = (stand: Stand, ...args: readonly string[]) =>
  stand.type(`AWS_PROFILE=acme-deployments strongroom ${args.map((arg) => `'${arg}'`).join(' ')}`);

async function install(stand: Stand) {
  const [init = ''] = blocksUnder('Describe the installation');
  const [guide = ''] = blocksUnder('Install');
  const initialized = await stand.type(init);
  await stand.configure(configOf(stand, [sandbox]).replace('profile: acme-deployments', 'profile: acme-management'));
  const otherAccount = await stand.run('install', '--yes');
  await configure(stand, sandbox);
  const untouched = await stand.run('install', '--plan', '--json');
  await stand.killAt('"what":"StrongroomOrchestrator"', 'install', '--yes', '--json');
  const installed = await stand.type(guide);
  const again = await stand.run('install', '--yes', '--json');
  return { initialized, otherAccount, untouched, installed, again };
}

async function use(stand: Stand) {
  const [rollout = ''] = blocksUnder('The first rollout');
  const first = await stand.type(rollout);
  const executions = await executionsOf(stand);
  const account = await newAccount(stand);
  const heard = await invoke(stand, 'AccountEvents', accountEvent('created', account, 'event-1'));
  const joined = await asPerson(stand, 'watch', `ro-${account}-joined`, ...deployed);
  const swept = await sweep(stand);
  const ready = await asPerson(stand, 'account', account, ...deployed);
  const operator = await asked(stand, 'strongroom-operators');
  const stranger = await asked(stand, 'accounting');
  return { first, executions, account, heard, joined, swept, ready, operator, stranger };
}

async function upgrade(stand: Stand) {
  const [guide = ''] = blocksUnder('Upgrade');
  await configure(stand, sandbox, workloads);
  const inFlight = await asPerson(stand, 'rollout', '--yes', '--json', ...deployed);
  const [, id = ''] = /"rolloutId":"(ro-[^"]+)"/.exec(inFlight.out) ?? [];
  const refused = await stand.run('uninstall', '--yes');
  await stand.installed.change('StrongroomOrchestrator', (template) =>
    template.replaceAll(/"MemorySize": ?512/g, '"MemorySize": 640'),
  );
  const upgraded = await stand.type(guide);
  const approved = await asPerson(stand, 'approve', id, '--reason', 'reviewed', ...deployed);
  return { inFlight, refused, upgraded, approved };
}

async function uninstall(stand: Stand) {
  const [guide = '', reinstall = ''] = blocksUnder('Uninstall and keep the baseline', 2);
  const removed = await stand.type(guide);
  const gone = await stand.run('install', '--plan', '--json');
  await configure(stand, sandbox, workloads.replace(', approval: manual', ''));
  const reinstalled = await stand.type(reinstall);
  return { removed, gone, reinstalled };
}

/** In the OU of the first wave, like one that was made this minute. */
async function newAccount(stand: Stand): Promise<AccountId> {
  const clients = motoClients(stand.moto);
  const client = clients.in(OrganizationsClient, motoRegion);
  const made = await client.send(new CreateAccountCommand({ AccountName: 'newcomer', Email: 'newcomer@example.com' }));
  const account = parseAccountId(made.CreateAccountStatus?.AccountId ?? '');
  const way = { SourceParentId: stand.seeded.rootId, DestinationParentId: stand.seeded.ous['Sandbox'] };
  await client.send(new MoveAccountCommand({ AccountId: account, ...way }));
  clients.destroy();
  return account;
}

/** As EventBridge or API Gateway would. */
async function invoke({ ministack, deployments }: Stand, name: string, input: unknown): Promise<unknown> {
  const url = `${ministack.endpoint}/2015-03-31/functions/strongroom-${name}/invocations`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${deployments}/20261201/${home}/lambda/aws4_request`;
  return (await fetch(url, { method: 'POST', body: JSON.stringify(input), headers: { authorization } })).json();
}

function asked(stand: Stand, groups: string): Promise<unknown> {
  const claims = { iss: 'https://login.example.com', aud: 'strongroom', sub: 'u-17', email: 'ada@example.com', groups };
  const token = `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const read = { method: 'GET', path: '/api/v1/me', query: '', headers: { authorization: token }, body: '' };
  return invoke(stand, 'Dashboard', eventOf(read, claims));
}

const arnOf = ({ deployments }: Stand, machine: string): string =>
  `arn:aws:states:${home}:${deployments}:stateMachine:${machine}`;

async function withMachines<T>(stand: Stand, ask: (client: SFNClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: stand.deployments, secretAccessKey: 'test' };
  const clients = createClients({ endpoint: stand.router.endpoint, credentials });
  return ask(clients.in(SFNClient, home)).finally(clients.destroy);
}

const executionsOf = (stand: Stand): Promise<readonly string[]> =>
  withMachines(stand, async (client) => {
    const command = new ListExecutionsCommand({ stateMachineArn: arnOf(stand, 'strongroom-rollout') });
    return ((await client.send(command)).executions ?? []).map(({ name = '' }) => name);
  });

const asksMax = 5_000;
/** As the schedule would start it; asks until it ends. */
const sweep = (stand: Stand): Promise<string | undefined> =>
  withMachines(stand, async (client) => {
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn: arnOf(stand, 'strongroom-sweep'), input: '{}' }),
    );
    let status: string | undefined = 'RUNNING';
    for (let ask = 0; ask < asksMax && status === 'RUNNING'; ask += 1)
      ({ status } = await client.send(new DescribeExecutionCommand({ executionArn })));
    return status;
  });
