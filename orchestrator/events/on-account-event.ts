/** An account has joined, moved, closed or left: it is onboarded, or the change is recorded. A sweep discovers what no event announced. */
import { type AccountChange, type Followed, recordGone, startNewAccount } from '../operations/onboard';
import type { Ports } from '../ports/ports';
import { type AccountEvent, parseAccountEvent } from './account-event';

/** @param raw as EventBridge delivers it: perhaps twice, late, or about something else. */
export const onAccountEvent =
  (ports: Pick<Ports, 'store' | 'clock'>) =>
  async (raw: unknown): Promise<Followed | Extract<AccountEvent, { kind: 'ignored' }>> => {
    const event = parseAccountEvent(raw);
    if (event.kind === 'ignored') return event;
    return event.kind === 'appeared' || event.kind === 'moved'
      ? startNewAccount(ports, changeOf(event))
      : recordGone(ports, event.account, event.kind);
  };

/** Several events announce one new account, so they share one name. Each move has its own. */
const changeOf = (event: Extract<AccountEvent, { kind: 'appeared' | 'moved' }>): AccountChange =>
  event.kind === 'appeared'
    ? { account: event.account, what: 'joined', reason: 'it has joined the organization' }
    : { account: event.account, what: `moved-${event.move}`, reason: 'it was moved in the organization' };
