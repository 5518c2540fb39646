/** What each function may do is what the SDK commands in its bundle need: nothing is missing, and nothing is there for later. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { directoryRoleName } from '../../orchestrator/domain/installation/installation';
import { lookupActions } from '../../orchestrator/domain/model/lookups';
import { ciDirectWrites, ciReads, ciRoleWrites, ciStackWrites } from '../../orchestrator/domain/policies/ci-actions';
import type { FunctionDeclaration } from '../../orchestrator/tasks/declaration';
import { type FunctionName, functions } from '../../orchestrator/tasks/table';
import { resources, statementsOf } from './templates';

interface Bundled {
  readonly bytes: number;
  readonly commands: readonly string[];
}
const folder = join(__dirname, '..', '..', 'dist', 'functions');
const bundles: Readonly<Record<string, Bundled>> = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));

/** Where the prefix of the actions is not the name of the client. */
const prefixes: Readonly<Record<string, string>> = {
  accessanalyzer: 'access-analyzer',
  'config-service': 'config',
  eventbridge: 'events',
  'resource-groups-tagging-api': 'tag',
  's3-control': 's3',
  sfn: 'states',
};
const actionOf = (command: string): string => {
  const [client = '', name = ''] = command.replace('client-', '').split('/');
  // The account's own block is asked for by the name of a bucket's, and allowed by another [doc:AmazonS3/API_control_PutPublicAccessBlock].
  const action =
    client === 's3-control' ? name.replace(/^(Put|Delete)P/, 'PutAccountP').replace(/^GetP/, 'GetAccountP') : name;
  // The action of ListFindingsV2 is ListFindings [bc:accessanalyzer:ListFindingsV2].
  return `${prefixes[client] ?? client}:${action.replace(/^ListFindingsV2$/, 'ListFindings')}`;
};

/** In the bundle because the SDK's own middleware imports them; never sent. */
const neverSent = new Set([
  'dynamodb:DescribeEndpoints', // endpoint discovery, which is off
  's3:CreateSession', // directory buckets only
]);
/** Needs no permission [doc:STS/API_GetCallerIdentity]. */
const free = new Set(['sts:GetCallerIdentity']);
/** What a function asks inside an account it asks as the reader role or the CI role, whose policies have tests of their own. */
// The boundary allows this one for named services only, so it is in no list.
const ciActions = [
  ...lookupActions(),
  ...factActions(),
  ...ciReads,
  ...ciDirectWrites(),
  ...ciStackWrites(),
  ...ciRoleWrites,
  'iam:CreateServiceLinkedRole',
].map((action) => new RegExp(`^${action.replace('*', '.*')}$`));
/** Stacks are in the accounts, StackSets are here. */
const isAboutStacks = (action: string): boolean => /^cloudformation:(?!.*(StackSet|StackInstance))/.test(action);
const isInAccount = (action: string): boolean =>
  isAboutStacks(action) || ciActions.some((pattern) => pattern.test(action));
const isListing = (action: string): boolean => /^(organizations|tag):/.test(action);

/** Actions that no command is named after. */
const along: Readonly<Record<string, readonly string[]>> = {
  'cloudformation:CreateStackSet': ['iam:PassRole'],
  'dynamodb:GetItem': ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  's3:GetObject': ['s3:ListBucket'],
  's3:PutObject': ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  'sns:Publish': ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
};
/** Where EventBridge invokes a function, what it could not handle goes to a queue. */
const toQueue = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];
const isEventDriven = (name: string): boolean => ['AccountEvents', 'Drift', 'StackSetEvents'].includes(name);
const everywhere = ['logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

function neededBy(name: string): readonly string[] {
  const sent = (bundles[name]?.commands ?? [])
    .map(actionOf)
    .filter((action) => !neverSent.has(action) && !free.has(action));
  const { accounts = [] }: FunctionDeclaration = functions[name as FunctionName];
  const entersAccounts = accounts.length > 0;
  const lists = sent.some(isListing);
  const own = sent.filter(
    (action) => !(entersAccounts && isInAccount(action)) && !isListing(action) && action !== 'sts:AssumeRole',
  );
  return [
    ...everywhere,
    ...(isEventDriven(name) ? toQueue : []),
    ...own.flatMap((action) => [action, ...(along[action] ?? [])]),
    ...(entersAccounts ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : []),
    ...(lists ? ['sts:AssumeRole'] : []),
  ];
}

/** By the name of the function: the actions of the role that it has, and of the policies that CDK attaches to that role. */
function allowedTo(name: string): readonly string[] {
  const all = resources();
  const roles = all.filter(({ type, id }) => type === 'AWS::IAM::Role' && id.startsWith(`Functions${name}Role`));
  const policies = all.filter(({ type, id }) => type === 'AWS::IAM::Policy' && id.startsWith(`Functions${name}Role`));
  return [...roles, ...policies]
    .flatMap(statementsOf)
    .filter(({ principal }) => principal === '""')
    .flatMap(({ actions }) => actions);
}

const sorted = (actions: readonly string[]): readonly string[] => [...new Set(actions)].toSorted();

test.each(Object.keys(bundles))('%s may do what its commands need, and no more', (name) => {
  expect(sorted(allowedTo(name))).toEqual(sorted(neededBy(name)));
});

test('the role of the management account may do what listing needs, and no more', () => {
  const role = resources().filter(({ properties }) => properties['RoleName'] === directoryRoleName);
  const allowed = role
    .flatMap(statementsOf)
    .filter(({ principal }) => principal === '""')
    .flatMap(({ actions }) => actions);

  const needed = Object.values(bundles).flatMap(({ commands }) => commands.map(actionOf).filter(isListing));

  expect(sorted(allowed)).toEqual(sorted(needed));
});

test.each(Object.entries(bundles))('the bundle of %s is under 800 KB', (_name, { bytes }) => {
  expect(bytes).toBeLessThan(800_000);
});

test.each(Object.keys(bundles))('the bundle of %s does without SQLite, whose binary Lambda does not have', (name) => {
  const code = readdirSync(join(folder, name)).filter((file) => file.endsWith('.mjs'));

  expect(code.filter((file) => readFileSync(join(folder, name, file), 'utf8').includes('sqlite'))).toEqual([]);
});
