/** `strongroom doctor` over an organization that moto serves: what is there is seen, what is missing is named with what to do. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { createSurroundings } from '../../orchestrator/aws/surroundings';
import { type CommandLine, startCommandLine } from './command-line';
import { anHourLater, asOrchestrator, deniedJson, json, organizationTrail, xmlDenied } from './doctor-answers';
import { ec2Fault, type Intercept, queryFault } from './gateway';
import { motoAccount, motoClients, motoRegion } from './moto';
import { fillGaps, jsonFault } from './moto-gaps';
import { leftOut, sixAccounts, twoWaves } from './organization';
import type { Seeded } from './seed';

const stackSets = 'member.org.stacksets.cloudformation.amazonaws.com';
const administrationRole = 'StrongroomStackSetAdministration';

let line: CommandLine;
let seeded: Seeded;
let broken: Intercept = () => undefined;
beforeAll(async () => {
  line = await startCommandLine();
  const whole = fillGaps(leftOut);
  seeded = await line.anOrganization(
    sixAccounts,
    twoWaves,
    async (call, onward) => (await broken(call, onward)) ?? organizationTrail(call) ?? whole(call, onward),
  );
  const clients = motoClients(line);
  const organizations = clients.in(OrganizationsClient, motoRegion);
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: stackSets }));
  // moto lets few services be delegated, and StackSets is not among them.
  await organizations.send(
    new RegisterDelegatedAdministratorCommand({
      AccountId: seeded.accounts['dev-1'],
      ServicePrincipal: 'guardduty.amazonaws.com',
    }),
  );
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await clients
    .in(IAMClient, motoRegion)
    .send(new CreateRoleCommand({ RoleName: administrationRole, AssumeRolePolicyDocument }));
  clients.destroy();
});
beforeEach(() => {
  broken = () => undefined;
});
afterAll(() => line.stop());

type Finding = Readonly<Record<'check' | 'verdict' | 'saw' | 'next', string>>;

async function diagnosed(): Promise<{ readonly status: number; readonly findings: readonly Finding[] }> {
  const { status, out } = await line.run('doctor', '--json');
  return { status, findings: JSON.parse(out) };
}

test('where all is well, everything is seen but the definition, which moto cannot judge: that is unknown, and not well', async () => {
  const { status, findings } = await diagnosed();

  expect(status).toBe(0);
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([
    {
      check: 'state machine',
      verdict: 'unknown',
      saw: expect.stringContaining('states:ValidateStateMachineDefinition'),
      next: expect.not.stringMatching(/^$/),
    },
  ]);
  const samples = findings.filter(({ check }) => check.startsWith('account '));
  expect(findings.slice(0, 4).map(({ saw }) => saw)).toEqual([
    expect.stringContaining(`account ${motoAccount} as arn:aws:`),
    'agrees with that of AWS',
    `${seeded.organizationId}, managed by account ${motoAccount}`,
    'accounts: 7',
  ]);
  expect(findings.map(({ saw }) => saw)).toContain('6 of 1000 StackSets, at most 6 of 100000 instances in one');
  expect(findings.map(({ saw }) => saw)).toContain('FullAWSAccess; Strongroom neither creates nor judges them');
  expect(samples.map(({ saw }) => saw)).toEqual(
    Array(4).fill('the CI role can be assumed, and preflight finds no problem'),
  );
});

test('of each account it is seen for which services it administers the organization', async () => {
  const clients = motoClients(line);
  const { delegatedServices } = createSurroundings(clients, motoRegion);

  const [one, other] = [seeded.accounts['dev-1'] ?? '', seeded.accounts['dev-2'] ?? ''];
  expect([await delegatedServices(one), await delegatedServices(other)]).toEqual([['guardduty.amazonaws.com'], []]);
  clients.destroy();
});

const sandbox = () => seeded.accounts['sandbox-1'] ?? '';
interface Row {
  readonly missing: string;
  readonly answer: Intercept;
  readonly check: () => string;
  readonly saw: string;
  readonly next: () => string;
  readonly verdict?: 'unknown';
}
const rows: readonly Row[] = [
  {
    missing: 'credentials that AWS knows',
    answer: ({ action, account }) =>
      action === 'GetCallerIdentity' && account === motoAccount
        ? queryFault(403, 'InvalidClientTokenId', 'the security token is invalid')
        : undefined,
    check: () => 'credentials',
    saw: 'no AWS credentials',
    next: () => 'aws sso login',
  },
  {
    missing: 'a clock that is right',
    answer: ({ action }, onward) => (action === 'GetCallerIdentity' ? onward().then(anHourLater) : undefined),
    check: () => 'clock',
    saw: 'seconds behind that of AWS',
    next: () => 'timedatectl set-ntp true',
  },
  {
    missing: 'the right to list the organization',
    answer: ({ action }) => (action === 'ListAccounts' ? deniedJson : undefined),
    check: () => 'listing',
    saw: 'organizations:ListAccounts was denied',
    next: () =>
      `aws organizations register-delegated-administrator --account-id ${motoAccount} --service-principal ${stackSets}`,
  },
  {
    missing: 'trusted access',
    answer: ({ action }) =>
      action === 'ListAWSServiceAccessForOrganization' ? json({ EnabledServicePrincipals: [] }) : undefined,
    check: () => 'trusted access',
    saw: 'no trusted access',
    next: () => 'aws cloudformation activate-organizations-access',
  },
  {
    missing: 'the right to see what is trusted',
    answer: ({ action }) => (action === 'ListAWSServiceAccessForOrganization' ? deniedJson : undefined),
    check: () => 'trusted access',
    saw: 'was denied',
    next: () => 'allow this call',
    verdict: 'unknown',
  },
  {
    missing: 'the administration role',
    answer: ({ action, body }) =>
      action === 'GetRole' && body.includes(administrationRole)
        ? queryFault(404, 'NoSuchEntity', 'there is none')
        : undefined,
    check: () => 'administration role',
    saw: `no role ${administrationRole} in account ${motoAccount}`,
    next: () => 'run `strongroom install`, which creates it',
  },
  {
    missing: 'room for the StackSets',
    answer: ({ action }) => (action === 'GetServiceQuota' ? json({ Quota: { Value: 5 } }) : undefined),
    check: () => 'quotas',
    saw: 'but the quota is 5',
    next: () => '--quota-code L-EC62D81A --desired-value 6',
  },
  {
    missing: 'a definition that Step Functions takes',
    answer: ({ action }) =>
      action === 'ValidateStateMachineDefinition'
        ? json({
            result: 'FAIL',
            diagnostics: [{ severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET', message: 'no Report' }],
          })
        : undefined,
    check: () => 'state machine',
    saw: 'MISSING_TRANSITION_TARGET: no Report',
    next: () => 'npm run build',
  },
  {
    missing: 'the CI role of an account',
    answer: ({ action, account, body }) => {
      if (action === 'GetCallerIdentity' && account === motoAccount) return asOrchestrator;
      return action === 'AssumeRole' && body.includes(sandbox()) ? xmlDenied : undefined;
    },
    check: () => `account ${sandbox()} of wave sandbox`,
    saw: 'cannot assume BaselineReader',
    next: () => `--stack-instance-account ${sandbox()}`,
  },
  {
    missing: 'a role that the CI roles let in',
    answer: ({ action, body }) => (action === 'AssumeRole' && body.includes(sandbox()) ? xmlDenied : undefined),
    check: () => `account ${sandbox()} of wave sandbox`,
    saw: 'is not a role that CI roles let in',
    next: () => 'add your role to installation.people',
    verdict: 'unknown',
  },
  {
    missing: 'a trail of the organization',
    answer: ({ action, account }) =>
      action === 'DescribeTrails' && account === motoAccount ? json({ trailList: [] }) : undefined,
    check: () => 'events of accounts',
    saw: 'no trail of the organization is visible here',
    next: () => 'aws cloudtrail describe-trails',
    verdict: 'unknown',
  },
  {
    missing: 'a region of an account',
    answer: ({ account, region, service }) => {
      if (account !== sandbox() || region !== 'us-west-2') return undefined;
      if (service === 'ec2') return ec2Fault(403, 'UnauthorizedOperation', 'not authorized to perform this');
      return service === 'cloudformation' ? xmlDenied : deniedJson;
    },
    check: () => `account ${sandbox()} of wave sandbox`,
    saw: 'us-west-2: ',
    next: () => `aws account enable-region --account-id ${sandbox()} --region-name us-west-2`,
  },
];

test.each(rows)(
  'without $missing, that is named, with what to do, and nothing else is wrong',
  async ({ answer, check, saw, next, verdict = 'problem' }) => {
    broken = answer;

    const { status, findings } = await diagnosed();

    expect(findings.filter((found) => found.verdict === 'problem' || found.check === check())).toEqual([
      { check: check(), verdict, saw: expect.stringContaining(saw), next: expect.stringContaining(next()) },
    ]);
    expect(status).toBe(verdict === 'problem' ? 3 : 0);
  },
);

test('init writes a config from what it sees, and a plan takes it', async () => {
  const written = await line.run('init', '--config', 'fresh.yaml');
  const planned = await line.run('plan', '--json', '--config', 'fresh.yaml');

  expect([written.status, written.out.split('\n')[0]]).toEqual([
    0,
    'wrote fresh.yaml for an organization of 7 accounts',
  ]);
  const waves = JSON.parse(planned.out).waves.map(
    ({ name, accounts }: { name: string; accounts: readonly { name: string }[] }) => [
      name,
      accounts.map((account) => account.name).toSorted(),
    ],
  );
  expect([planned.status, waves]).toEqual([
    0,
    [
      ['sandbox', ['sandbox-1', 'sandbox-2']],
      ['dev', ['dev-1', 'dev-2', 'dev-3']],
    ],
  ]);
});

const directoryRole = `arn:aws:iam::${motoAccount}:role/strongroom-directory`;

test('by the role of the management account, one who may not list by himself does', async () => {
  // Only who has taken on the role may list.
  broken = ({ service, accessKeyId }) =>
    service === 'organizations' && !accessKeyId.startsWith('ASIA') ? deniedJson : undefined;
  const config = join(line.folder(), 'by-role.yaml');
  const text = await readFile(join(line.folder(), 'strongroom.yaml'), 'utf8');
  const management = `installation: { management: { account: "${motoAccount}" }, `;
  await writeFile(config, text.replace('installation: { ', management));

  const refused = await line.run('plan');
  const planned = await line.run('plan', '--config', config);
  const first = await line.runWith({ STRONGROOM_DIRECTORY_ROLE: directoryRole }, 'init', '--config', 'role.yaml');

  expect([refused.status, refused.err]).toEqual([4, expect.stringContaining('was denied')]);
  expect([planned.status, planned.out]).toEqual([0, expect.stringContaining('5 accounts in 2 waves')]);
  expect([first.status, first.out.split('\n')[0]]).toEqual([0, 'wrote role.yaml for an organization of 7 accounts']);
});

test('where there is no organization, doctor and init both say so', async () => {
  broken = ({ service }) =>
    service === 'organizations'
      ? jsonFault(400, 'AWSOrganizationsNotInUseException', 'your account is not a member of an organization')
      : undefined;

  const { status, findings } = await diagnosed();
  const refused = await line.run('init', '--config', 'nothing.yaml');

  const problems = findings.filter(({ verdict }) => verdict === 'problem');
  expect([status, problems.map(({ check, next }) => [check, next])]).toEqual([
    3,
    ['organization', 'listing'].map((check) => [
      check,
      expect.stringContaining('aws organizations describe-organization'),
    ]),
  ]);
  expect([refused.status, refused.out, refused.err]).toEqual([
    1,
    '',
    expect.stringContaining('your account is not a member of an organization'),
  ]);
});
