/** What the list of an account's roles tells: G0, the roles of services that modules need; G3, whom all the others let in. */

import type { ModuleId } from '../../model/module';
import type { Expectations } from '../../model/release';
import { linkedRolePath, linkedServiceOf } from '../../policies/linked-roles';
import { conditionsOf, principalsOf, type Statement, statementsOf } from '../../policies/policy';
import { type Answer, type Check, few, isRunByOthers, judged } from '../check';
import type { ListedRole } from '../facts';

type Judged = Omit<Answer, 'expected'>;

const linkedRoleChecks = (Object.entries(linkedServiceOf) as readonly [ModuleId, string][]).map(
  ([module, service]): Check => ({
    gate: 'G0',
    module,
    severity: 'critical',
    scope: 'account',
    id: `003-31-${module}`,
    title: `the service-linked role that ${module} needs is there`,
    remediation: `Make it with \`aws iam create-service-linked-role --aws-service-name ${service}\`, or roll out again: preflight makes it`,
    judge: ({ roles }, release, place) => {
      const expected = `a role under ${linkedRolePath(service)}`;
      if (isRunByOthers(module, release, place))
        return { outcome: 'notApplicable', observed: place.adopted ?? 'left to the organization', expected };
      return judged(roles, expected, 'fail', (seen) => {
        const role = seen.find(({ path }) => path === linkedRolePath(service));
        return role === undefined ? { outcome: 'fail', observed: 'none' } : { outcome: 'pass', observed: role.name };
      });
    },
  }),
);

/** Whom AWS's own roles let in is AWS's to say: those of services, and of people who sign in by IAM Identity Center. */
const pathsOfAws = ['/aws-service-role/', '/aws-reserved/'];

/** Made by Organizations and Control Tower in every account, for the root principal of the management account [controls 003-34]. */
export const rolesOfTheOrganization = ['OrganizationAccountAccessRole', 'AWSControlTowerExecution'];

const isMadeByAws = ({ name, path, trust }: ListedRole): boolean => {
  if (pathsOfAws.some((reserved) => path.startsWith(reserved))) return true;
  const [first, ...others] = statementsOf(trust).flatMap(principalsOf);
  const isForOneAccount = first?.[0] === 'AWS' && others.length === 0 && /^(\d{12}|arn:.*:root)$/.test(first[1]);
  return rolesOfTheOrganization.includes(name) && isForOneAccount;
};

/** One role, user or session: another one of the account does not become it. An id stands for one that was deleted, and lets nobody in. */
const exact = /^(arn:[^:]+:(iam|sts)::\d{12}:(role|user|assumed-role|federated-user)\/[^*?]+|A(ROA|IDA)[A-Z0-9]+)$/;

/** A condition that holds where its key is missing, or whatever its value is, keeps nobody out [controls 1.4.1]. */
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

/** Rows of their own judge the trusts of the CI role and of the operator role. */
const judgeTrusts = (all: readonly ListedRole[], { ciRole, operatorRoleName, enabled }: Expectations): Judged => {
  const judgedElsewhere = [ciRole, ...(enabled.includes('operator-role') ? [operatorRoleName] : [])];
  const roles = all.filter(({ name }) => !judgedElsewhere.includes(name));
  const open = roles
    .filter((role) => !isMadeByAws(role) && statementsOf(role.trust).some(isOpen))
    .map(({ name }) => name);
  if (open.length === 0) return { outcome: 'pass', observed: `none of ${roles.length} roles` };
  return { outcome: 'fail', observed: few(open.toSorted()) };
};

export const roleChecks: readonly Check[] = [
  ...linkedRoleChecks,
  {
    gate: 'G3',
    module: 'bootstrap',
    severity: 'advisory',
    scope: 'account',
    id: '002-15',
    title: 'no role lets in whole accounts or federations without a condition',
    remediation:
      'Name one role or user as the principal, or add a condition to the statement, like aws:PrincipalOrgID or sts:ExternalId',
    judge: ({ roles }, { expectations }) =>
      judged(roles, 'no role with an unconditioned Allow', 'fail', (seen) => judgeTrusts(seen, expectations)),
  },
];
