/** Checks on the list of roles: service-linked roles that modules need (bootstrapped), and whom all other roles trust (access-controlled). */

import type { ModuleId } from '../../model/module';
import type { Expectations } from '../../model/release';
import { linkedRolePath, linkedServiceOf } from '../../policies/linked-roles';
import { conditionsOf, principalsOf, type Statement, statementsOf } from '../../policies/policy';
import { type Answer, type Check, few, isRunByOthers, judged } from '../check';
import type { ListedRole } from '../facts';

type Judged = Omit<Answer, 'expected'>;

export const linkedRoleCheckOf = (module: ModuleId, service: string): Check => ({
  gate: 'bootstrapped',
  module,
  severity: 'critical',
  scope: 'account',
  id: `${module}-service-linked-role-exists`,
  control: '003-31',
  title: `The service-linked role that ${module} needs exists`,
  needs: ['roles'],
  remediation: `Create it with \`aws iam create-service-linked-role --aws-service-name ${service}\`, or start a rollout, whose preflight creates it`,
  judge: ({ roles }, release, place) => {
    const expected = `a role under ${linkedRolePath(service)}`;
    if (isRunByOthers(module, release, place))
      return { outcome: 'notApplicable', observed: place.adopted ?? 'the organization manages the module', expected };
    return judged(roles, expected, 'fail', (seen) => {
      const role = seen.find(({ path }) => path === linkedRolePath(service));
      return role === undefined
        ? { outcome: 'fail', observed: 'no such role' }
        : { outcome: 'pass', observed: role.name };
    });
  },
});

const linkedRoleChecks = (Object.entries(linkedServiceOf) as readonly [ModuleId, string][]).map(([module, service]) =>
  linkedRoleCheckOf(module, service),
);

/** AWS decides whom these roles trust: service-linked roles, and those of IAM Identity Center. */
const pathsOfAws = ['/aws-service-role/', '/aws-reserved/'];

/** Organizations and Control Tower create these in every account and trust the management account [controls 003-34]. */
export const rolesOfTheOrganization = ['OrganizationAccountAccessRole', 'AWSControlTowerExecution'];

const isMadeByAws = ({ name, path, trust }: ListedRole): boolean => {
  if (pathsOfAws.some((reserved) => path.startsWith(reserved))) return true;
  const [first, ...others] = statementsOf(trust).flatMap(principalsOf);
  const isForOneAccount = first?.[0] === 'AWS' && others.length === 0 && /^(\d{12}|arn:.*:root)$/.test(first[1]);
  return rolesOfTheOrganization.includes(name) && isForOneAccount;
};

/** One role, user or session. A unique id means a deleted principal, which cannot assume anything. */
const exact = /^(arn:[^:]+:(iam|sts)::\d{12}:(role|user|assumed-role|federated-user)\/[^*?]+|A(ROA|IDA)[A-Z0-9]+)$/;

/** Such a condition also holds if its key is missing or has any value, so it restricts nobody [controls 1.4.1]. */
const holdsAnyway = ({
  operator,
  values,
}: {
  readonly operator: string;
  readonly values: readonly unknown[];
}): boolean => /ifexists$|^forallvalues:|not/i.test(operator) || (/like$/i.test(operator) && values.includes('*'));

const isOpen = (statement: Statement): boolean => {
  if (statement['Effect'] === 'Deny') return false;
  if (statement['NotPrincipal'] !== undefined) return true;
  const named = principalsOf(statement).filter(
    ([kind, name]) => kind !== 'Service' && !(kind === 'AWS' && exact.test(name)),
  );
  return named.length > 0 && conditionsOf(statement).every(holdsAnyway);
};

/** Other checks judge the trust policies of our own roles. */
const judgeTrusts = (
  all: readonly ListedRole[],
  { ciRole, readerRole, operatorRoleName, enabled }: Expectations,
): Judged => {
  const judgedElsewhere = [ciRole, readerRole, ...(enabled.includes('operator-role') ? [operatorRoleName] : [])];
  const roles = all.filter(({ name }) => !judgedElsewhere.includes(name));
  const open = roles
    .filter((role) => !isMadeByAws(role) && statementsOf(role.trust).some(isOpen))
    .map(({ name }) => name);
  if (open.length === 0) return { outcome: 'pass', observed: `none of ${roles.length} other roles` };
  return { outcome: 'fail', observed: few(open.toSorted()) };
};

export const roleChecks: readonly Check[] = [
  ...linkedRoleChecks,
  {
    gate: 'access-controlled',
    module: 'bootstrap',
    severity: 'advisory',
    scope: 'account',
    id: 'iam-roles-restrict-trust',
    control: '002-15',
    title: 'No role trusts a whole account or identity provider without a condition',
    needs: ['roles'],
    remediation:
      'Name one role or user as the principal, or add a condition to the statement, like aws:PrincipalOrgID or sts:ExternalId',
    judge: ({ roles }, { expectations }) =>
      judged(roles, 'no role that trusts a whole account or identity provider without a condition', 'fail', (seen) =>
        judgeTrusts(seen, expectations),
      ),
  },
];
