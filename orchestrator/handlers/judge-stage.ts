/** Records what a stage's operations did in each account, and judges the stage. */

import { decideJudgeStage, landingsByAccount, withLandings } from '../domain/decisions/judge-stage';
import type { AccountRecord } from '../domain/model/account-record';
import { currentStage, currentWave } from '../domain/model/current-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import { loadDocument, loadRelease } from '../records/documents';
import { readStage } from '../records/stages';
import { changeAccounts } from '../rollout/change-account';
import { readResults } from '../rollout/stage-results';
import { runStep } from '../rollout/step';
import { recordsOf, valuesOf, workOf } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

type JudgePorts = ActingPortsOf<'JudgeStage'>;

export const judgeStage: Handler<'JudgeStage'> = (closed) => (input) =>
  runStep(closed, 'JudgeStage', input, async (record, now, ports) => {
    const wave = currentWave(record);
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: currentStage(record).index };
    const stage = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    const landed = await readResults(ports, at, stage, now);
    const [release, desiredState] = await Promise.all([
      loadRelease(ports, wave.release),
      loadDocument(ports, 'desiredState', record.desiredState),
    ]);

    const landings = landingsByAccount(landed);
    const touched = await recordsOf(ports, [...landings.keys()]);
    const withResults = (account: AccountRecord): AccountRecord =>
      withLandings(account, record, release, landings.get(account.id) ?? [], now);
    await changeAccounts(ports, record.id, touched, withResults);

    return decideJudgeStage(record, { landed, moving: await movingAccounts(ports, record), desiredState }, now);
  });

async function movingAccounts(ports: JudgePorts, record: RolloutRecord): Promise<readonly AccountRecord[]> {
  const { step, from, to } = currentStage(record);
  if (step === undefined) return [];
  return valuesOf(await recordsOf(ports, (await workOf(ports, record)).slice(from, to)));
}
