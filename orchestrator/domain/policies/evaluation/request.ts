/** One call that IAM has to decide on, and how much of it is known. */

/** A condition key that the request had or may have had, but whose value is not in our hands. */
export interface NotKnown {
  /** `value`: the key was there, with some value. `presence`: not even that is known. */
  readonly notKnown: 'value' | 'presence';
  /** Values that it had at least, of a key with several. */
  readonly includes?: readonly string[];
}

/** The values of a condition key: one for most keys, any number for a multivalued one. */
export type KeyValue = readonly string[] | 'absent' | NotKnown;

export const isKnown = (value: KeyValue): value is readonly string[] => Array.isArray(value);

interface InAccount {
  readonly account: string;
}

/**
 * `someone` is a caller of a known account whose name is not known; of `unknown` nothing is known at all. The ARN of a role is the role's
 * own, with its path; that of its session is apart.
 */
export type Principal =
  | (InAccount & { readonly kind: 'role'; readonly arn: string; readonly session?: string; readonly id?: string })
  | (InAccount & { readonly kind: 'user'; readonly arn: string; readonly id?: string })
  | (InAccount & { readonly kind: 'root'; readonly arn: string })
  | (InAccount & { readonly kind: 'federatedUser'; readonly arn: string; readonly issuer?: string })
  | (InAccount & { readonly kind: 'someone'; readonly id?: string })
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'identityProvider'; readonly provider: string }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'unknown' };

export interface Request {
  readonly principal: Principal;
  /** Like `s3:GetObject`. */
  readonly action: string;
  /** An ARN, or `*` for an action on no single resource; absent if it is not known. */
  readonly resource?: string;
  /** The account that owns the resource: the caller's if absent. */
  readonly resourceAccount?: string | 'notKnown';
  /** Condition keys by their names in lower case. */
  readonly keys: ReadonlyMap<string, KeyValue>;
  /** What a key is that `keys` does not have. */
  readonly otherKeys: 'absent' | 'notKnown';
}

const presenceNotKnown: NotKnown = { notKnown: 'presence' };

/** @param key in lower case */
export const keyValue = ({ keys, otherKeys }: Request, key: string): KeyValue =>
  keys.get(key) ?? (otherKeys === 'absent' ? 'absent' : presenceNotKnown);

/** Key names are not case-sensitive [doc:IAM/reference_policies_elements_condition]. */
export const keysOf = (
  values: Readonly<Record<string, string | readonly string[] | NotKnown>>,
): ReadonlyMap<string, KeyValue> =>
  new Map(
    Object.entries(values).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );

export const accountOf = (principal: Principal): string | undefined =>
  'account' in principal ? principal.account : undefined;

/** Services make and use these roles themselves; their path cannot be chosen by anyone else [doc:IAM/using-service-linked-roles]. */
export const isServiceLinkedRole = (arn: string): boolean => /^arn:[^:]+:iam::\d*:role\/aws-service-role\//.test(arn);
