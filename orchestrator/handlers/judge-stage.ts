/** Reads what happened to each account in each region, never only the operation's status: SUCCEEDED may hide failures [aws-control-plane 0.4]. */

import { errors } from '../domain/errors';
import { moved, withFailure, withRelease } from '../domain/model/account-changes';
import {
  type AccountRecord,
  type DeployedModule,
  type Failure,
  failuresOf,
  isOut,
  pendingCreatesOf,
} from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import { currentStage, currentWave, withWave } from '../domain/model/current-wave';
import { toleranceOf } from '../domain/model/desired-state';
import { accountEventsMax } from '../domain/model/event';
import { type ExecutionInput, shardsOf } from '../domain/model/execution-input';
import type { ModuleId } from '../domain/model/module';
import type { EventBody, Move } from '../domain/model/move';
import { isRehoming, type OperationKind } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord, StageOperation } from '../domain/model/rollout';
import {
  type InstanceResult,
  type OperationStatus,
  operationEnded,
  type Ports,
  type UsesStackSets,
} from '../ports/ports';
import { loadDocument, loadRelease } from '../records/documents';
import { readStage } from '../records/stages';
import { changeAccount } from '../rollout/change-account';
import { rehomed, rehomingFailure } from '../rollout/rehome';
import { withRetry } from '../rollout/retry';
import { startHold } from '../rollout/start-holds';
import { type AssertCurrent, runStep } from '../rollout/step';
import { recordsOf, workOf } from '../rollout/wave-accounts';

type JudgePorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random'> & UsesStackSets<'status' | 'results'>;

export const judgeStage = (ports: JudgePorts) => (input: ExecutionInput) =>
  runStep(ports, 'JudgeStage', input, async (record, now, assertCurrent): Promise<Move<'JudgeStage'>> => {
    const wave = currentWave(record);
    const stage = currentStage(record);
    const item = await readStage(ports, record.id, wave.name, wave.attempt, stage.index);
    const landed = await Promise.all((item?.value.operations ?? []).map((operation) => resultsOf(ports, operation)));
    const release = await loadRelease(ports, wave.release);
    const accounts = await recordResults(ports, { record, release, now, assertCurrent }, landed);

    const failed = accounts.filter(({ failures }) => failures.length > 0);
    const refused = await refusedIn(ports, record, landed);
    const isCounted = ({ account }: AccountLanded): boolean => refused.some((one) => one.account === account);
    const lost = wave.lost + failed.filter((one) => !isCounted(one)).length;
    const tolerance = toleranceOf(wave.spec, wave.accounts);
    const unfinished = landed.filter(({ status }) => status !== 'SUCCEEDED');
    const events: EventBody[] = [
      {
        type: 'stageLanded',
        wave: wave.name,
        stage: stage.index,
        done: accounts.length - failed.length,
        failed: failed.length,
      },
      ...failed
        .flatMap(({ account, failures }) => failures.map((f) => accountFailed(record, account, f)))
        .slice(0, accountEventsMax),
    ];
    const next = withWave(record, { lost });
    if (lost > tolerance || unfinished.length > 0) {
      const because = [
        `${lost} of ${wave.accounts} accounts failed; tolerance ${tolerance}`,
        ...unfinished.map(({ operation, status }) => `the operation on ${operation.stackSet} ended as ${status}`),
        ...[...refused, ...failed]
          .slice(0, 20)
          .flatMap(({ account, failures }) => failures.map((f) => `${account}: ${sentenceOf(f)}`)),
      ];
      return stopped(ports, next, because, events, now);
    }
    // Settings are changes too: they wait like a stage.
    const held = await startHold(ports, next, now);
    // A stage that a pause has left empty did not land.
    const isEmpty = landed.length === 0 && record.paused !== undefined;
    if (held !== undefined) return { ...held, events: [...(isEmpty ? [] : events), ...held.events] };
    const more = wave.stage + 1 < wave.stages.length;
    return {
      decision: more ? 'nextStage' : 'verify',
      record: {
        ...(more ? withWave(next, { stage: wave.stage + 1 }) : next),
        status: { kind: 'running', doing: more ? 'deploying' : 'applying settings' },
      },
      events,
      shards: shardsOf(wave.accounts),
    };
  });

async function stopped(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  because: readonly string[],
  events: readonly EventBody[],
  now: Date,
): Promise<Move<'JudgeStage'>> {
  const { onFailure } = await loadDocument(ports, 'desiredState', record.desiredState);
  const { name } = currentWave(record);
  // The way back is work like any other: a paused rollout asks before it.
  if (onFailure === 'rollBack' && record.direction === 'forward' && record.paused === undefined)
    return { decision: 'rollBack', record, events };
  return {
    decision: 'ask',
    record: {
      ...record,
      status: {
        kind: 'awaitingApproval',
        prompt: { about: 'stage', wave: name, because, promptedAt: now.toISOString() },
      },
    },
    events: [...events, { type: 'approvalRequested', wave: name, about: 'stage', because }],
  };
}

interface Landed {
  readonly operation: StageOperation;
  readonly status: OperationStatus;
  readonly results: readonly InstanceResult[];
}

/** @throws ResultsLagging, which the state machine retries: results are eventually consistent [bc:ListStackSetOperationResults]. */
async function resultsOf(ports: JudgePorts, operation: StageOperation): Promise<Landed> {
  const { stackSet, operationId } = operation;
  const status = await withRetry(ports, () => ports.stackSets.status(stackSet, operationId));
  const results = await withRetry(ports, () => ports.stackSets.results(stackSet, operationId));
  const open = results.filter(({ outcome }) => outcome === 'PENDING' || outcome === 'RUNNING').length;
  const missing = operation.accounts - new Set(results.map(({ account }) => account)).size;
  if (operationEnded(status) && open + missing > 0) throw errors.resultsLagging(stackSet, open + missing);
  return { operation, status, results };
}

