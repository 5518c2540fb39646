/** Whether somebody receives the alerts, as sweeps saw it. */
import type { SubscriptionRecord } from '../domain/model/alerting';
import { subscriptionSeen } from '../domain/model/alerting';
import { subscriptionKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';

export const readSubscription = async ({ store }: HasStore): Promise<SubscriptionRecord | undefined> =>
  (await store.get<SubscriptionRecord>(subscriptionKey))?.value;

export async function recordSubscription(
  { store }: HasGuardedStore,
  seen: Pick<SubscriptionRecord, 'email' | 'state'>,
  now: Date,
): Promise<void> {
  const known = await store.get<SubscriptionRecord>(subscriptionKey);
  const next = subscriptionSeen(known?.value, seen, now);
  if (next !== undefined) await store.put(subscriptionKey, next, known?.version ?? 0);
}
