/** An account has appeared, moved, closed or left: what follows is started, recorded, or known already. What no event tells, a sweep finds. */
import { type AccountChange, type Followed, recordGone, startNewAccount } from '../operations/onboard';
import type { Ports } from '../ports/ports';
import { type AccountEvent, parseAccountEvent } from './account-event';

/** @param raw as EventBridge delivers it: once, twice, late, or about something else. */
export const onAccountEvent =
  (ports: Pick<Ports, 'store' | 'clock'>) =>
  async (raw: unknown): Promise<Followed | Extract<AccountEvent, { kind: 'ignored' }>> => {
    const event = parseAccountEvent(raw);
    if (event.kind === 'ignored') return event;
    return event.kind === 'appeared' || event.kind === 'moved'
      ? startNewAccount(ports, changeOf(event))
      : recordGone(ports, event.account, event.kind);
  };

/** However an account joins, several events tell of it, so all of them have one name; each move has its own. */
const changeOf = (event: Extract<AccountEvent, { kind: 'appeared' | 'moved' }>): AccountChange =>
  event.kind === 'appeared'
    ? { account: event.account, what: 'joined', reason: 'it has joined the organization' }
    : { account: event.account, what: `moved-${event.move}`, reason: 'it was moved in the organization' };
