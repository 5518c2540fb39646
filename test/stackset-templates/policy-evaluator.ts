/** The policy evaluator over one of our own policies at a time: what that policy itself decides. */
import { type PolicyType, readPolicy } from '../../orchestrator/domain/policies/evaluation/document';
import { evaluate, type Policies } from '../../orchestrator/domain/policies/evaluation/evaluate';
import { keysOf, type Principal } from '../../orchestrator/domain/policies/evaluation/request';
import { type PolicyDocument, statementsOf } from '../../orchestrator/domain/policies/policy';

export interface Request {
  readonly action: string;
  readonly resource?: string;
  /** A service like `config.amazonaws.com`, or the ARN of a role or of an identity provider; a role of the account if absent. */
  readonly as?: string;
  readonly context: Readonly<Record<string, string>>;
}
export type Decision = 'allowed' | 'denied';

const home = '111122223333';

function callerOf(as: string): Principal {
  const [, account = '', provider] = /^arn:aws:iam::(\d{12}):(?:oidc-provider\/(.+))?/.exec(as) ?? [];
  if (account === '') return { kind: 'service', service: as };
  return provider === undefined ? { kind: 'role', arn: as, account } : { kind: 'identityProvider', provider };
}

const isOfResource = (document: PolicyDocument): boolean =>
  statementsOf(document).some((statement) => 'Principal' in statement || 'NotPrincipal' in statement);
const isOfRole = (document: PolicyDocument): boolean =>
  statementsOf(document).some((statement) => !('Resource' in statement || 'NotResource' in statement));

function read(type: PolicyType, document: PolicyDocument) {
  const { policy, problems } = readPolicy(type, type, document);
  if (policy === undefined) throw new Error(problems.map(({ place, problem }) => `${place}: ${problem}`).join('\n'));
  return policy;
}

/**
 * The caller of a policy of a resource is in another account, because there the policy must allow the call itself; with identity policies
 * beside it, both are in one account.
 */
export function decide(
  documents: readonly PolicyDocument[],
  { action, resource = '*', as, context }: Request,
): Decision {
  const identity = documents
    .filter((document) => !isOfResource(document))
    .map((document) => read('identity', document));
  const [ofResource] = documents.filter(isOfResource);
  const policies: Policies = {
    ...(identity.length > 0 && { identity }),
    ...(ofResource && { resource: read(isOfRole(ofResource) ? 'trust' : 'resource', ofResource) }),
  };
  const { outcome, missing } = evaluate(policies, {
    principal: callerOf(as ?? `arn:aws:iam::${home}:role/Somebody`),
    action,
    resource,
    ...(identity.length === 0 && { resourceAccount: '000000000000' }),
    keys: keysOf(context),
    otherKeys: 'absent',
  });
  if (outcome === 'undetermined') throw new Error(`undetermined, for lack of ${missing.join(', ')}`);
  return outcome;
}
