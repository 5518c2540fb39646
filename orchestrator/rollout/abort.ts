/** Aborts a rollout: running operations are stopped, what was done stays and is recorded, and accounts and lease become free. */
import pLimit from 'p-limit';
import { errors, isStrongroomError } from '../domain/errors';
import { moved, withFailure } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import { type Actor, actorName, actorText } from '../domain/model/actor';
import type { AccountId, RolloutId } from '../domain/model/brand';
import { currentStage, currentWave } from '../domain/model/current-wave';
import type { Stage } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { type Guarded, type GuardedStackSets, guard } from '../ports/guard';
import type { Ports, UsesExecutions, UsesStackSets } from '../ports/ports';
import { loadRelease } from '../records/documents';
import { readRollout } from '../records/rollouts';
import { lastStages, readStage } from '../records/stages';
import { changeAccount } from './change-account';
import { unchangedGuard } from './guards';
import { pagesOf } from './keys-at-risk';
import { releaseLease } from './lease';
import { withRetry } from './retry';
import { changeRollout } from './step';
import { workOf } from './wave-accounts';

/** An abort starts nothing. */
type AbortPorts = Pick<Ports, 'store' | 'artifacts' | 'clock' | 'random'> & UsesStackSets<'stop'>;
type StopPorts = Pick<Ports, 'store' | 'clock' | 'random'> & GuardedStackSets<'stop'>;
type LetGoPorts = Pick<Ports, 'artifacts' | 'clock'> & Guarded<'store'>;

/** After these states the current stage may have operations that JudgeStage has not seen yet. */
const deploying: ReadonlySet<string> = new Set(['JudgePreflight', 'RollBack', 'DeployStage', 'JudgeStage']);

/**
 * The record comes first: from then on every handler of this rollout is refused. An abort that died halfway is completed by the next one.
 * The state machine ends in Report, which stops operations that were just being started.
 * @throws RolloutEnded if it has ended otherwise.
 */
export async function abortRollout(ports: AbortPorts, id: RolloutId, by: Actor, reason: string): Promise<void> {
  const because = [`${actorName(by)} aborted it: ${reason}`];
  await changeRollout(ports, id, (record, now) => {
    const { status } = record;
    if (status.kind === 'finished' && status.outcome === 'aborted') return undefined;
    if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
    return {
      record: { ...record, status: { kind: 'finished', outcome: 'aborted', because, at: now.toISOString() } },
      events: [
        { type: 'answered', wave: '', decision: 'abort', by, reason },
        { type: 'rolloutFinished', outcome: 'aborted', because },
      ],
    };
  });
  const aborted = await readRollout(ports, id);
  const acting = guard(ports, unchangedGuard(ports, aborted));
  await stopOperations(acting, aborted.value);
  await letGo(acting, aborted.value, reason);
  await releaseLease(ports, id);
}

/** Aborts a rollout that the deployed state machine may be running, and stops its execution too. */
export async function abortEverywhere(
  ports: AbortPorts,
  executions: UsesExecutions<'stop'>['executions'] | undefined,
  id: RolloutId,
  { by, reason }: { readonly by: Actor; readonly reason: string },
): Promise<void> {
  await abortRollout(ports, id, by, reason);
  if (executions === undefined) return;
  const aborted = await readRollout(ports, id);
  const acting = guard({ ...ports, executions }, unchangedGuard(ports, aborted));
  await acting.executions.stop(id, `${actorText(by)} aborted it: ${reason}`);
  // The execution no longer reaches Report, which would stop operations that were just being started.
  await stopOperations(acting, aborted.value);
}

/** Only the last stage of an attempt can have running operations: the next stage begins when they have ended. */
export async function stopOperations(ports: StopPorts, record: RolloutRecord): Promise<void> {
  const wave = record.waves[record.wave];
  const atWork = wave && (await readStage(ports, record.id, wave.name, wave.attempt, wave.stage));
  const stages = [...(atWork === undefined ? [] : [atWork.value]), ...(await lastStages(ports, record.id))];
  const operations = new Map(
    stages.flatMap((stage) => stage.operations.map((operation) => [operation.operationId, operation] as const)),
  );
  for (const { stackSet, operationId } of operations.values())
    await withRetry(ports, () => ports.stackSets.stop(stackSet, operationId));
}

/** Accounts whose records are written at once. */
const writesAtOnceMax = 50;

/** Frees the accounts. What runs in an account that was being deployed to is unknown from here on. */
export async function letGo(ports: LetGoPorts, record: RolloutRecord, reason: string): Promise<void> {
  const interrupted = await interruptedStage(ports, record);
  const now = ports.clock.now();
  const free = (account: AccountRecord): AccountRecord => {
    const { holder: _held, ...rest } = account;
    if (interrupted?.accounts.has(account.id) !== true) return rest;
    const uncertain = withUncertainModules(rest, interrupted);
    if (account.state !== 'DEPLOYING') return uncertain;
    const failure = { at: 'deploy', reason: `the rollout was aborted while it was deployed to: ${reason}` } as const;
    return moved(withFailure(uncertain, record.id, failure), 'deployFailed', now);
  };
  const limit = pLimit(writesAtOnceMax);
  for await (const items of pagesOf(ports, record)) {
    const page = items.flatMap((item) => item ?? []);
    const held = page.filter(({ value }) => value.holder?.rollout === record.id);
    await Promise.all(
      held.map((item) => limit(() => changeAccount(ports, record.id, item, free).catch(unlessTakenByAnother))),
    );
  }
}

/** The next rollout may have taken the account in between. */
function unlessTakenByAnother(error: unknown): void {
  if (!(isStrongroomError(error) && error.code === 'LeaseLost')) throw error;
}

interface Interrupted {
  readonly stage: Stage;
  readonly release: Release;
  readonly accounts: ReadonlySet<AccountId>;
}

async function interruptedStage(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
): Promise<Interrupted | undefined> {
  const { lastStep } = record;
  const isJudged = lastStep?.state === 'JudgeStage' && lastStep.input.decision !== 'nextStage';
  if (lastStep === undefined || !deploying.has(lastStep.state) || isJudged) return undefined;
  const wave = currentWave(record);
  if (wave.stages.length === 0) return undefined;
  const stage = currentStage(record);
  const work = await workOf(ports, record);
  return {
    stage,
    release: await loadRelease(ports, wave.release),
    accounts: new Set(work.slice(stage.from, stage.to)),
  };
}

/** A stack whose operation was stopped may be at the former version or at the new one. */
function withUncertainModules(account: AccountRecord, { stage, release }: Interrupted): AccountRecord {
  const isMeant = ({ module, region, version }: AccountRecord['modules'][number]): boolean =>
    stage.regions[module]?.includes(region) === true &&
    release.modules.find((m) => m.module === module)?.version !== version;
  if (!account.modules.some(isMeant)) return account;
  const { release: _mixed, ...rest } = account;
  return { ...rest, modules: account.modules.map((m) => (isMeant(m) ? { ...m, version: '' } : m)) };
}
