/** ministack: the deployed orchestrator. Its stack, its bundles in Lambda, its state machine, its table and its bucket are all there. */
import { CreateAccountCommand, MoveAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { type AccountId, parseAccountId } from '../../orchestrator/domain/model/brand';
import { accountEvent } from '../../orchestrator/simulated/account-event';
import { type Moto, motoAccount, motoClients, motoRegion, startMoto } from '../emulator/moto';
import { sixAccounts } from '../emulator/organization';
import { type Seeded, seedOrganization } from '../emulator/seed';
import { bootstrap } from './bootstrap';
import { type Command, commandAt, eventsIn, smallConfig } from './command';
import { artifactsAt, storeAt } from './contracts';
import { deployOrchestrator } from './deploy';
import { type Router, startRouter } from './router';
import { type Server, startServer, startsWithinMs } from './server';

const runWithinMs = 180_000;
/** What ministack's CloudFormation has no types for. */
const unknownTypes = [
  'AWS::Events::EventBusPolicy',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
];

let moto: Moto;
let router: Router;
let ministack: Server;
beforeAll(async () => {
  moto = await startMoto();
  router = await startRouter({ moto: moto.endpoint, ministack: () => ministack.endpoint });
  ministack = await startServer({
    referee: 'ministack',
    command: () => ['ministack'],
    env: (port) => ({
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: motoAccount,
      // What its Lambda gives to functions.
      AWS_ENDPOINT_URL: router.endpoint,
    }),
    saysWhenReady: /services available/,
  });
}, 2 * startsWithinMs);
afterAll(async () => {
  await router.stop();
  await ministack.stop();
  await moto.stop();
});

storeAt('ministack', () => ministack.endpoint);
artifactsAt('ministack', () => ministack.endpoint);

describe('the orchestrator, deployed on ministack', () => {
  let seeded: Seeded;
  let command: Command;
  let outputs: Readonly<Record<string, string>>;
  beforeAll(async () => {
    seeded = await seedOrganization(moto, sixAccounts);
    await bootstrap(moto, seeded);
    command = await commandAt(router.endpoint, smallConfig(['name: sandbox, ous: [Sandbox]']));
  }, runWithinMs);
  afterAll(() => command.remove());

  const orders = (without: readonly string[]) => ({
    parameters: { OrganizationId: seeded.organizationId, ManagementAccountId: seeded.managementAccountId },
    without,
  });
  const deployed = ['--engine', 'stepfunctions'] as const;

  const deploy = async (): Promise<void> => {
    outputs = await deployOrchestrator(router.endpoint, orders(unknownTypes));
  };

  test(
    'is refused for the types that ministack does not know, and for no other reason',
    async () => {
      const names = unknownTypes.join(', ');

      await expect(deployOrchestrator(router.endpoint, { ...orders([]), stack: 'Whole' })).rejects.toThrow(
        `Template format error: Unrecognized resource types: [${names}]`,
      );
    },
    runWithinMs,
  );

  test(
    'walks a rollout in its own functions: planned, held, approved, and a new account joins by its event',
    async () => {
      await deploy();

      const planned = await command.run('plan', '--json');
      const rolled = await command.run('rollout', '--yes', '--json', ...deployed);
      const id = String(eventsIn(rolled.out)[0]?.['rolloutId']);
      const stood = await command.run('status', '--json', ...deployed);
      const approved = await command.run('approve', id, '--reason', 'seen', '--json', ...deployed);
      const back = await command.run('rollback', id, '--reason', 'not well', '--yes', ...deployed);
      const account = await aNewAccount();
      const heard = await invoke('AccountEvents', accountEvent('created', account, 'event-1'));
      const joined = await command.run('watch', `ro-${account}-joined`, '--json', ...deployed);

      expect(JSON.parse(planned.out).waves).toEqual([expect.objectContaining({ name: 'sandbox' })]);
      // The wave is deployed, and held by checks that read what moto garbles.
      expect([rolled.status, eventsIn(rolled.out).at(-1)]).toEqual([
        3,
        expect.objectContaining({ type: 'rolloutFinished', outcome: 'held' }),
      ]);
      expect(eventsIn(rolled.out).find(({ type }) => type === 'preflightDone')).toMatchObject({
        entered: 2,
        leftOut: 0,
      });
      expect(statesIn(stood.out, 'sandbox')).toEqual(['UNHEALTHY', 'UNHEALTHY']);
      expect([approved.status, eventsIn(approved.out).at(-1)]).toEqual([
        0,
        expect.objectContaining({ type: 'rolloutFinished', outcome: 'completed' }),
      ]);
      expect([back.status, back.err]).toEqual([4, expect.stringContaining('has finished no release before')]);
      expect(heard).toMatchObject({ error: undefined, body: { kind: 'start', account } });
      // The wave has finished the release that a person let pass, and the new account meets the same answers of moto.
      expect(eventsIn(joined.out).at(-1)).toMatchObject({
        type: 'rolloutFinished',
        outcome: 'held',
        because: expect.arrayContaining([expect.stringContaining('nobody is asked about a single new account')]),
      });
      expect(outputs['StateMachineAlias']).toMatch(/:stateMachine:strongroom-rollout$/);
      // Nothing of the orchestrator's own was answered by moto.
      expect([...router.went].filter((one) => /dynamodb|s3$|states|lambda/.test(one)).sort()).toEqual([
        'ministack dynamodb',
        'ministack s3',
        'ministack states',
      ]);

      // ministack's own fault: on AWS the error has the name that was thrown, UnknownRollout, and so the machine's retries work.
      expect(await invoke('OpenWave', { rolloutId: 'ro-20261122-090000-none', step: 0 })).toMatchObject({
        error: 'Unhandled',
        body: { errorType: 'Runtime.HandlerError', errorMessage: expect.stringContaining('ro-20261122-090000-none') },
      });
    },
    runWithinMs,
  );

  const statesIn = (status: string, wave: string): readonly string[] =>
    JSON.parse(status)
      .filter((one: { wave: string }) => one.wave === wave)
      .map(({ state }: { state: string }) => state);

  /** In the OU of the wave, like one that was made this minute. */
  async function aNewAccount(): Promise<AccountId> {
    const clients = motoClients(moto);
    const client = clients.in(OrganizationsClient, motoRegion);
    const email = 'newcomer@example.com';
    const made = await client.send(new CreateAccountCommand({ AccountName: 'newcomer', Email: email }));
    const account = parseAccountId(made.CreateAccountStatus?.AccountId ?? '');
    const way = { SourceParentId: seeded.rootId, DestinationParentId: seeded.ous['Sandbox'] };
    await client.send(new MoveAccountCommand({ AccountId: account, ...way }));
    clients.destroy();
    return account;
  }

  /** As EventBridge or Step Functions would. */
  async function invoke(name: string, input: unknown) {
    const url = `${ministack.endpoint}/2015-03-31/functions/strongroom-${name}/invocations`;
    const answered = await fetch(url, { method: 'POST', body: JSON.stringify(input) });
    return { error: answered.headers.get('x-amz-function-error') ?? undefined, body: await answered.json() };
  }
});
