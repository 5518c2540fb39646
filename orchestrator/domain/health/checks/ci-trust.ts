/**
 * The CI role must trust exactly the principals that the bootstrap template names. The template has parameters that no config knows:
 * the organization, the orchestrator's account and role, the workflow. Their values come from the trust policy itself, in the form
 * that the template allows. The visit entered through this trust policy, which shows that organization and account are ours.
 */

import type { Entry } from '../../model/release';
import { type CiCallers, ciTrust, gitHubSubject, gitHubTrust, orchestratorRoleName } from '../../policies/ci-policy';
import { partitionOf } from '../../policies/operator-policy';
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

export function judgeCiTrust(
  trust: PolicyDocument,
  entry: Entry | undefined,
  { account, region }: Place,
): Omit<Answer, 'expected'> {
  if (entry === undefined) return { outcome: 'notApplicable', observed: 'the release is older than this check' };
  const partition = partitionOf(region);
  const callers = callersIn(trust, entry);
  if (callers === undefined)
    return { outcome: 'fail', observed: 'no statement that names roles of one account and one organization' };
  const { Version, Statement } = ciTrust(partition, callers);
  const workflow = workflowIn(trust);
  const gitHub = workflow === undefined ? [] : [gitHubTrust({ partition, account }, workflow)];
  const differences = policyDifferences(withoutConditionsOn(gitHubOptions, trust), {
    Version,
    Statement: [...Statement, ...gitHub],
  });
  return differences.length === 0
    ? { outcome: 'pass', observed: `as bootstrapped, for orchestrator account ${callers.orchestratorAccount}` }
    : { outcome: 'fail', observed: differences.join('; ') };
}

/** Undefined if no statement requires an external id, or if that statement is wider than the template allows. */
function callersIn(trust: PolicyDocument, { externalId, administrationRole }: Entry): CiCallers | undefined {
  const statement = statementsOf(trust).find((s) => oneValue(s, 'sts:ExternalId') !== undefined) ?? {};
  const organization = oneValue(statement, 'aws:PrincipalOrgID');
  const [, account, orchestratorRole] =
    oneValue(statement, 'aws:PrincipalArn')?.match(/^arn:[^:]+:iam::(\d{12}):role\/(.+)$/) ?? [];
  const orchestratorAccount = administrationRole.account ?? account;
  const isNamed = new RegExp(`^${orchestratorRoleName}$`).test(orchestratorRole ?? '');
  if (!/^o-[a-z0-9]{10,32}$/.test(organization ?? '') || orchestratorAccount === undefined || !isNamed)
    return undefined;
  return {
    organization: organization ?? '',
    orchestratorAccount,
    administrationRole: administrationRole.name,
    orchestratorRole: orchestratorRole ?? '',
    externalId,
  };
}

/** The subject of the workflow that may assume the role, if there is one and it has no wildcard. */
const workflowIn = (trust: PolicyDocument): string | undefined =>
  statementsOf(trust)
    .map((statement) => oneValue(statement, `${issuer}:sub`))
    .find((subject) => subject !== undefined && new RegExp(gitHubSubject).test(subject));

/** The value that the statement requires for the key, if it requires exactly one. */
function oneValue(statement: Statement, key: string): string | undefined {
  const found = conditionsOf(statement).filter((condition) => condition.key.toLowerCase() === key.toLowerCase());
  const [value, ...others] = found.flatMap(({ values }) => values);
  return typeof value === 'string' && others.length === 0 ? value : undefined;
}
