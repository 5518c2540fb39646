import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { createSessions, type Sessions } from '../../orchestrator/aws/sessions';
import { parseAccountId, parseRolloutId } from '../../orchestrator/domain/model/brand';
import type { Visit } from '../../orchestrator/ports/ports';
import type { Purpose } from '../../orchestrator/ports/purposes';
import { type Answer, type Call, type Gateway, queryFault, startGateway } from '../emulator/gateway';
import { motoAccount, motoClients, motoRegion } from '../emulator/moto';

const purposes: readonly Purpose[] = ['preflight', 'facts', 'settings', 'probe'];
const actionsOf = (purpose: Purpose): readonly string[] =>
  JSON.parse(sessionPolicy(purpose)).Statement.flatMap(({ Action }: { readonly Action: readonly string[] }) => Action);

describe('a session policy', () => {
  it.each(purposes)('for %s stays under the 2,048 characters that STS takes', (purpose) => {
    expect(sessionPolicy(purpose).length).toBeLessThan(2_048);
  });

  it.each(purposes)('for %s allows no wildcard', (purpose) => {
    expect(actionsOf(purpose).filter((action) => action.includes('*'))).toEqual([]);
  });

  it.each([
    ['preflight', []],
    // It makes a report of what is there, and changes nothing: IAM has it as a read [doc:service-authorization/list_awsidentityandaccessmanagementiam].
    ['facts', ['iam:GenerateCredentialReport']],
  ] as const)('for %s lets nothing be written', (purpose, reads) => {
    expect(actionsOf(purpose).filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual(reads);
  });

  it('for settings writes settings and nothing else', () => {
    expect(actionsOf('settings').filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([
      'ec2:DisableEbsEncryptionByDefault',
      'ec2:EnableEbsEncryptionByDefault',
      'ec2:ModifyEbsDefaultKmsKeyId',
      'ec2:ModifyInstanceMetadataDefaults',
      'ec2:ResetEbsDefaultKmsKeyId',
      'iam:DeleteAccountPasswordPolicy',
      'iam:UpdateAccountPasswordPolicy',
      's3:PutAccountPublicAccessBlock',
    ]);
  });
});

describe('entering an account', () => {
  const account = parseAccountId('111122223333');
  const visit: Visit = {
    account,
    roles: { reader: 'BaselineReader', ci: 'BaselineCi' },
    externalId: 'strongroom',
    rollout: parseRolloutId('ro-20261122-150405-ab12'),
  };
  let gateway: Gateway;
  let clients: ReturnType<typeof motoClients>;
  let faults: (call: Call) => Answer | undefined;
  let now: Date;
  let sessions: Sessions;

  beforeAll(async () => {
    gateway = await startGateway({ intercept: (call) => faults(call) });
    clients = motoClients(gateway);
  });
  afterAll(async () => {
    clients.destroy();
    await gateway.stop();
  });
  beforeEach(() => {
    faults = () => undefined;
    now = new Date('2026-11-22T15:00:00Z');
    sessions = createSessions({ clients, home: motoRegion, now: () => now });
  });

  /** The calls that a test makes, and not those of the tests before it. */
  async function callsDuring(run: () => Promise<unknown>): Promise<readonly Call[]> {
    const before = gateway.calls.length;
    await run();
    return gateway.calls.slice(before);
  }
  const assumed = (calls: readonly Call[]) => calls.filter((call) => call.action === 'AssumeRole');

  it('assumes the reader role for 15 minutes, under the rollout, with the external id and the policy of the purpose', async () => {
    const [call] = assumed(await callsDuring(() => sessions.enter(visit, 'facts')));

    expect(Object.fromEntries(new URLSearchParams(call?.body))).toMatchObject({
      RoleArn: 'arn:aws:iam::111122223333:role/BaselineReader',
      RoleSessionName: 'baseline-ro-20261122-150405-ab12',
      SourceIdentity: 'baseline-ro-20261122-150405-ab12',
      ExternalId: 'strongroom',
      DurationSeconds: '900',
      Policy: sessionPolicy('facts'),
    });
  });

  test.each<[Purpose, string]>([
    ['preflight', 'BaselineReader'],
    ['facts', 'BaselineReader'],
    ['linkedRoles', 'BaselineCi'],
    ['settings', 'BaselineCi'],
    ['revertDrift', 'BaselineCi'],
    ['probe', 'BaselineCi'],
    ['rehearsal', 'BaselineCi'],
  ])('enters for %s as %s', async (purpose, role) => {
    const [call] = assumed(await callsDuring(() => sessions.enter(visit, purpose)));

    expect(new URLSearchParams(call?.body).get('RoleArn')).toBe(`arn:aws:iam::111122223333:role/${role}`);
  });

  it('proves with the new credentials that it is in that account, and no other', async () => {
    const session = await sessions.enter(visit, 'facts');

    expect(session.account).toBe(account);
    expect(session.arn).toContain(`:${account}:assumed-role/BaselineReader/`);
    expect(gateway.calls.at(-1)).toMatchObject({ action: 'GetCallerIdentity' });
    expect(gateway.calls.at(-1)?.accessKeyId).not.toBe('test');
  });

  it('cuts the name of a long rollout to the 64 characters that STS takes', async () => {
    const rollout = parseRolloutId(`ro-${'x'.repeat(60)}`);

    const [call] = assumed(await callsDuring(() => sessions.enter({ ...visit, rollout }, 'facts')));

    expect(new URLSearchParams(call?.body).get('SourceIdentity')).toHaveLength(64);
  });

  it('refuses to go on in another account than the one that was meant', async () => {
    faults = ({ action }) => (action === 'GetCallerIdentity' ? identityOf(motoAccount) : undefined);

    await expect(sessions.enter(visit, 'settings')).rejects.toMatchObject({
      code: 'WrongIdentity',
      message: `the credentials belong to account ${motoAccount}, not to account ${account}`,
    });
  });

  it('says which role in which account cannot be assumed, and why', async () => {
    faults = ({ action }) =>
      action === 'AssumeRole' ? queryFault(403, 'AccessDenied', 'not authorized to perform sts:AssumeRole') : undefined;

    await expect(sessions.enter(visit, 'facts')).rejects.toMatchObject({
      code: 'CannotEnterAccount',
      retriable: false,
      message: expect.stringMatching(/BaselineReader in 111122223333: .*not authorized to perform sts:AssumeRole/),
    });
  });

  it('keeps a session for the same visit and purpose', async () => {
    const calls = await callsDuring(async () => {
      await Promise.all([sessions.enter(visit, 'facts'), sessions.enter(visit, 'facts')]);
      await sessions.enter(visit, 'facts');
    });

    expect(assumed(calls)).toHaveLength(1);
  });

  it('never lends a session to another purpose', async () => {
    const calls = await callsDuring(async () => {
      await sessions.enter(visit, 'facts');
      await sessions.enter(visit, 'settings');
    });

    expect(assumed(calls)).toHaveLength(2);
  });

  it('takes a new session before the old one runs out', async () => {
    const calls = await callsDuring(async () => {
      await sessions.enter(visit, 'facts');
      now = new Date('2026-11-22T15:14:00Z');
      await sessions.enter(visit, 'facts');
    });

    expect(assumed(calls)).toHaveLength(2);
  });

  it('does not keep a failure', async () => {
    faults = ({ action }) => (action === 'AssumeRole' ? queryFault(403, 'AccessDenied', 'not yet') : undefined);
    await expect(sessions.enter(visit, 'facts')).rejects.toMatchObject({ code: 'CannotEnterAccount' });

    faults = () => undefined;

    await expect(sessions.enter(visit, 'facts')).resolves.toMatchObject({ account });
  });
});

const identityOf = (account: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/other</Arn><UserId>U</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
});
