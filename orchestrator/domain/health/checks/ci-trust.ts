/**
 * The CI role and the reader role must trust exactly the principals that the bootstrap template names. The config says who they are, but for the organization,
 * and for the account where the config does not name it: their values come from the trust policy itself. The visit entered through this
 * trust policy, which shows that organization and account are ours.
 */

import { partitionOf } from '../../model/partition';
import type { Entry } from '../../model/release';
import { type CiCallers, ciTrust, gitHubTrust, readerTrust } from '../../policies/ci-policy';
import {
  conditionsOf,
  type PolicyDocument,
  policyDifferences,
  type Statement,
  statementsOf,
  withoutConditionsOn,
} from '../../policies/policy';
import type { Answer, Place } from '../check';

const issuer = 'token.actions.githubusercontent.com';
/** Somebody may have added them: they only narrow the subject further [controls 3.1]. */
const gitHubOptions = [`${issuer}:repository_id`, `${issuer}:repository_owner_id`];

/** @param role which of the two roles of the bootstrap. */
export function judgeBootstrapTrust(
  role: 'ci' | 'reader',
  trust: PolicyDocument,
  entry: Entry | undefined,
  { account, region }: Place,
): Omit<Answer, 'expected'> {
  if (entry === undefined) return { outcome: 'notApplicable', observed: 'the release is older than this check' };
  const partition = partitionOf(region).id;
  const callers = callersIn(trust, entry);
  if (callers === undefined)
    return { outcome: 'fail', observed: 'no statement that names roles of one account and one organization' };
  const { Version, Statement } = role === 'ci' ? ciTrust(partition, callers) : readerTrust(partition, callers);
  const { gitHubSubject } = entry;
  const gitHub =
    gitHubSubject === undefined || role === 'reader' ? [] : [gitHubTrust({ partition, account }, gitHubSubject)];
  const differences = policyDifferences(withoutConditionsOn(gitHubOptions, trust), {
    Version,
    Statement: [...Statement, ...gitHub],
  });
  return differences.length === 0
    ? { outcome: 'pass', observed: `as bootstrapped, for orchestrator account ${callers.orchestratorAccount}` }
    : { outcome: 'fail', observed: differences.join('; ') };
}

/** Undefined if no statement requires an external id, or if that statement is wider than the template allows. */
function callersIn(trust: PolicyDocument, entry: Entry): CiCallers | undefined {
  const statement = statementsOf(trust).find((s) => oneValue(s, 'sts:ExternalId') !== undefined) ?? {};
  const organization = oneValue(statement, 'aws:PrincipalOrgID');
  const account = oneAccount(statement);
  const orchestratorAccount = entry.administrationRole.account ?? account;
  if (!/^o-[a-z0-9]{10,32}$/.test(organization ?? '') || orchestratorAccount === undefined) return undefined;
  return {
    organization: organization ?? '',
    orchestratorAccount,
    administrationRole: entry.administrationRole.name,
    orchestratorRoles: entry.orchestratorRoles,
    people: entry.people,
    externalId: entry.externalId,
  };
}

/** The account of all roles that the statement lets in. */
function oneAccount(statement: Statement): string | undefined {
  const roles = conditionsOf(statement).filter(({ key }) => key.toLowerCase() === 'aws:principalarn');
  const accounts = roles.flatMap(({ values }) =>
    values.map((arn) => /^arn:[^:]+:iam::(\d{12}):role\//.exec(String(arn))?.[1]),
  );
  const [account, ...others] = new Set(accounts);
  return others.length === 0 ? account : undefined;
}

/** The value that the statement requires for the key, if it requires exactly one. */
function oneValue(statement: Statement, key: string): string | undefined {
  const found = conditionsOf(statement).filter((condition) => condition.key.toLowerCase() === key.toLowerCase());
  const [value, ...others] = found.flatMap(({ values }) => values);
  return typeof value === 'string' && others.length === 0 ? value : undefined;
}