interface Landing {
  readonly module: ModuleId;
  readonly kind: OperationKind;
  readonly result: InstanceResult;
}

interface Judging {
  readonly record: RolloutRecord;
  readonly release: Release;
  readonly now: Date;
  readonly assertCurrent: AssertCurrent;
}

interface AccountLanded {
  readonly account: AccountId;
  readonly failures: readonly Failure[];
}

/** What AWS would not even begin has no results. Whoever started the stage has counted these accounts, and said why in their records. */
async function refusedIn(
  ports: Pick<Ports, 'store' | 'artifacts'>,
  record: RolloutRecord,
  landed: readonly Landed[],
): Promise<readonly AccountLanded[]> {
  const stage = currentStage(record);
  if (stage.step === undefined) return [];
  const hasResult = (account: AccountId, { module, region }: Failure): boolean =>
    landed.some(
      ({ operation, results }) =>
        operation.module === module && results.some((one) => one.account === account && one.region === region),
    );
  const members = await recordsOf(ports, (await workOf(ports, record)).slice(stage.from, stage.to));
  return members
    .map(({ value: account }) => ({
      account: account.id,
      failures: failuresOf(account, record.id).filter((f) => f.at === 'rehome' && !hasResult(account.id, f)),
    }))
    .filter(({ failures }) => failures.length > 0);
}

/** Each account's record takes in what its stacks now run, and what failed there. */
async function recordResults(
  ports: JudgePorts,
  { record, release, now, assertCurrent }: Judging,
  landed: readonly Landed[],
): Promise<readonly AccountLanded[]> {
  const perAccount = new Map<AccountId, Landing[]>();
  for (const { operation, results } of landed) {
    for (const result of results) {
      const list = perAccount.get(result.account) ?? [];
      list.push({ module: operation.module, kind: operation.kind, result });
      perAccount.set(result.account, list);
    }
  }
  const ids = [...perAccount.keys()];
  const items = await recordsOf(ports, ids);
  await Promise.all(
    items.map((item) =>
      changeAccount(
        ports,
        record.id,
        item,
        (account) => withResults(account, record, release, perAccount.get(account.id) ?? [], now),
        assertCurrent,
      ),
    ),
  );
  return ids.map((account) => ({ account, failures: failuresIn(perAccount.get(account) ?? []) }));
}

function withResults(
  account: AccountRecord,
  record: RolloutRecord,
  release: Release,
  results: readonly Landing[],
  now: Date,
): AccountRecord {
  const wave = currentWave(record);
  const { asHeld } = currentStage(record);
  const settled = results.filter(({ result }) => result.outcome === 'SUCCEEDED' || result.outcome === 'FAILED');
  const before = (landing: Landing) =>
    account.modules.find((m) => m.module === landing.module && m.region === landing.result.region);
  // Cancelled or skipped before anything was done to it, it is what it was.
  const spared = results.filter(({ result }) => result.outcome === 'CANCELLED' || result.outcome === 'SKIPPED');
  const others = account.modules
    .filter((m) => !settled.some((landing) => before(landing) === m))
    .map((m) => (spared.some((landing) => before(landing) === m) ? unchanged(m) : m));
  const modules = settled.flatMap((landing): readonly DeployedModule[] => {
    const { module, kind, result } = landing;
    const there = before(landing);
    if (isRehoming(kind)) return there === undefined ? [] : rehomed(there, wave.name, kind, result);
    return [
      {
        module,
        region: result.region,
        wave: wave.name,
        version: asHeld ? '' : (release.modules.find((m) => m.module === module)?.version ?? ''),
        status: result.outcome === 'SUCCEEDED' ? 'current' : 'failed',
        ...(result.outcome === 'FAILED' && {
          reason: result.reason,
          // A creation that fails is rolled back, and so is every later attempt at it.
          ...((kind === 'create' || there?.unmade) && { unmade: true as const }),
        }),
      },
    ];
  });
  const failures = failuresIn(results);
  const landed = pendingCreatesOf({ ...account, modules: [...others, ...modules] }, { ended: modules });
  const marked = failures.reduce((changed, failure) => withFailure(changed, record.id, failure), landed);
  return moved(withRelease(marked, release), isOut(marked, record.id) ? 'deployFailed' : 'deployLanded', now);
}

const unchanged = ({ changing: _not, ...there }: DeployedModule): DeployedModule => there;

const failuresIn = (results: readonly Landing[]): readonly Failure[] =>
  results
    .filter(({ result }) => result.outcome === 'FAILED' || result.outcome === 'SKIPPED')
    .map(({ module, kind, result }) => ({
      at: isRehoming(kind) ? 'rehome' : 'deploy',
      module,
      region: result.region,
      reason: reasonOf(kind, result),
    }));

function reasonOf(kind: OperationKind, result: InstanceResult): string {
  if (isRehoming(kind)) return rehomingFailure(kind, result);
  return result.outcome === 'SKIPPED'
    ? `skipped by StackSets: ${result.reason || 'the account is suspended'}`
    : result.reason;
}

const sentenceOf = ({ module, region, reason }: Failure): string => `${module} in ${region}: ${reason}`;

const accountFailed = (record: RolloutRecord, account: AccountId, { module, region, reason }: Failure): EventBody => ({
  type: 'accountFailed',
  wave: currentWave(record).name,
  account,
  module,
  region,
  reason,
});
