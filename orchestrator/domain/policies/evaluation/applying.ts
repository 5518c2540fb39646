/** What the policies of one type say about a request: whether one denies it, whether one allows it, and which statements say so. */
import type { Policy, PolicyType } from './document';
import { namedAtAll } from './principal';
import type { Request } from './request';
import { appliesTo } from './statement';
import { both, either, type Truth } from './truth';

/** A statement that applies, or that may. */
export interface Reason {
  readonly type: PolicyType;
  readonly policy: string;
  /** Of a policy of the organization: 0 is the root, the last one the account. */
  readonly level?: number;
  /** Its Sid or its place; absent if no statement of the policies allows the call. */
  readonly statement?: string;
  readonly effect: 'Allow' | 'Deny' | 'none';
  /** Condition keys, `resource` or `principal`, which the request lacks and which decide; empty if the statement applies. */
  readonly missing: readonly string[];
}

export interface Said {
  readonly deny: Truth;
  /** An Allow that names the caller itself, the role of its session, or its account. */
  readonly allow: { readonly itself: Truth; readonly role: Truth; readonly account: Truth };
  readonly reasons: readonly Reason[];
}

export const allowsAtAll = (said: Said): Truth => namedAtAll(said.allow);

/** Policies of one type and one level unite [doc:IAM/reference_policies_evaluation-logic]. */
export function whatTheySay(
  policies: readonly Policy[],
  request: Request,
  { hasBoundary = false, level }: { readonly hasBoundary?: Truth; readonly level?: number } = {},
): Said {
  let [deny, itself, role, account]: [Truth, Truth, Truth, Truth] = [false, false, false, false];
  const reasons: Reason[] = [];
  for (const { type, name: policy, on } of policies) {
    for (const statement of on(request.action)) {
      const missing: string[] = [];
      const applies = appliesTo(statement, request, hasBoundary, missing);
      const truth = namedAtAll(applies);
      if (truth === false) continue;
      const { effect, name } = statement;
      reasons.push({ type, policy, statement: name, effect, missing, ...(level !== undefined && { level }) });
      if (effect === 'Deny') deny = either(deny, truth);
      else {
        itself = either(itself, applies.itself);
        role = either(role, applies.role);
        account = either(account, applies.account);
      }
    }
  }
  return { deny, allow: { itself, role, account }, reasons };
}

/**
 * Policies of the organization: at each level, from the root to the account, something must allow the call; what one level denies, no
 * other allows [doc:organizations/orgs_manage_policies_scps_evaluation].
 */
export function acrossLevels(
  type: PolicyType,
  levels: readonly (readonly Policy[])[],
  request: Request,
): { readonly deny: Truth; readonly allow: Truth; readonly reasons: readonly Reason[] } {
  let [deny, allow]: [Truth, Truth] = [false, true];
  const reasons: Reason[] = [];
  levels.forEach((policies, level) => {
    const said = whatTheySay(policies, request, { level });
    const allowed = allowsAtAll(said);
    deny = either(deny, said.deny);
    allow = both(allow, allowed);
    reasons.push(...said.reasons);
    if (allowed === false) reasons.push({ type, policy: '', level, effect: 'none', missing: [] });
  });
  return { deny, allow, reasons };
}
