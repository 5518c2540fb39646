/** Looks whether a person has confirmed the address of the alerts. It belongs to the installation, so nothing waits for it. */
import { isStrongroomError } from '../domain/errors';
import type { SubscriptionRecord } from '../domain/model/alerting';
import { alertBusOf } from '../domain/model/catalog';
import type { DesiredState } from '../domain/model/desired-state';
import { byVersion, guard } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { isStaleWrite } from '../records/stale-write';
import { readSubscription, recordSubscription } from '../records/subscription';

type Alerted = Pick<DesiredState, 'installation' | 'regions' | 'modules'>;

/** @returns undefined if the config has no address; `since` is when a sweep first saw the state, and absent if none has yet. */
export async function subscriptionNow(
  ports: Pick<Ports, 'alerting' | 'store'>,
  desiredState: Alerted,
): Promise<(Pick<SubscriptionRecord, 'email' | 'state'> & { readonly since?: string | undefined }) | undefined> {
  const { enabled, email } = desiredState.modules.alerts;
  if (!enabled || email === undefined) return undefined;
  const state = await ports.alerting.subscription(alertBusOf(desiredState), email);
  const known = await readSubscription(ports);
  return { email, state, since: known?.email === email && known.state === state ? known.since : undefined };
}

/** A sweep does not fail by it. */
export async function noteSubscription(
  ports: Pick<Ports, 'alerting' | 'store' | 'clock'>,
  desiredState: Alerted,
): Promise<void> {
  try {
    const seen = await subscriptionNow(ports, desiredState);
    if (seen === undefined || seen.since !== undefined) return;
    await recordSubscription(guard(ports, byVersion), seen, ports.clock.now());
  } catch (error) {
    if (isStaleWrite(error)) return;
    if (!isStrongroomError(error) || error.code === 'Internal') throw error;
  }
}
