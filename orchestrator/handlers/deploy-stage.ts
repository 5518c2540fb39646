/** Starts the StackSet operations of the current stage: updates where instances exist, creations where they do not. */

import {
  accountsIn,
  decideDeployStage,
  type Refused,
  toleranceLeft,
  withStarted,
} from '../domain/decisions/deploy-stage';
import { errors, isStrongroomError } from '../domain/errors';
import { type AccountRecord, isOut } from '../domain/model/account-record';
import { currentStage, currentWave } from '../domain/model/current-wave';
import type { Move } from '../domain/model/move';
import { isAccessLost } from '../domain/model/outage';
import type { Stage } from '../domain/model/plan';
import type { RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { readStage, type StagePlace, writeOperation, writeStage } from '../records/stages';
import { changeAccounts } from '../rollout/change-account';
import { oneByOne, refusedStart } from '../rollout/refused-start';
import { withRetry } from '../rollout/retry';
import { type ModuleRequest, requestsFor } from '../rollout/stage-requests';
import { assertCurrent, isRefusal, runStep } from '../rollout/step';
import { stopDriftDetection } from '../rollout/stop-drift-detection';
import { recordsOf, workOf } from '../rollout/wave-accounts';
import { holdsOther } from '../rollout/wave-admission';
import type { Handler, PortsOf } from '../tasks/table';

type DeployPorts = PortsOf<'DeployStage'>;

export const deployStage: Handler<'DeployStage'> = (ports) => (input) =>
  runStep(ports, 'DeployStage', input, async (record, now, assertCurrent): Promise<Move<'DeployStage'>> => {
    const wave = currentWave(record);
    const stage = currentStage(record);
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: stage.index };
    const known = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    // Paused after JudgeStage: nothing is started, and the stage lands empty. A stage that was begun is completed.
    if (record.paused !== undefined && (known?.value.operations ?? []).length === 0)
      return startingNothing(ports, record, at, known);
    const accounts = await accountsOfStage(ports, record, stage);
    const requests = await requestsFor(ports, record, stage, accounts);
    await refuseOtherContent(ports, record, requests);

    const touched = accountsIn(requests);
    const items = accounts.filter(({ value }) => touched.has(value.id));
    const begin = (account: AccountRecord): AccountRecord => withStarted(account, record, requests, now);
    await changeAccounts(ports, record.id, items, begin, assertCurrent);

    const total = requests.reduce((sum, { request }) => sum + request.accounts.length * request.regions.length, 0);
    const progress = { done: 0, failed: 0, total };
    // The operations are recorded before they start: if this process dies in between, an abort can still stop them.
    const planned = requests.map((request) => operationOf(request, request.request.operationId, now));
    const version = await writeStage(ports, at, { operations: planned, progress }, known?.version ?? 0);
    const names = requests.map(({ request }) => request.spec.name);
    await stopDriftDetection(ports, names);
    const { operations, refused } = await startAll(ports, { record, stage, at, step: input.step, now }, requests);
    await writeStage(ports, at, { operations, progress }, version);
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

interface Starting {
  readonly record: RolloutRecord;
  readonly stage: Stage;
  readonly at: Parameters<typeof writeOperation>[2];
  readonly step: number;
  readonly now: Date;
}

async function startAll(
  ports: DeployPorts,
  starting: Starting,
  requests: readonly ModuleRequest[],
): Promise<{ readonly operations: readonly StageOperation[]; readonly refused: readonly Refused[] }> {
  const { at, stage } = starting;
  const operations: StageOperation[] = [];
  const refused: Refused[] = [];
  const left = [...requests];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    try {
      const operation = await start(ports, starting, afterRefusals(next, refused));
      // AwaitStage looks later, so an event that arrives before this write is not missed.
      await writeOperation(ports, operation, at);
      operations.push(operation);
    } catch (error) {
      if (!isStrongroomError(error) || error.retriable || isRefusal(error) || isAccessLost(error)) throw error;
      const parts = stage.step === 'adopt' && error.code === 'StackGone' ? oneByOne(next) : [];
      if (parts.length > 1) left.unshift(...parts);
      else refused.push(...(await refusedStart(ports, starting, next, error)));
    }
  }
  return { operations, refused };
}

/** With the tolerance that refused accounts have left. */
const afterRefusals = ({ module, request }: ModuleRequest, refused: readonly Refused[]): ModuleRequest => ({
  module,
  request: { ...request, failureTolerance: toleranceLeft(request.failureTolerance, refused) },
});

/** Without those that are out of the work. */
async function accountsOfStage(
  ports: Pick<Ports, 'store' | 'artifacts'>,
  record: RolloutRecord,
  stage: Stage,
): Promise<readonly Item<AccountRecord>[]> {
  const work = await workOf(ports, record);
  const items = await recordsOf(ports, work.slice(stage.from, stage.to));
  return items.filter(({ value }) => !isOut(value, record.id));
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

async function start(
  ports: DeployPorts,
  { record, step, now }: Starting,
  request: ModuleRequest,
): Promise<StageOperation> {
  const operationId = await withRetry(ports, async () => {
    // Directly before each try, since a start cannot be undone: the step, or the tries before, may have taken long.
    await assertCurrent(ports, record.id, step);
    return ports.stackSets.start(request.request);
  });
  return operationOf(request, operationId, now);
}

const operationOf = ({ module, request }: ModuleRequest, operationId: string, now: Date): StageOperation => ({
  stackSet: request.spec.name,
  operationId,
  module,
  kind: request.kind,
  accounts: request.accounts.length,
  startedAt: now.toISOString(),
});
