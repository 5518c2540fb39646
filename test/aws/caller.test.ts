/** Who the credentials belong to: as moto tells it, and what happens when no answer can be used. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { callerOf } from '../../orchestrator/aws/caller';
import { type Clients, createClients } from '../../orchestrator/aws/clients';
import { type Answer, type Gateway, queryFault, startGateway } from '../emulator/gateway';
import { motoAccount, motoClients, motoRegion } from '../emulator/moto';

let gateway: Gateway;
let clients: Clients;
let instead: Answer | undefined;
beforeAll(async () => {
  gateway = await startGateway({ intercept: ({ action }) => (action === 'GetCallerIdentity' ? instead : undefined) });
  clients = motoClients(gateway);
});
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});
beforeEach(() => {
  instead = undefined;
});

const sts = (): STSClient => clients.in(STSClient, motoRegion);
const answered = (arn: string, userId: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${motoAccount}</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`,
});

test('a session of a role is the role, its unique id and the name of the session', async () => {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] };
  const create = new CreateRoleCommand({ RoleName: 'Platform', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const { Role } = await clients.in(IAMClient, motoRegion).send(create);
  const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ana' });
  const { Credentials: given } = await sts().send(assume);
  const session = clients.as({
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  });

  expect(await callerOf(session.in(STSClient, motoRegion))).toEqual({
    arn: `arn:aws:sts::${motoAccount}:assumed-role/Platform/ana`,
    userId: `${Role?.RoleId}:ana`,
  });
});

test('credentials of no user are what the emulator calls them', async () => {
  expect(await callerOf(sts())).toEqual({
    arn: `arn:aws:sts::${motoAccount}:user/moto`,
    userId: 'AKIAIOSFODNN7EXAMPLE',
  });
});

test.each([
  {
    what: 'expired credentials',
    answer: queryFault(403, 'ExpiredToken', 'The security token included in the request is expired'),
    why: 'no AWS credentials: The security token included in the request is expired',
    next: 'set AWS_PROFILE or sign in with `aws sso login`; nothing was recorded or changed',
  },
  {
    what: 'an answer without an ARN',
    answer: answered('', 'AIDAEXAMPLE'),
    why: 'caller ARN must be like',
    next: 'check which endpoint answers as STS; nothing was recorded or changed',
  },
  {
    what: 'an answer without a user id',
    answer: answered(`arn:aws:iam::${motoAccount}:user/ana`, ''),
    why: 'caller id must be printable characters',
    next: 'check which endpoint answers as STS; nothing was recorded or changed',
  },
])('with $what the caller is unknown, and the error says what to do', async ({ answer, why, next }) => {
  instead = answer;

  await expect(callerOf(sts())).rejects.toMatchObject({
    code: 'UnknownCaller',
    message: expect.stringContaining(`AWS did not confirm who you are: ${why}`),
    next,
    fault: 'ours',
  });
});

test('without a network the caller is unknown', async () => {
  const nowhere = createClients({
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });

  await expect(callerOf(nowhere.in(STSClient, motoRegion))).rejects.toMatchObject({
    code: 'UnknownCaller',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  nowhere.destroy();
});
