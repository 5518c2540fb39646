/** Starts the StackSet operations of the current stage: updates where instances exist, creations where they do not. */

import { accountsIn, decideDeployStage, withNothingStarted, withStarted } from '../domain/decisions/deploy-stage';
import { errors } from '../domain/errors';
import { type AccountRecord, isOut } from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import { currentStage, currentWave } from '../domain/model/current-wave';
import type { Move } from '../domain/model/move';
import type { Stage } from '../domain/model/plan';
import type { RolloutRecord, StageRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { readStage, type StagePlace, writeStage } from '../records/stages';
import { changeAccounts } from '../rollout/change-account';
import { type ModuleRequest, plannedOnce, requestsFor } from '../rollout/stage-requests';
import { operationOf, type Starting, startOperations } from '../rollout/start-operations';
import { runStep } from '../rollout/step';
import { stopDriftDetection } from '../rollout/stop-drift-detection';
import { recordsOf, workOf } from '../rollout/wave-accounts';
import { holdsOther } from '../rollout/wave-admission';
import type { ActingPortsOf, Handler } from '../tasks/table';

type DeployPorts = ActingPortsOf<'DeployStage'>;

export const deployStage: Handler<'DeployStage'> = (closed) => (input) =>
  runStep(closed, 'DeployStage', input, async (record, now, ports): Promise<Move<'DeployStage'>> => {
    const wave = currentWave(record);
    const stage = currentStage(record);
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: stage.index };
    const known = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    // Paused after JudgeStage: nothing is started, and the stage lands empty. A stage that was begun is completed.
    if (record.paused !== undefined && (known?.value.operations ?? []).length === 0)
      return startingNothing(ports, record, at, known);
    const { key, requests } = await plannedOnce(ports, known?.value.planned, async () =>
      requestsFor(ports, record, stage, await accountsOfStage(ports, record, stage)),
    );
    await refuseOtherContent(ports, record, requests);

    const items = await stillIn(ports, record, [...accountsIn(requests)]);
    const begin = (account: AccountRecord): AccountRecord => withStarted(account, record, requests, now);
    await changeAccounts(ports, record.id, items, begin);

    const total = requests.reduce((sum, { request }) => sum + request.accounts.length * request.regions.length, 0);
    const progress = { done: 0, failed: 0, total };
    // The operations are recorded before they start: if this process dies in between, an abort can still stop them.
    const operations = requests.map((request) => operationOf(request, request.request.operationId, now));
    const value = { ...known?.value, planned: key, operations, progress };
    const version = await writeStage(ports, at, value, known?.version ?? 0);
    const names = requests.map(({ request }) => request.spec.name);
    await stopDriftDetection(ports, names);
    const starting = { record, stage, at, now };
    const { started, refused } = await startOperations(ports, starting, requests, { value, version });
    await spare(ports, starting, started, accountsIn(requests));
    return decideDeployStage(record, { changes: requests, refused });
  });

/** JudgeStage sees the pause, and asks. */
async function startingNothing(
  ports: DeployPorts,
  record: RolloutRecord,
  at: StagePlace,
  known: Item<StageRecord> | undefined,
): Promise<Move<'DeployStage'>> {
  const empty = { operations: [], progress: { done: 0, failed: 0, total: 0 } };
  if (known === undefined) await writeStage(ports, at, empty, 0);
  return { decision: 'go', record, events: [] };
}

async function accountsOfStage(
  ports: Pick<Ports, 'store' | 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
): Promise<readonly Item<AccountRecord>[]> {
  const work = await workOf(ports, record);
  return stillIn(ports, record, work.slice(stage.from, stage.to));
}

/** Without those that are out of the work. */
async function stillIn(
  ports: Pick<Ports, 'store'>,
  { id }: RolloutRecord,
  accounts: readonly AccountId[],
): Promise<readonly Item<AccountRecord>[]> {
  return (await recordsOf(ports, accounts)).filter(({ value }) => !isOut(value, id));
}

/** Accounts of operations that were not started, since AWS refused more before them than the wave tolerates. */
async function spare(
  ports: DeployPorts,
  { record, now }: Pick<Starting, 'record' | 'now'>,
  started: ReadonlySet<AccountId>,
  meant: ReadonlySet<AccountId>,
): Promise<void> {
  const items = await stillIn(
    ports,
    record,
    [...meant].filter((account) => !started.has(account)),
  );
  await changeAccounts(ports, record.id, items, (account) => withNothingStarted(account, now));
}

/**
 * New instances get what the StackSet holds, regardless of the request [bc:cloudformation:UpdateStackSet]. A rollout over the wave brings
 * the set to its release by its updates; a single new account must find it there, since it changes nothing for the others.
 */
async function refuseOtherContent(
  ports: DeployPorts,
  record: RolloutRecord,
  requests: readonly ModuleRequest[],
): Promise<void> {
  if (record.request.newAccount !== true) return;
  for (const { kind, spec } of requests.map(({ request }) => request)) {
    // A stack that leaves the StackSet of its former wave gets nothing from it.
    if (kind !== 'detach' && (await holdsOther(ports, spec.name, spec)))
      throw errors.stackSetElsewhere(spec.name, `release ${currentWave(record).release}`);
  }
}
