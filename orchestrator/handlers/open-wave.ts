/** Opens the next wave, or the same one again for a retry. */
import {
  atNextWave,
  decideOpenWave,
  decideWithoutAccounts,
  isUntroubled,
  withoutFailures,
} from '../domain/decisions/open-wave';
import { loadDocument } from '../records/documents';
import { changeAccounts } from '../rollout/change-account';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf, valuesOf } from '../rollout/wave-accounts';
import type { Handler } from '../tasks/table';

export const openWave: Handler<'OpenWave'> = (closed) => (input) =>
  runStep(closed, 'OpenWave', input, async (record, now, ports) => {
    const { freezes } = await loadDocument(ports, 'desiredState', record.desiredState);
    const early = decideWithoutAccounts(record, freezes, now);
    if (early !== undefined) return early;

    const members = await recordsOf(ports, await membersOf(ports, atNextWave(record)));
    const { move, isNewAttempt } = decideOpenWave(record, valuesOf(members), now);
    if (isNewAttempt) {
      const failed = members.filter(({ value }) => !isUntroubled(value, record.id));
      const clear = (account: (typeof failed)[number]['value']) => withoutFailures(account, record.id);
      await changeAccounts(ports, record.id, failed, clear);
    }
    return move;
  });
