/**
 * G3: the CI role lets in whom the bootstrap's template lets in, and nobody else. The template was given names that no config holds:
 * the organization, the orchestrator's account and role, the workflow. They are taken from the trust itself, in the form that the
 * template takes. That organization and account are ours is proved by the visit, which entered by this trust.
 */

import type { Entry } from '../../model/release';
import { type CiCallers, ciTrust, gitHubSubject, gitHubTrust, orchestratorRoleName } from '../../policies/ci-policy';
import { partitionOf } from '../../policies/operator-policy';
import {
  conditionsOf,
  policyDifferences,
  type Statement,
  statementsOf,
  withoutConditionsOn,
} from '../../policies/policy';
import type { Answer, Place } from '../check';
import type { PolicyDocument } from '../facts';

const issuer = 'token.actions.githubusercontent.com';
/** They narrow the subject further, where somebody has added them [controls 3.1]. */
const gitHubOptions = [`${issuer}:repository_id`, `${issuer}:repository_owner_id`];

export function judgeCiTrust(
  trust: PolicyDocument,
  entry: Entry | undefined,
  { account, region }: Place,
): Omit<Answer, 'expected'> {
  if (entry === undefined)
    return { outcome: 'notApplicable', observed: 'the release was made before it said who enters' };
  const partition = partitionOf(region);
  const callers = callersIn(trust, entry);
  if (callers === undefined)
    return { outcome: 'fail', observed: 'no statement for named roles of one account and one organization' };
  const { Version, Statement } = ciTrust(partition, callers);
  const workflow = workflowIn(trust);
  const gitHub = workflow === undefined ? [] : [gitHubTrust({ partition, account }, workflow)];
  const differences = policyDifferences(withoutConditionsOn(gitHubOptions, trust), {
    Version,
    Statement: [...Statement, ...gitHub],
  });
  return differences.length === 0
    ? { outcome: 'pass', observed: `as bootstrapped, for account ${callers.orchestratorAccount}` }
    : { outcome: 'fail', observed: differences.join('; ') };
}

/** Undefined where no statement asks for an external id, or one does that is wider than the template can make it. */
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

/** The subject of the workflow that may enter, if there is one and it is exact. */
const workflowIn = (trust: PolicyDocument): string | undefined =>
  statementsOf(trust)
    .map((statement) => oneValue(statement, `${issuer}:sub`))
    .find((subject) => subject !== undefined && new RegExp(gitHubSubject).test(subject));

/** What the statement's one condition on the key asks for, if it is one text. */
function oneValue(statement: Statement, key: string): string | undefined {
  const found = conditionsOf(statement).filter((condition) => condition.key.toLowerCase() === key.toLowerCase());
  const [value, ...others] = found.flatMap(({ values }) => values);
  return typeof value === 'string' && others.length === 0 ? value : undefined;
}
