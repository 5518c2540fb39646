/** Operations that AWS refuses to start: a stack that cannot be moved fails its account, and does not end the rollout. */

import type { StrongroomError } from '../domain/errors';
import { moved, withFailure } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import type { Stage } from '../domain/model/plan';
import type { RefusedOperation, RolloutRecord } from '../domain/model/rollout';
import { rehomingFailure } from '../domain/planning/rehoming';
import type { Guarded } from '../ports/guard';
import { changeAccounts } from './change-account';
import type { ModuleRequest } from './stage-requests';
import { recordsOf } from './wave-accounts';

/** @throws the error itself, if it is about the whole stage. */
export function refusedOperation(
  { step }: Stage,
  { module, request: { operationId, accounts, regions } }: ModuleRequest,
  error: StrongroomError,
): RefusedOperation {
  if (step === undefined) throw error;
  const reason = rehomingFailure(step, { outcome: 'FAILED', reason: error.message });
  const places = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  const isGone = error.code === 'StackGone';
  return { operationId, module, reason, places, ...(isGone && { isGone }) };
}

/** Records the failure in the accounts of the operation. Twice is once. */
export async function recordRefusal(
  ports: Guarded<'store'>,
  { record, now }: { readonly record: RolloutRecord; readonly now: Date },
  { module, reason, places, isGone }: RefusedOperation,
): Promise<void> {
  const regions = [...new Set(places.map(({ region }) => region))];
  const failed = (account: AccountRecord): AccountRecord => {
    const modules = account.modules.filter((m) => !(isGone && m.module === module && regions.includes(m.region)));
    const marked = regions.reduce<AccountRecord>(
      (changed, region) => withFailure(changed, record.id, { at: 'rehome', module, region, reason }),
      { ...account, modules },
    );
    return moved(marked, 'deployFailed', now);
  };
  const items = await recordsOf(ports, [...new Set(places.map(({ account }) => account))]);
  await changeAccounts(ports, record.id, items, failed);
}

/** Splits an import of several stacks, so that a stack that is gone does not hold up the others. */
export function oneByOne({ module, request }: ModuleRequest): readonly ModuleRequest[] {
  const { accounts, operationId, stackIds = [] } = request;
  if (stackIds.length !== accounts.length) return [];
  return accounts.map((account, index) => ({
    module,
    request: {
      ...request,
      accounts: [account],
      stackIds: stackIds.slice(index, index + 1),
      operationId: `${operationId}-${index}`,
    },
  }));
}
