/** Whether somebody receives the alerts. It belongs to the installation: no account fails by it, and no wave waits for it. */

/**
 * `pending`: SNS has sent the mail, and nobody has confirmed. `absent`: nobody is subscribed; SNS deletes a subscription that nobody has
 * confirmed within 48 hours [doc:sns/sns-delete-subscription-topic].
 */
export type SubscriptionState = 'confirmed' | 'pending' | 'absent';

/** What sweeps saw. */
export interface SubscriptionRecord {
  readonly email: string;
  readonly state: SubscriptionState;
  /** When a sweep first saw the state. SNS gives no date. */
  readonly since: string;
}

/** @returns what to record; undefined if nothing has changed. */
export function subscriptionSeen(
  before: SubscriptionRecord | undefined,
  seen: Pick<SubscriptionRecord, 'email' | 'state'>,
  now: Date,
): SubscriptionRecord | undefined {
  if (before?.email === seen.email && before.state === seen.state) return undefined;
  return { ...seen, since: now.toISOString() };
}

/** The list of accounts that messages name; the function of the security account reads it. */
export interface NamedAccounts {
  /** When it was written. */
  readonly at: string;
  readonly accounts: Readonly<Record<string, NamedAccount>>;
}
export interface NamedAccount {
  readonly name: string;
  readonly ou: string;
  /** Absent for an account that no wave selects. */
  readonly wave?: string | undefined;
}
