/** The least that the CI role needs, derived from the templates and CloudFormation's schemas, against what its boundary allows. */
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import {
  ciDirectWrites,
  ciReads,
  ciRehearsalWrites,
  ciRoleWrites,
  ciStackWrites,
  linkedServices,
} from '../../orchestrator/domain/policies/ci-actions';
import { ciBoundary, ciLimits } from '../../orchestrator/domain/policies/ci-boundary';

import { isLike } from '../../orchestrator/domain/policies/policy';
import { type Purpose, roleOf } from '../../orchestrator/ports/purposes';
import { actionsOfType, handlersOf, publishedTypes, unused, withoutSchema } from './ci-needs';
import { account, type Template, templates } from './deployed';
import { decide } from './policy-evaluator';

const named = {
  partition: 'aws',
  account,
  ciRole: 'BaselineCi',
  readerRole: 'BaselineReader',
  operatorRole: 'InfraAdmin',
};
const boundary = ciBoundary(named);
const limits = ciLimits(named);
const arn = (name: string) => `arn:aws:iam::${account}:${name}`;
const configRole = arn('role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig');

const types = [
  ...new Set(
    templates.flatMap(({ body }) => Object.values((JSON.parse(body) as Template).Resources).map(({ Type }) => Type)),
  ),
].sort();
const ofTemplates = [...new Set(types.flatMap(actionsOfType))].sort();

interface Statement {
  readonly Action: readonly string[];
}
/** The purposes that enter by the CI role. Reverting drift needs what the templates need, and its session says it by service. */
const purposes = (Object.keys(roleOf) as Purpose[]).filter((name) => roleOf[name] === 'ci' && name !== 'revertDrift');
const ofVisits = [
  ...new Set(
    purposes.flatMap((purpose): readonly string[] =>
      JSON.parse(sessionPolicy(purpose)).Statement.flatMap(({ Action }: Statement) => Action),
    ),
  ),
].filter((action) => action !== 'sts:GetCallerIdentity');
const isRead = (action: string): boolean => /:(Get|List|Describe|Simulate)/.test(action);

/** Our resource of each service whose resources have names, and one of somebody else. */
const resources: Readonly<Record<string, readonly [ours: string, anothers: string]>> = {
  'access-analyzer': ['analyzer/strongroom-external-access', 'analyzer/theirs'],
  cloudtrail: ['trail/strongroom-trail', 'trail/theirs'],
  events: ['rule/strongroom-alert-tampering', 'rule/theirs'],
  kms: ['alias/strongroom-ebs', 'alias/theirs'],
};
const withoutName = ['kms:CreateKey'];
const resourceOf = (action: string, whose: 0 | 1 = 0): string => {
  const [service = ''] = action.split(':');
  if (action === 'iam:CreateServiceLinkedRole' || action === 'iam:PassRole') return configRole;
  if (service === 'iam') return arn(whose === 0 ? 'role/InfraAdmin' : 'role/Deployer');
  const name = withoutName.includes(action) ? undefined : resources[service]?.[whose];
  return name === undefined ? '*' : `arn:aws:${service}:us-east-1:${account}:${name}`;
};
const context = {
  'iam:awsservicename': 'config.amazonaws.com',
  'iam:policyarn': 'arn:aws:iam::aws:policy/AdministratorAccess',
};
const throughStack = { ...context, 'aws:calledvia': 'cloudformation.amazonaws.com' };

describe('the types of resources', () => {
  test('have a schema, or their calls are listed here, and no other type has', () => {
    expect([...publishedTypes, ...Object.keys(withoutSchema)].sort()).toEqual(types);
  });

  test.each(Object.entries(unused))('what is left out of %s is in its schema', (type, actions) => {
    expect(handlersOf(type)).toEqual(expect.arrayContaining([...actions]));
  });
});

describe('what CloudFormation calls', () => {
  test.each(ofTemplates)('%s is allowed through a stack', (action) => {
    expect(decide([boundary], { action, resource: resourceOf(action), context: throughStack })).toBe('allowed');
  });

  const direct = ciDirectWrites();
  const writes = ofTemplates.filter((action) => !isRead(action) && !/^iam:(PassRole|CreateServiceLinked)/.test(action));

  test.each(writes.filter((action) => !direct.includes(action)))('%s is denied to a direct call', (action) => {
    expect(decide([boundary], { action, resource: resourceOf(action), context })).toBe('denied');
  });

  test.each(writes.filter((action) => resourceOf(action) !== '*'))(
    "%s is denied on somebody else's resource, also through a stack",
    (action) => {
      expect(decide([boundary], { action, resource: resourceOf(action, 1), context: throughStack })).toBe('denied');
    },
  );
});

