/** `install` and `uninstall` over accounts in memory: what is asked, done and left. */
import { installErrors } from '../../orchestrator/domain/install-errors';
import type { DeployedStack, StackChange } from '../../orchestrator/domain/installation/changes';
import type { InstalledAccount } from '../../orchestrator/domain/model/installation';
import type { AdministeredAccount, Installer } from '../../orchestrator/ports/installer';
import { fileOf, rig } from './rig';

const ids = { management: '111111111111', deployments: '222222222222' } as const;
const config = `
installation:
  management: { account: "${ids.management}", profile: acme-management }
  deployments: { account: "${ids.deployments}", profile: acme-deployments }
regions: { home: eu-central-1, governed: [eu-central-1] }
modules: { operator-role: { enabled: true } }
waves: [{ name: sandbox, ous: [Sandbox] }]
`;
const template = { Resources: { Records: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain' } } };

interface Cloud {
  readonly deployed: Map<string, DeployedStack>;
  /** Everything that changes an account, in order. */
  readonly done: string[];
  fails?: string;
  running: readonly string[];
  outside: readonly string[];
  denied?: readonly string[];
  readonly credentials: unknown[];
}

const emptyCloud = (): Cloud => ({ deployed: new Map(), done: [], running: [], outside: [], credentials: [] });

function installerOver(cloud: Cloud): Installer {
  const account = (own: InstalledAccount): AdministeredAccount => ({
    caller: async () => ({ account: own.account, arn: `arn:aws:iam::${own.account}:user/jo` }),
    stack: async (name) => cloud.deployed.get(name),
    resources: async () => [{ id: 'Records', type: 'AWS::DynamoDB::Table', physicalId: 'records-1' }],
    exists: async () => false,
    denied: async () => (cloud.denied ?? []).map((action) => ({ action, by: 'identity' })),
    hasAssetBucket: async () => cloud.done.some((one) => one.startsWith('bootstrap')),
    bootstrap: async (id, region) => void cloud.done.push(`bootstrap ${id} ${region}`),
    settled: async () => {},
    deploy: async (change, hear) => {
      hear({ stack: change.stack, id: 'Records', type: 'AWS::DynamoDB::Table', status: 'CREATE_COMPLETE' });
      if (cloud.fails === change.stack) throw installErrors.deploymentFailed(change.stack, own.account, 'it is taken');
      cloud.done.push(`deploy ${change.stack} ${own.account} ${change.region}`);
      cloud.deployed.set(change.stack, stackOf(change));
    },
    remove: async (name) => {
      cloud.done.push(`remove ${name} ${own.account}`);
      cloud.deployed.delete(name);
    },
  });
  return {
    account,
    management: () => ({
      organization: async () => ({
        id: 'o-exampleorgid',
        managementAccount: ids.management,
        roots: ['r-a1b2'],
        outside: cloud.outside,
      }),
      trustedServices: async () =>
        cloud.done.includes('trust') ? ['member.org.stacksets.cloudformation.amazonaws.com'] : [],
      trustStackSets: async () => void cloud.done.push('trust'),
    }),
    deployments: () => ({
      runningRollouts: async () => cloud.running,
      stackSets: async () => ['strongroom-sandbox-operator-role'],
    }),
    credentials: async ({ account: id }) => ({ accessKeyId: id, secretAccessKey: 'secret' }),
    close: () => {},
  };
}

const stackOf = ({ parameters, template: own }: StackChange): DeployedStack => ({
  status: 'CREATE_COMPLETE',
  isOurs: true,
  parameters,
  template: own,
});

function over(cloud: Cloud, host: NonNullable<Parameters<typeof rig>[0]>['host'] = {}) {
  const line = rig({
    host: {
      openInstaller: async () => installerOver(cloud),
      readTemplate: async () => template,
      actAs: async (credentials) => void cloud.credentials.push(credentials),
      findDeployment: async () => ({ table: 'records', bucket: 'artifacts', stateMachine: 'machine' }),
      ...host,
    },
  });
  const file = fileOf('strongroom.yaml', config);
  return (...words: readonly string[]) => line.aws(...words, '--config', file);
}

const whole = [
  'trust',
  `deploy StrongroomManagement ${ids.management} us-east-1`,
  `bootstrap ${ids.deployments} eu-central-1`,
  `deploy StrongroomOrchestrator ${ids.deployments} eu-central-1`,
];

test('--plan lists accounts, resources and stacks, and changes nothing', async () => {
  const cloud = emptyCloud();

  const { status, out } = await over(cloud)('install', '--plan');

  expect(status).toBe(0);
  expect(out.join('\n')).toMatch(/StrongroomOrchestrator {2}create {2}account 222222222222, eu-central-1: 1 to create/);
  expect(out.join('\n')).toContain('+  AWS::DynamoDB::Table  Records');
  expect(cloud.done).toEqual([]);
});

test('what is confirmed is deployed in order, with `cdk bootstrap` only where a stack has assets', async () => {
  const cloud = emptyCloud();

  await over(cloud)('install');

  expect(cloud.done).toEqual(whole);
  expect(cloud.credentials).toEqual([{ accessKeyId: ids.deployments, secretAccessKey: 'secret' }]);
});

test('missing permissions end the installation, unless they are accepted', async () => {
  const cloud: Cloud = { ...emptyCloud(), denied: ['iam:CreateRole'] };

  const refused = await over(cloud)('install');
  const before = [...cloud.done];
  await over(cloud)('install', '--accept-missing-permissions');

  expect([refused.status, before]).toEqual([3, []]);
  expect(refused.out.join('\n')).toMatch(/missing: iam:CreateRole[\s\S]*add --accept-missing-permissions/);
  expect(cloud.done).toEqual(whole);
});

test('what is not confirmed is not deployed', async () => {
  const cloud = emptyCloud();

  const { status, err } = await over(cloud, { confirm: async () => false })('install');

  expect([status, err]).toEqual([0, ['cancelled; nothing was changed']]);
  expect(cloud.done).toEqual([]);
});

test('where nobody can be asked, --yes is required', async () => {
  const cloud = emptyCloud();

  const { status, err } = await over(cloud, { confirm: undefined })('install');

  expect(status).toBe(2);
  expect(err.join('\n')).toContain('review it with --plan, then add --yes');
});

test('a stack that fails ends the installation with its reason, and the next run continues there', async () => {
  const cloud = { ...emptyCloud(), fails: 'StrongroomOrchestrator' };
  const failed = await over(cloud)('install');
  const doneBefore = cloud.done.length;
  cloud.fails = '';

  await over(cloud)('install');

  expect(failed.status).toBe(3);
  expect(failed.err.join('\n')).toContain('stack StrongroomOrchestrator in account 222222222222 failed: it is taken');
  expect(cloud.done.slice(doneBefore)).toEqual([`deploy StrongroomOrchestrator ${ids.deployments} eu-central-1`]);
});

test('installed again, nothing is asked and nothing is deployed', async () => {
  const cloud = emptyCloud();
  await over(cloud)('install', '--yes');

  const { out } = await over(cloud, { confirm: undefined })('install', '--yes');

  expect(out).toContain('StrongroomOrchestrator: unchanged');
  expect(cloud.done).toEqual(whole);
});

test('with a problem, all findings are shown and nothing is asked', async () => {
  const cloud = { ...emptyCloud(), outside: [ids.deployments] };
  const asked: string[] = [];

  const { status, out } = await over(cloud, { confirm: async (prompt) => asked.push(prompt) > 0 })('install');

  expect(status).toBe(3);
  expect(out.join('\n')).toContain('not an active member of organization o-exampleorgid: 222222222222 (deployments)');
  expect([asked, cloud.done]).toEqual([[], []]);
});

test('uninstall deletes the orchestrator, and lists records, baseline and what the baseline needs', async () => {
  const cloud = emptyCloud();
  await over(cloud)('install', '--yes');

  const { status, out } = await over(cloud)('uninstall');

  expect(status).toBe(0);
  expect(cloud.done.slice(whole.length)).toEqual([`remove StrongroomOrchestrator ${ids.deployments}`]);
  for (const kept of [
    /AWS::DynamoDB::Table .* records-1/,
    /StackSet .* strongroom-sandbox-/,
    /stack .* StrongroomManagement/,
  ])
    expect(out.join('\n')).toMatch(kept);
});

test('uninstall is refused while a rollout is in progress', async () => {
  const cloud = { ...emptyCloud(), running: ['ro-20261122-080000-k3f9'] };

  const { status, err } = await over(cloud)('uninstall', '--yes');

  expect(status).toBe(4);
  expect(err.join('\n')).toContain('ro-20261122-080000-k3f9');
  expect(cloud.done).toEqual([]);
});

test('a config without the accounts says which is missing', async () => {
  const file = fileOf('strongroom.yaml', config.replace(/^ {2}deployments:.*\n/m, ''));

  const { status, err } = await rig().aws('install', '--plan', '--config', file);

  expect([status, err.join('\n')]).toEqual([2, expect.stringContaining('installation.deployments')]);
});
