/** The managed policy for people: what the command line calls with a person's own credentials, and nothing that changes accounts directly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resources, statementsOf } from './templates';

const [policy] = resources().filter(({ properties }) => properties['ManagedPolicyName'] === 'StrongroomOperator');
const statements = policy === undefined ? [] : statementsOf(policy);
const allowed = statements.flatMap(({ actions }) => actions);

/** IAM actions of the commands and paginators that a file of the adapters imports. */
function actionsIn(file: string): readonly string[] {
  const text = readFileSync(join(__dirname, '..', '..', 'orchestrator', 'aws', file), 'utf8');
  return [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g)].flatMap(([, names = '', client]) =>
    [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(([, paged, sent]) =>
      actionNamed(`${prefixes[client ?? ''] ?? client}:${paged ?? sent}`),
    ),
  );
}
const prefixes: Readonly<Record<string, string>> = { sfn: 'states', 'service-quotas': 'servicequotas' };
/** The action of this call has another name [doc:AmazonS3/API_GetObjectLockConfiguration]. */
const actionNamed = (call: string): string =>
  call === 's3:GetObjectLockConfiguration' ? 's3:GetBucketObjectLockConfiguration' : call;
/** Needs no permission [doc:STS/API_GetCallerIdentity]. */
const free = new Set(['sts:GetCallerIdentity']);

test.each(['surroundings.ts', 'guardrails.ts', 'deployment.ts', 'executions.ts', 'callbacks.ts', 'state-marker.ts'])(
  'people may make every call of %s',
  (file) => {
    const needed = actionsIn(file).filter((action) => !free.has(action));

    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter((action) => !allowed.includes(action))).toEqual([]);
  },
);

test.each([
  'dynamodb:Query',
  'dynamodb:PutItem',
  's3:ListBucket',
  'kms:Decrypt',
  'sts:AssumeRole',
  'sts:SetSourceIdentity',
  'cloudformation:DescribeStackSetOperation',
  'cloudformation:StopStackSetOperation',
  'states:RedriveExecution',
])('people may %s', (action) => {
  expect(allowed).toContain(action);
});

test('people start no operation of a StackSet: the deployed functions do', () => {
  expect(allowed.filter((action) => /StackInstances|UpdateStackSet|ImportStacks/.test(action))).toEqual([
    'cloudformation:ListStackInstances',
  ]);
});

test('people assume the directory role and the CI roles of the organization, and no other role', () => {
  const assumed = statements.filter(({ actions }) => actions.includes('sts:AssumeRole'));

  expect(assumed.map(({ sid }) => sid).toSorted()).toEqual(['EnterAccounts', 'Organization']);
});

/** The characters of a managed policy, without whitespace [bc:iam:CreatePolicy]. References are longer than what they become. */
test('the policy is within what IAM takes', () => {
  const text = JSON.stringify(policy?.properties['PolicyDocument']);

  expect(text.replace(/\{"Ref":"AWS::(\w+)"\}/g, '$1').length).toBeLessThan(6_144);
});
