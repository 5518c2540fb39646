/** Returns the current wave to the last release that it finished. */
import {
  accountsToRollBack,
  cannotRollBack,
  decideRollBack,
  rollbackTarget,
  withoutDeployFailures,
} from '../domain/decisions/roll-back';
import { currentWave } from '../domain/model/current-wave';
import { idsOf } from '../domain/planning/work';
import { loadRelease, saveDocument } from '../records/documents';
import { readFinishedWave } from '../records/waves';
import { changeAccounts } from '../rollout/change-account';
import { planStages } from '../rollout/stage-plan';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf } from '../rollout/wave-accounts';
import type { Handler } from '../tasks/table';

export const rollBack: Handler<'RollBack'> = (closed) => (input) =>
  runStep(closed, 'RollBack', input, async (record, now, ports) => {
    const { id } = record;
    const target = rollbackTarget(record, await readFinishedWave(ports, currentWave(record).name));
    if (target.kind === 'none') return cannotRollBack(record, target.because, now);

    const release = await loadRelease(ports, target.release);
    const known = await recordsOf(ports, await membersOf(ports, record));
    const clear = (account: (typeof known)[number]['value']) => withoutDeployFailures(account, id);
    const members = await changeAccounts(ports, id, known, clear);
    const own = accountsToRollBack(members, release.id, id);
    // A rollback is as careful as a deployment: one account first.
    const { order, stages } = await planStages(ports, record, release, { arriving: [], own });
    const work = await saveDocument(ports, 'accounts', idsOf(order));
    return decideRollBack(record, { release, members, stages, work }, now);
  });
