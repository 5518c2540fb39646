/** Operations that AWS refuses to start: a stack that cannot be moved fails its account, and does not end the rollout. */

import type { Refused } from '../domain/decisions/deploy-stage';
import type { StrongroomError } from '../domain/errors';
import { moved, withFailure } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { Stage } from '../domain/model/plan';
import type { RolloutRecord } from '../domain/model/rollout';
import { rehomingFailure } from '../domain/planning/rehoming';
import type { Ports } from '../ports/ports';
import { changeAccounts } from './change-account';
import type { ModuleRequest } from './stage-requests';
import { recordsOf } from './wave-accounts';

/** @throws the error itself, if it is about the whole stage. */
export async function refusedStart(
  ports: Pick<Ports, 'store'>,
  { record, stage, now }: { readonly record: RolloutRecord; readonly stage: Stage; readonly now: Date },
  { module, request: { accounts, regions } }: ModuleRequest,
  error: StrongroomError,
): Promise<readonly Refused[]> {
  if (stage.step === undefined) throw error;
  const reason = rehomingFailure(stage.step, { outcome: 'FAILED', reason: error.message });
  const isGone = error.code === 'StackGone';
  const failed = (account: AccountRecord): AccountRecord => {
    const modules = account.modules.filter((m) => !(isGone && m.module === module && regions.includes(m.region)));
    const marked = regions.reduce<AccountRecord>(
      (changed, region) => withFailure(changed, record.id, { at: 'rehome', module, region, reason }),
      { ...account, modules },
    );
    return moved(marked, 'deployFailed', now);
  };
  const items = await recordsOf(ports, accounts);
  await changeAccounts(ports, record.id, items, failed);
  const places = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  return places.map((place) => ({ type: 'accountFailed', wave: currentWave(record).name, module, reason, ...place }));
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
