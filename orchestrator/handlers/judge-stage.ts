/** Records what a stage's operations did in each account, and judges the stage. */

import { decideJudgeStage, type Landed, landingsByAccount, withLandings } from '../domain/decisions/judge-stage';
import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import { currentStage, currentWave } from '../domain/model/current-wave';
import type { RolloutRecord, StageOperation } from '../domain/model/rollout';
import { operationEnded } from '../domain/model/stack-set-operation';
import { loadDocument, loadRelease } from '../records/documents';
import { readStage } from '../records/stages';
import { changeAccounts } from '../rollout/change-account';
import { withRetry } from '../rollout/retry';
import { runStep } from '../rollout/step';
import { recordsOf, valuesOf, workOf } from '../rollout/wave-accounts';
import type { Handler, PortsOf } from '../tasks/table';

type JudgePorts = PortsOf<'JudgeStage'>;

export const judgeStage: Handler<'JudgeStage'> = (ports) => (input) =>
  runStep(ports, 'JudgeStage', input, async (record, now, assertCurrent) => {
    const wave = currentWave(record);
    const stage = await readStage(ports, record.id, wave.name, wave.attempt, currentStage(record).index);
    const landed = await Promise.all((stage?.value.operations ?? []).map((operation) => resultsOf(ports, operation)));
    const [release, desiredState] = await Promise.all([
      loadRelease(ports, wave.release),
      loadDocument(ports, 'desiredState', record.desiredState),
    ]);

    const landings = landingsByAccount(landed);
    const touched = await recordsOf(ports, [...landings.keys()]);
    const withResults = (account: AccountRecord): AccountRecord =>
      withLandings(account, record, release, landings.get(account.id) ?? [], now);
    await changeAccounts(ports, record.id, touched, withResults, assertCurrent);

    return decideJudgeStage(record, { landed, moving: await movingAccounts(ports, record), desiredState }, now);
  });

/**
 * What happened is read for each account in each region: an operation that SUCCEEDED may hide failures [aws-behavior 2.3].
 * @throws ResultsLagging, which the state machine retries: results are eventually consistent [bc:cloudformation:ListStackSetOperationResults].
 */
async function resultsOf(ports: JudgePorts, operation: StageOperation): Promise<Landed> {
  const { stackSet, operationId } = operation;
  const status = await withRetry(ports, () => ports.stackSets.status(stackSet, operationId));
  const results = await withRetry(ports, () => ports.stackSets.results(stackSet, operationId));
  const open = results.filter(({ outcome }) => outcome === 'PENDING' || outcome === 'RUNNING').length;
  // A stage that is started again may record fewer accounts than were started first, since one of them is out by then.
  const missing = Math.max(0, operation.accounts - new Set(results.map(({ account }) => account)).size);
  if (operationEnded(status) && open + missing > 0) throw errors.resultsLagging(stackSet, open + missing);
  return { operation, status, results };
}

async function movingAccounts(ports: JudgePorts, record: RolloutRecord): Promise<readonly AccountRecord[]> {
  const { step, from, to } = currentStage(record);
  if (step === undefined) return [];
  return valuesOf(await recordsOf(ports, (await workOf(ports, record)).slice(from, to)));
}
