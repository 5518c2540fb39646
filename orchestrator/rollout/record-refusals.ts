/** What accounts refused in settings and health checks, recorded against them: JudgeWave has seen that others did not refuse. */
import { moved, withFailure, withUnreached } from '../domain/model/account-changes';
import { type AccountRecord, unreachedOf } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Guarded } from '../ports/guard';
import type { Item } from '../ports/ports';
import { writeEvidence } from '../records/evidence';
import { changeAccount } from './change-account';
import { evidenceOf, refusedVisit, withVisit } from './visit';
import { valuesOf } from './wave-accounts';

/** @returns the records afterwards, in the same order. */
export const recordRefusals = (
  ports: Guarded<'store'>,
  record: RolloutRecord,
  members: readonly Item<AccountRecord>[],
  now: Date,
): Promise<readonly AccountRecord[]> =>
  members.some(({ value }) => unreachedOf(value, record.id) !== undefined)
    ? Promise.all(members.map((item) => recordRefusal(ports, record, item, now)))
    : Promise.resolve(valuesOf(members));

async function recordRefusal(
  ports: Guarded<'store'>,
  record: RolloutRecord,
  item: Item<AccountRecord>,
  now: Date,
): Promise<AccountRecord> {
  const unreached = unreachedOf(item.value, record.id);
  if (unreached === undefined) return item.value;
  if (unreached.at !== 'health') {
    const failure = { at: 'settings', reason: unreached.because } as const;
    const failed = (account: AccountRecord): AccountRecord =>
      moved(withFailure(account, record.id, failure), 'deployFailed', now);
    return changeAccount(ports, record.id, item, failed);
  }
  const seen = refusedVisit(unreached, currentWave(record).release);
  await writeEvidence(ports, item.value, evidenceOf(seen, { rollout: record.id, by: record.request.by }));
  const visited = (account: AccountRecord): AccountRecord =>
    withVisit(withUnreached(account, record.id, undefined), seen, false);
  return changeAccount(ports, record.id, item, visited);
}
