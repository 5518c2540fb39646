/** Starts the StackSet operations of the stage at work: updates where instances are, creations where there are none. */

import { errors, isStrongroomError } from '../domain/errors';
import { moved } from '../domain/model/account-changes';
import {
  type AccountRecord,
  type DeployedModule,
  isOut,
  pendingCreatesOf,
  withoutPassing,
} from '../domain/model/account-record';
import type { WaveName } from '../domain/model/brand';
import { currentStage, currentWave, withWave } from '../domain/model/current-wave';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Move } from '../domain/model/move';
import type { Stage } from '../domain/model/plan';
import type { RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { readStage, type StagePlace, writeOperation, writeStage } from '../records/stages';
import { changeAccount } from '../rollout/change-account';
import { oneByOne, type Refused, refusedStart } from '../rollout/refused-start';
import { withRetry } from '../rollout/retry';
import { type ModuleRequest, requestsFor } from '../rollout/stage-requests';
import { assertCurrent, isRefusal, runStep } from '../rollout/step';
import { stopDriftDetection } from '../rollout/stop-drift-detection';
import { recordsOf, workOf } from '../rollout/wave-accounts';
import { holdsOther } from '../rollout/wave-admission';

type DeployPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random'> &
  UsesStackSets<'describe' | 'instances' | 'start' | 'stop'>;

export const deployStage = (ports: DeployPorts) => (input: ExecutionInput) =>
  runStep(ports, 'DeployStage', input, async (record, now, assertCurrent): Promise<Move<'DeployStage'>> => {
    const wave = currentWave(record);
    const stage = currentStage(record);
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: stage.index };
    const known = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    // Paused after the judge had moved on: nothing is started, and the stage lands with nothing in it. One that was begun is completed.
    if (record.paused !== undefined && (known?.value.operations ?? []).length === 0)
      return startingNothing(ports, record, at, known);
    const accounts = await accountsOfStage(ports, record, stage);
    const requests = await requestsFor(ports, record, stage, accounts);
    await refuseOtherContent(ports, record, requests);
    const touched = new Set(requests.flatMap(({ request }) => request.accounts));

    await Promise.all(
      accounts
        .filter(({ value }) => touched.has(value.id))
        .map((item) =>
          changeAccount(
            ports,
            record.id,
            item,
            (account) =>
              moved(withoutPassing(beginning(begun(account, requests), wave.name, requests)), 'deployStarted', now),
            assertCurrent,
          ),
        ),
    );
    const total = requests.reduce((sum, { request }) => sum + request.accounts.length * request.regions.length, 0);
    const progress = { done: 0, failed: 0, total };
    // What is about to be started is named first: if we die in between, whoever aborts the rollout can still stop it.
    const meant = requests.map((request) => operationOf(request, request.request.operationId, now));
    const version = await writeStage(ports, at, { operations: meant, progress }, known?.version ?? 0);
    await stopDriftDetection(
      ports,
      requests.map(({ request }) => request.spec.name),
    );
    const { operations, refused } = await startAll(ports, { record, stage, at, step: input.step, now }, requests);
    await writeStage(ports, at, { operations, progress }, version);
    const regions = [...new Set(requests.flatMap(({ request }) => request.regions))];
    return {
      decision: 'go',
      record: {
        ...withWave(record, { lost: wave.lost + lostTo(refused) }),
        status: { kind: 'running', doing: `stage ${stage.index + 1} of ${wave.stages.length}` },
      },
      events: [
        {
          type: 'stageStarted',
          wave: wave.name,
          stage: stage.index,
          stages: wave.stages.length,
          modules: stage.modules,
          regions,
          accounts: touched.size,
          ...(stage.step && { step: stage.step }),
        },
        ...refused,
      ],
    };
  });

/** What is about to be changed is at no known release until its result is recorded, whatever becomes of us. */
function begun(account: AccountRecord, requests: readonly ModuleRequest[]): AccountRecord {
  const updates = requests.filter(({ request }) => request.kind === 'update' && request.accounts.includes(account.id));
  const isUpdated = ({ module, region }: DeployedModule): boolean =>
    updates.some((update) => update.module === module && update.request.regions.includes(region));
  if (!account.modules.some(isUpdated)) return account;
  const { release: _former, ...rest } = account;
  return { ...rest, modules: account.modules.map((m) => (isUpdated(m) ? { ...m, changing: true } : m)) };
}

/** What is about to be created is there once StackSets have begun, also where nobody lives to record it and the account moves on. */
function beginning(account: AccountRecord, wave: WaveName, requests: readonly ModuleRequest[]): AccountRecord {
  const begun = requests
    .filter(({ request }) => request.kind === 'create' && request.accounts.includes(account.id))
    .flatMap(({ module, request }) => request.regions.map((region) => ({ module, region, wave })));
  return pendingCreatesOf(account, { begun });
}

/** Whoever judges it sees the pause, and asks. */
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
      const operation = await start(ports, starting, bearingLess(next, lostTo(refused)));
      // Nobody waits for it yet, so an event that comes before this is not missed.
      await writeOperation(ports, operation, at);
      operations.push(operation);
    } catch (error) {
      if (!isStrongroomError(error) || error.retriable || isRefusal(error)) throw error;
      const parts = stage.step === 'adopt' && error.code === 'StackGone' ? oneByOne(next) : [];
      if (parts.length > 1) left.unshift(...parts);
      else refused.push(...(await refusedStart(ports, starting, next, error)));
    }
  }
  return { operations, refused };
}

const lostTo = (refused: readonly Refused[]): number => new Set(refused.map(({ account }) => account)).size;

/** What was refused a moment ago has used of the tolerance too. */
const bearingLess = ({ module, request }: ModuleRequest, lost: number): ModuleRequest => ({
  module,
  request: { ...request, failureTolerance: Math.max(0, request.failureTolerance - lost) },
});

/** Those that are still in. */
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
 * New instances get what the set holds, whatever is asked for [bc:cloudformation:UpdateStackSet]. A rollout over the wave brings the set
 * to its release itself, by its updates; the guest of a wave must find it there, and changes nothing for the others.
 */
async function refuseOtherContent(
  ports: DeployPorts,
  record: RolloutRecord,
  requests: readonly ModuleRequest[],
): Promise<void> {
  if (record.request.newAccount !== true) return;
  for (const { kind, spec } of requests.map(({ request }) => request)) {
    // What leaves the set of a former wave takes nothing from it.
    if (kind !== 'release' && (await holdsOther(ports, spec.name, spec)))
      throw errors.stackSetElsewhere(spec.name, `release ${currentWave(record).release}`);
  }
}

async function start(
  ports: DeployPorts,
  { record, step, now }: Starting,
  request: ModuleRequest,
): Promise<StageOperation> {
  const operationId = await withRetry(ports, async () => {
    // Immediately before each try, which nothing takes back: much time may have passed since the turn began, or with the tries before.
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