describe('what visits call', () => {
  const places: Readonly<Record<string, string>> = {
    'cloudformation:CreateStackSet': 'arn:aws:cloudformation:us-east-1:111122223333:stackset/strongroom-rehearsal-a:1',
    'cloudformation:DeleteStack':
      'arn:aws:cloudformation:us-east-1:111122223333:stack/StackSet-strongroom-rehearsal-a/1',
    'cloudformation:DeleteStackSet': 'arn:aws:cloudformation:us-east-1:111122223333:stackset/strongroom-rehearsal-a:1',
    'events:DisableRule': 'arn:aws:events:us-east-1:111122223333:rule/strongroom-rehearsal-a',
  };
  const queue = `arn:aws:sqs:us-east-1:${account}:strongroom-probe-20261122-150405-ab12`;
  const onQueue = { 'sns:protocol': 'sqs', 'sns:endpoint': queue };

  test.each(ofVisits)('%s is allowed', (action) => {
    const resource = places[action] ?? (action.startsWith('sqs:') ? queue : resourceOf(action));
    // The rules of a rehearsal are deleted with their stack.
    const isOfStack = /^events:(Delete|Remove)/.test(action);

    const decided = decide([boundary], {
      action,
      resource,
      context: { ...(isOfStack ? throughStack : context), ...onQueue },
    });

    expect(decided).toBe('allowed');
  });
});

describe('nothing more is allowed', () => {
  test('no action is written that neither a template nor a visit needs', () => {
    const written = [...ciStackWrites(), ...ciDirectWrites(), ...ciRoleWrites, ...ciRehearsalWrites];

    expect(written.filter((action) => !ofTemplates.includes(action) && !ofVisits.includes(action))).toEqual([]);
    expect(written.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('what a module writes is what its types need', () => {
    expect(ciStackWrites().filter((action) => !ofTemplates.includes(action))).toEqual([]);
  });

  /** CloudFormation and StackSets ask these about a template, and no schema names them [doc:AWSCloudFormation/stacksets-prereqs-self-managed]. */
  const ofStackSets = ['cloudformation:GetTemplateSummary', 'cloudformation:ValidateTemplate'];

  test.each(ciReads.filter((pattern) => !ofStackSets.includes(pattern)))(
    '%s covers a read that is needed',
    (pattern) => {
      const covered = [...ofTemplates, ...ofVisits].filter((action) => isLike(action, pattern));

      expect(covered).not.toEqual([]);
      expect(covered.filter((action) => !isRead(action))).toEqual([]);
    },
  );

  test('a session that reverts drift is allowed the services of the templates, and no other', () => {
    const [, , services] = JSON.parse(sessionPolicy('revertDrift')).Statement;

    expect(services.Action).toEqual([...new Set(ofTemplates.map((action) => `${action.split(':')[0]}:*`))].sort());
  });
});

/** Characters of a managed policy, and of all inline policies of a role, without whitespace [bc:iam:CreatePolicy], [doc:IAM/reference_iam-quotas]. */
test.each(['aws', 'aws-us-gov'])(
  'the policies are within what IAM takes in %s, with the longest names',
  (partition) => {
    const [ciRole, readerRole, operatorRole] = ['C', 'R', 'O'].map((letter) => letter.repeat(64)) as [
      string,
      string,
      string,
    ];
    const longest = { partition, account, ciRole, readerRole, operatorRole };

    expect(JSON.stringify(ciBoundary(longest)).length).toBeLessThan(6_144);
    expect(JSON.stringify(ciLimits(longest)).length).toBeLessThan(10_240);
  },
);

/** The grants leave these out already; the limits are there for the day on which a grant is widened. */
test.each(
  ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary']
    .flatMap((action) =>
      ['role/BaselineCi', 'role/baseline/Service', 'role/Any'].map((name) => [action, name] as const),
    )
    .concat(
      ['role/BaselineCi', 'role/BaselineReader', 'role/strongroom/Strongroom-SettingsShard'].flatMap((name) =>
        [...ciRoleWrites, 'iam:PassRole'].map((action) => [action, name] as const),
      ),
      ciRoleWrites.map((action) => [action, 'role/InfraAdmin'] as const),
      ['CreatePolicyVersion', 'DeletePolicy', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'].flatMap((action) =>
        ['BaselineCiBoundary', 'BaselineReader', 'BaselineServiceRoleBoundary'].map(
          (name) => [`iam:${action}`, `policy/baseline/${name}`] as const,
        ),
      ),
      ['CreateAccessKey', 'CreateLoginProfile', 'CreateUser'].map((action) => [`iam:${action}`, 'user/jo'] as const),
    ),
)('%s of %s stays denied where everything is granted', (action, name) => {
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

  expect(decide([everything, limits], { action, resource: arn(name), context })).toBe('denied');
});

test.each([
  ['config.amazonaws.com', 'allowed'],
  ['autoscaling.amazonaws.com', 'allowed'],
  ['ecs.amazonaws.com', 'denied'],
  ['organizations.amazonaws.com', 'denied'],
])('a session for linked roles creates that of %s: %s', (service, decision) => {
  const session = JSON.parse(sessionPolicy('linkedRoles'));
  const resource = arn(`role/aws-service-role/${service}/AWSServiceRoleForIt`);

  const decided = decide([session], {
    action: 'iam:CreateServiceLinkedRole',
    resource,
    context: { 'iam:awsservicename': service },
  });

  expect(decided).toBe(decision);
  expect(linkedServices().includes(service)).toBe(decision === 'allowed');
});
