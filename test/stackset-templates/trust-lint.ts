/** Rules for the trust policies of roles: each Allow must say whom it trusts, and on what condition [controls 3.4]. */
import {
  conditionsOf,
  type PolicyDocument,
  principalsOf,
  type Statement,
  statementsOf,
} from '../../orchestrator/domain/policies/policy';

export type TrustRule = 'T1' | 'T2' | 'T3' | 'T4' | 'T5' | 'T6' | 'T7' | 'T8';

/** Keys that the rules below rely on: under an IfExists operator a missing key would satisfy them. */
const reliedOn =
  /^(aws:(multifactorauth(present|age)|principalorgid|principalarn|source(account|arn))|sts:externalid|saml:aud|.+:(aud|sub))$/;

/** The rules that the policy breaks. */
export const brokenRules = (trust: PolicyDocument): readonly TrustRule[] => [
  ...new Set(
    statementsOf(trust)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(brokenBy),
  ),
];

function brokenBy(statement: Statement): readonly TrustRule[] {
  const conditions = conditionsOf(statement).map((c) => ({ ...c, key: c.key.toLowerCase() }));
  const has = (...keys: readonly string[]): boolean => keys.every((key) => conditions.some((c) => c.key === key));
  const principals = principalsOf(statement);
  const some = (kind: string, form: RegExp): boolean => principals.some(([k, name]) => k === kind && form.test(name));
  const subjects = conditions.filter(({ operator, key }) => operator === 'StringEquals' && key.endsWith(':sub'));
  const isPinned = subjects.length > 0 && !subjects.some(({ values }) => values.join().includes('*'));
  const hasAudience = conditions.some(({ operator, key }) => operator === 'StringEquals' && key.endsWith(':aud'));

  const broken: Readonly<Record<TrustRule, boolean>> = {
    T1: some('AWS', /^\*$/) && !has('aws:principalorgid'),
    T2:
      some('AWS', /^(\d{12}|arn:.*:root)$/) &&
      !has('aws:multifactorauthpresent', 'aws:multifactorauthage') &&
      !has('aws:principalarn') &&
      !has('sts:externalid', 'aws:principalorgid'),
    T3: some('AWS', /:role\//) && !has('aws:principalorgid') && !has('sts:externalid'),
    T4: some('Federated', /oidc-provider|^(?!arn)/) && !(hasAudience && isPinned),
    T5: some('Federated', /saml-provider/) && !has('saml:aud'),
    // The four that are let off are assumed for resources of the same account only.
    T6: some('Service', /^(?!(lambda|states|events|config)\.)/) && !has('aws:sourceaccount') && !has('aws:sourcearn'),
    T7: conditions.some(({ operator, key }) => operator.endsWith('IfExists') && reliedOn.test(key)),
    T8: statement['NotPrincipal'] !== undefined,
  };
  return (Object.keys(broken) as TrustRule[]).filter((rule) => broken[rule]);
}
