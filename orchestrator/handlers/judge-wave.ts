/** Judges the wave by the records of its accounts, and records the release that the wave has finished. */
import { decideJudgeWave } from '../domain/decisions/judge-wave';
import { outageIn } from '../domain/decisions/outage';
import { currentWave } from '../domain/model/current-wave';
import { loadDocument } from '../records/documents';
import { writeFinishedWave } from '../records/waves';
import { coversWave } from '../rollout/covers-wave';
import { alertKeysAtRiskAmong } from '../rollout/keys-at-risk';
import { recordRefusals } from '../rollout/record-refusals';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf, valuesOf } from '../rollout/wave-accounts';
import type { Handler } from '../tasks/table';

export const judgeWave: Handler<'JudgeWave'> = (closed) => (input) =>
  runStep(closed, 'JudgeWave', input, async (record, now, ports) => {
    const visited = await recordsOf(ports, await membersOf(ports, record));
    const outage = outageIn(valuesOf(visited), record.id);
    const desiredState = await loadDocument(ports, 'desiredState', record.desiredState);

    // What was refused counts only once it is clear that the account is at fault.
    const members = outage === undefined ? await recordRefusals(ports, record, visited, now) : valuesOf(visited);
    const { move, isSettling, finished } = decideJudgeWave(record, { members, desiredState, outage }, now);

    // Before a soak too: a healthy wave may soak for days while its tolerance covers accounts at risk.
    if (isSettling === undefined) await alertKeysAtRiskAmong(ports, members);
    if (finished !== undefined && (await coversWave(ports, record)))
      await writeFinishedWave(ports, currentWave(record).name, finished, record.direction);
    return move;
  });
