/** The security account: one topic whose address a person confirms after days, if ever, and the list of accounts that messages name. */
import type { NamedAccounts } from '../domain/model/alerting';
import type { Alerting } from '../ports/ports';
import type { Random } from './random';
import type { VirtualClock } from './virtual-clock';

export interface SimulatedAlerting extends Alerting {
  /** What messages name; undefined before the first rollout. */
  readonly named: () => NamedAccounts | undefined;
}

const hourMs = 3_600_000;
/** How long a person takes to open the mail and confirm; the spread is ours. */
const confirmation = { leastMs: 4 * hourMs, spreadMs: 6 * 24 * hourMs };
/** [doc:sns/sns-delete-subscription-topic] */
const deletedAfterMs = 48 * hourMs;

export function createAlerting(clock: VirtualClock, random: Random): SimulatedAlerting {
  const subscribedAtMs = clock.nowMs();
  let named: NamedAccounts | undefined;
  return {
    subscription: async (bus, email) => {
      const confirmsAfterMs = confirmation.leastMs + random.of(`${bus} ${email}`) * confirmation.spreadMs;
      const passedMs = clock.nowMs() - subscribedAtMs;
      if (confirmsAfterMs <= deletedAfterMs && passedMs >= confirmsAfterMs) return 'confirmed';
      return passedMs >= deletedAfterMs ? 'absent' : 'pending';
    },
    nameAccounts: async (_bus, accounts) => {
      named = accounts;
    },
    named: () => named,
  };
}
