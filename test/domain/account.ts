/** An account's record for tests that read it. */
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import { type AccountId, parseAccountId } from '../../orchestrator/domain/model/brand';

export const accountOf = (id: string | AccountId, over: Partial<AccountRecord> = {}): AccountRecord => ({
  id: parseAccountId(id),
  name: `account-${id}`,
  ou: 'Workloads/Dev',
  orgState: 'ACTIVE',
  because: 'OU Workloads/Dev selects it',
  state: 'READY_FOR_KEYS',
  stateSince: '2026-11-22T08:00:00.000Z',
  modules: [],
  gates: {},
  failing: [],
  ...over,
});
