/** Opens the next wave, or the same one again for a retry. */
import {
  atNextWave,
  decideOpenWave,
  decideWithoutAccounts,
  isLeavingOverridden,
  isUntroubled,
  leaveOverridden,
  withoutFailures,
} from '../domain/decisions/open-wave';
import { currentWave } from '../domain/model/current-wave';
import type { Changed } from '../domain/model/move';
import type { RolloutRecord } from '../domain/model/rollout';
import { loadDocument } from '../records/documents';
import { writeFinishedWave } from '../records/waves';
import { changeAccounts } from '../rollout/change-account';
import { coversWave } from '../rollout/covers-wave';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf, valuesOf } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

export const openWave: Handler<'OpenWave'> = (closed) => (input) =>
  runStep(closed, 'OpenWave', input, async (before, now, ports) => {
    const left = await leaveWave(ports, before, now);
    const { record } = left;
    const { freezes } = await loadDocument(ports, 'desiredState', record.desiredState);
    const early = decideWithoutAccounts(record, freezes, now);
    if (early !== undefined) return { ...early, events: [...left.events, ...early.events] };

    const members = await recordsOf(ports, await membersOf(ports, atNextWave(record)));
    const { move, isNewAttempt } = decideOpenWave(record, valuesOf(members), now);
    if (isNewAttempt) {
      const failed = members.filter(({ value }) => !isUntroubled(value, record.id));
      const clear = (account: (typeof failed)[number]['value']) => withoutFailures(account, record.id);
      await changeAccounts(ports, record.id, failed, clear);
    }
    return { ...move, events: [...left.events, ...move.events] };
  });

/** A wave that a person let pass is left: what is deployed there is recorded. */
async function leaveWave(ports: ActingPortsOf<'OpenWave'>, record: RolloutRecord, now: Date): Promise<Changed> {
  if (!isLeavingOverridden(record)) return { record, events: [] };
  const members = valuesOf(await recordsOf(ports, await membersOf(ports, record)));
  const left = leaveOverridden(record, { members, isWhole: await coversWave(ports, record) }, now);
  if (left.finished !== undefined)
    await writeFinishedWave(ports, currentWave(record).name, left.finished, record.direction);
  return left;
}
