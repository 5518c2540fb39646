/** Scenarios of the checks that speak of the account as a whole: the way in, root, trail, operator role, settings. */
import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { type ListedRole, read } from '../../../../orchestrator/domain/health/facts';
import { statementsOf } from '../../../../orchestrator/domain/policies/policy';
import { edited, only, type Statement, withRole } from './edited';
import { ciRole, facts, home, readerRole, role, roles, trail, valueRead } from './healthy';
import { expecting, missed, type Scenario, without } from './scenario';

const root = (change: object): AccountFacts => ({ ...facts, root: read({ ...valueRead(facts.root), ...change }) });
const entering = (edit: Parameters<typeof edited>[1]): AccountFacts => ({
  ...facts,
  ciRole: read({ ...ciRole, trust: edited(ciRole.trust, edit) }),
});
const looking = (edit: Parameters<typeof edited>[1]): AccountFacts => ({
  ...facts,
  readerRole: read({ ...readerRole, trust: edited(readerRole.trust, edit) }),
});
function withoutOrganization(statements: Statement[]): void {
  for (const statement of statements)
    delete (statement['Condition'] as Record<string, Record<string, unknown>>)['StringEquals']?.['aws:PrincipalOrgID'];
}
function withRoles(change: (role: ListedRole) => ListedRole): AccountFacts {
  return { ...facts, roles: read(roles.map(change)) };
}
const lentToAnAccount = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::444455556666:root' },
  Action: 'sts:AssumeRole',
  Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'acme' } },
};
function withTrust(statement: object): AccountFacts {
  return { ...facts, roles: read([...roles, { name: 'lent', path: '/', trust: { Statement: [statement] } }]) };
}
const trails = (change: object): AccountFacts => ({ ...facts, trails: read([{ ...trail, ...change }]) });
const ofAccount: Readonly<Record<string, Scenario>> = {
  'ci-role-gives-access': {
    fact: 'identity',
    nearMisses: [missed('one digit off', { ...facts, identity: read({ account: '111122223334', arn: '' }) })],
    notApplicable: 'always',
  },
  'ci-role-has-permissions-boundary': {
    fact: 'ciRole',
    nearMisses: [
      missed('a boundary that bounds nothing', {
        ...facts,
        ciRole: read({ ...ciRole, boundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      }),
    ],
    notApplicable: 'always',
  },
  'ci-role-trust-matches-bootstrap': {
    fact: 'ciRole',
    nearMisses: [
      missed(
        'one statement more',
        entering((s) => s.push({ ...only(s), Principal: { AWS: '*' } })),
      ),
      missed("the orchestrator's, without the organization", entering(withoutOrganization)),
    ],
    notApplicable: expecting({ entry: undefined, enabled: [] }),
  },
  'reader-role-has-permissions-boundary': {
    fact: 'readerRole',
    nearMisses: [
      missed('no boundary', { ...facts, readerRole: read({ trust: readerRole.trust }) }),
      missed('the boundary of the CI role', {
        ...facts,
        readerRole: read({ ...readerRole, boundaryArn: ciRole.boundaryArn }),
      }),
    ],
    notApplicable: 'always',
  },
  'reader-role-trust-matches-bootstrap': {
    fact: 'readerRole',
    nearMisses: [
      missed(
        'one statement more',
        looking((s) => s.push({ ...only(s), Principal: { AWS: '*' } })),
      ),
      missed(
        'StackSets, which the CI role trusts',
        looking((s) => s.push(only(statementsOf(ciRole.trust) as Statement[]))),
      ),
      missed('without the organization', looking(withoutOrganization)),
    ],
    notApplicable: expecting({ entry: undefined, enabled: [] }),
  },
  'iam-users-have-no-access-keys': {
    fact: 'userKeys',
    nearMisses: [missed('one key of one user', { ...facts, userKeys: read([{ user: 'jo', activeKeys: 1 }]) })],
    notApplicable: 'always',
  },
  'iam-roles-restrict-trust': {
    fact: 'roles',
    nearMisses: [missed('a condition that holds where its key is missing', withTrust(lentToAnAccount))],
    notApplicable: 'always',
  },
  ...Object.fromEntries(
    [
      ['aws-config', 'config.amazonaws.com'],
      ['kms-default', 'autoscaling.amazonaws.com'],
    ].map(([module, service]) => [
      `${module}-service-linked-role-exists`,
      {
        fact: 'roles',
        nearMisses: [
          missed(
            'under its name alone',
            withRoles((r) => ({ ...r, path: r.path.replace(`${service}/`, '') })),
          ),
        ],
        notApplicable: 'moduleOff',
      } satisfies Scenario,
    ]),
  ),
  'root-user-has-no-access-key': {
    fact: 'root',
    nearMisses: [missed('a key, with MFA', root({ accessKeys: true }))],
    notApplicable: 'always',
  },
  'root-user-requires-mfa': {
    fact: 'root',
    nearMisses: [missed('a password alone', root({ mfa: false }))],
    notApplicable: 'always',
  },
  'cloudtrail-trail-covers-all-regions': {
    fact: 'trails',
    nearMisses: [missed('all regions, not validated', trails({ logFileValidation: false }))],
    notApplicable: 'moduleOff',
  },
  'cloudtrail-trail-delivers-logs': {
    fact: 'trails',
    nearMisses: [
      missed('logs, with delivery errors', trails({ deliveryError: 'AccessDenied' })),
      missed('logs, and has not delivered yet', trails({ deliveredAt: undefined }), 'unknown'),
      missed('logs, and last delivered a day ago', trails({ deliveredAt: '2026-11-21T11:59:59.000Z' })),
    ],
    notApplicable: 'moduleOff',
  },
  'cloudtrail-trail-uses-log-archive': {
    fact: 'trails',
    nearMisses: [missed('to another bucket', trails({ bucket: 'acme-log-archive-2' }))],
    notApplicable: 'moduleOff',
  },
};

const ofOperator: Readonly<Record<string, Scenario>> = Object.fromEntries(
  Object.entries<readonly [what: string, seen: AccountFacts]>({
    'operator-role-limits-session-duration': ['a second too long', withRole({ maxSessionSeconds: 3601 })],
    'operator-role-trusts-only-own-account': [
      'another account',
      withRole({
        trust: edited(role.trust, (s) =>
          Object.assign(only(s), { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }),
        ),
      }),
    ],
    'operator-role-requires-mfa': [
      'BoolIfExists, which holds without the key',
      withRole({ trust: withCondition('BoolIfExists', 'Bool') }),
    ],
    'operator-role-requires-recent-mfa': [
      'NumericLessThanIfExists, which holds without the key',
      withRole({ trust: withCondition('NumericLessThanIfExists', 'NumericLessThan') }),
    ],
    'region-deny-policy-only-denies': [
      'an Allow among the denials',
      withFence((s) => s.push({ Effect: 'Allow', Action: '*', Resource: '*' })),
    ],
    'operator-role-has-only-administrator-access': [
      'another grant besides',
      withRole({ attached: [...role.attached, 'arn:aws:iam::aws:policy/ReadOnlyAccess'] }),
    ],
    'region-deny-policy-matches-governed-regions': [
      'one region more',
      withFence((s) =>
        Object.assign(only(s), {
          Condition: {
            StringNotEquals: { 'aws:RequestedRegion': [home, 'us-west-2', 'sa-east-1'] },
          },
        }),
      ),
    ],
    'region-deny-policy-has-released-exemptions': [
      'one service more let through',
      withFence((s) => (only(s)['NotAction'] as string[]).push('s3:*')),
    ],
    'region-deny-policy-allows-global-services': [
      'IAM let through by its reading calls only',
      withFence((s) => {
        const carvedOut = only(s)['NotAction'] as string[];
        carvedOut.splice(carvedOut.indexOf('iam:*'), 1, 'iam:Get*', 'iam:List*');
      }),
    ],
    'operator-role-cannot-change-itself': [
      'one action fewer denied',
      withRole({
        inline: {
          ...role.inline,
          'self-protect': edited(role.inline['self-protect'], (s) => (only(s)['Action'] as string[]).pop()),
        },
      }),
    ],
  }).map(([id, [what, seen]]) => [
    id,
    { fact: 'operatorRole', nearMisses: [missed(what, seen)], notApplicable: 'moduleOff' },
  ]),
);

function withCondition(instead: string, operator: string) {
  return edited(role.trust, (statements) => {
    const { [operator]: keys, ...others } = only(statements)['Condition'] as Record<string, unknown>;
    only(statements)['Condition'] = { ...others, [instead]: keys };
  });
}
function withFence(edit: Parameters<typeof edited>[1]): AccountFacts {
  return withRole({ inline: { ...role.inline, 'region-deny': edited(role.inline['region-deny'], edit) } });
}

const ofSettings: Readonly<Record<string, Scenario>> = {
  'password-policy-is-strong': {
    fact: 'passwordPolicy',
    nearMisses: [
      missed('one character too short', {
        ...facts,
        passwordPolicy: read({ ...valueRead(facts.passwordPolicy), minimumLength: 13 }),
      }),
    ],
    notApplicable: without({ passwordPolicy: undefined }),
  },
  's3-public-access-is-blocked': {
    fact: 's3PublicAccessBlock',
    nearMisses: [
      missed('three of four', {
        ...facts,
        s3PublicAccessBlock: read({ ...valueRead(facts.s3PublicAccessBlock), restrictPublicBuckets: false }),
      }),
    ],
    notApplicable: without({ s3PublicAccessBlock: undefined }),
  },
};

export const accountScenarios: Readonly<Record<string, Scenario>> = { ...ofAccount, ...ofOperator, ...ofSettings };
