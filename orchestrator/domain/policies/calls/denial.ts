/** What a denied call says about the policy that denied it [doc:IAM/troubleshoot_access-denied]. */
import type { PolicyType } from '../evaluation/document';
import type { Fields } from '../evaluation/reading';
import { textIn } from './record';

export interface Denial {
  /** `unknown`: AWS did not say, which does not clear any policy. */
  readonly by: PolicyType | 'vpcEndpoint' | 'unknown';
  readonly kind: 'explicit' | 'implicit' | 'unknown';
  /** The policy itself: AWS names it since 2026, inside the account or the organization. */
  readonly policyArn?: string;
  readonly policyId?: string;
}

const types: readonly (readonly [RegExp, Denial['by']])[] = [
  [/service control polic/, 'serviceControl'],
  [/resource control polic/, 'resourceControl'],
  [/identity-based polic/, 'identity'],
  [/permissions boundary/, 'boundary'],
  [/session polic/, 'session'],
  [/role trust polic/, 'trust'],
  [/VPC endpoint polic/i, 'vpcEndpoint'],
  [/resource-based polic/, 'resource'],
];

const codes = /AccessDenied|UnauthorizedOperation|NotAuthorized|UnauthorizedAccess|AuthorizationError|^Forbidden/i;

/** Undefined if the call was not denied: other errors say nothing about permissions. */
export function denialOf(record: Fields): Denial | undefined {
  const code = textIn(record, 'errorCode');
  if (code === undefined || !codes.test(code)) return undefined;
  const message = textIn(record, 'errorMessage') ?? '';
  const explicit = /with an explicit deny in (?:an? |the )?([^:]{0,80})(?:: (arn:[^\s]+))?/.exec(message);
  const implicit = /because no ([a-z -]{0,60}?) allows? the /i.exec(message);
  const said = explicit?.[1] ?? implicit?.[1];
  if (said === undefined) return { by: 'unknown', kind: 'unknown' };
  const by = types.find(([form]) => form.test(said))?.[1] ?? 'unknown';
  const policyArn = explicit?.[2];
  const policyId = policyArn === undefined ? undefined : /\/(p-[\w-]+)$/.exec(policyArn)?.[1];
  return {
    by,
    kind: explicit === null ? 'implicit' : 'explicit',
    ...(policyArn !== undefined && { policyArn }),
    ...(policyId !== undefined && { policyId }),
  };
}
