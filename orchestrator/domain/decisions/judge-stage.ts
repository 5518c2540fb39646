/** JudgeStage: what the operations of a stage did in each account, and whether the wave continues. */

import { moved, withFailure, withRelease } from '../model/account-changes';
import {
  type AccountRecord,
  type DeployedModule,
  type Failure,
  failuresOf,
  failureText,
  isOut,
  pendingCreatesOf,
} from '../model/account-record';
import type { AccountId } from '../model/brand';
import { currentStage, currentWave, withWave } from '../model/current-wave';
import { type DesiredState, toleranceOf } from '../model/desired-state';
import { accountEventsMax } from '../model/event';
import { shardsOf } from '../model/execution-input';
import type { ModuleId } from '../model/module';
import type { EventBody, Move } from '../model/move';
import { isRehoming, type OperationKind } from '../model/plan';
import type { Release } from '../model/release';
import type { RolloutRecord, StageOperation } from '../model/rollout';
import { type InstanceResult, type OperationStatus, operationEnded } from '../model/stack-set-operation';
import { rehomed, rehomingFailure } from '../planning/rehoming';
import { ask } from './prompt';
import { startHold } from './start-hold';

/** An operation of the stage, and what it did. */
export interface Landed {
  readonly operation: StageOperation;
  readonly status: OperationStatus;
  readonly results: readonly InstanceResult[];
  /** Accounts of which neither results nor instances tell how the operation has ended there; present if there are any. */
  readonly unlisted?: { readonly accounts: number; readonly since: string; readonly because: string } | undefined;
}

/** What one operation did to one stack. */
export interface Landing {
  readonly module: ModuleId;
  readonly kind: OperationKind;
  readonly result: InstanceResult;
}

export interface StageFacts {
  readonly landed: readonly Landed[];
  /** The accounts of a stage that moves stacks between waves, with the results in their records. */
  readonly moving: readonly AccountRecord[];
  readonly desiredState: Pick<DesiredState, 'onFailure' | 'freezes'>;
}

interface AccountFailures {
  readonly account: AccountId;
  readonly failures: readonly Failure[];
}

/** Reasons that a prompt names. */
const reasonsMax = 20;

export function decideJudgeStage(
  record: RolloutRecord,
  { landed, moving, desiredState }: StageFacts,
  now: Date,
): Move<'JudgeStage'> {
  const wave = currentWave(record);
  const landings = landingsByAccount(landed);
  const failed = [...landings]
    .map(([account, results]) => ({ account, failures: failuresIn(results) }))
    .filter(({ failures }) => failures.length > 0);
  const refused = moving.map((account) => refusedIn(account, record, landed)).filter((one) => one.failures.length > 0);
  // DeployStage has counted the refused accounts already.
  const isCounted = ({ account }: AccountFailures): boolean => refused.some((one) => one.account === account);
  const lost = wave.lost + failed.filter((one) => !isCounted(one)).length;
  const next = withWave(record, { lost });
  const events = [stageLanded(record, landings.size, failed.length), ...accountsFailed(record, failed)];

  const tolerance = toleranceOf(wave.spec, wave.accounts);
  const unfinished = landed.filter(({ status }) => status !== 'SUCCEEDED');
  const unlisted = landed.flatMap(unlistedIn);
  const isTrialLost =
    isTrial(record) && !hasMoved(landings) && (failed.length > 0 || moving.some((one) => isStranded(one, record)));
  if (lost > tolerance || isTrialLost || unfinished.length > 0 || unlisted.length > 0) {
    const because = [
      ...unlisted,
      ...(isTrialLost ? ['the first account could not move to this wave, so no other account was moved'] : []),
      `${lost} of ${wave.accounts} accounts failed; tolerance ${tolerance}`,
      ...unfinished.map(({ operation, status }) => endText(operation, status)),
      ...[...refused, ...failed]
        .slice(0, reasonsMax)
        .flatMap(({ account, failures }) => failures.map((failure) => `${account}: ${failureText(failure)}`)),
    ];
    // What is not known is no failure: it is never rolled back, and no account is blamed for it.
    if (unlisted.length > 0 || isTrialLost) return ask(next, { about: 'stage', because }, events, now);
    return stopWave(next, because, events, desiredState, now);
  }
  // Settings are changes too, so they wait like a stage.
  const held = startHold(next, desiredState.freezes, now);
  // A stage that a pause kept empty did not land.
  const isEmpty = landed.length === 0 && record.paused !== undefined;
  if (held !== undefined) return { ...held, events: [...(isEmpty ? [] : events), ...held.events] };
  const hasMore = wave.stage + 1 < wave.stages.length;
  return {
    decision: hasMore ? 'nextStage' : 'verify',
    record: {
      ...(hasMore ? withWave(next, { stage: wave.stage + 1 }) : next),
      status: { kind: 'running', doing: hasMore ? 'deploying' : 'applying settings' },
    },
    events,
    shards: shardsOf(wave.accounts),
  };
}

export function landingsByAccount(landed: readonly Landed[]): ReadonlyMap<AccountId, readonly Landing[]> {
  const landings = new Map<AccountId, Landing[]>();
  for (const { operation, results } of landed) {
    for (const result of results) {
      const list = landings.get(result.account) ?? [];
      list.push({ module: operation.module, kind: operation.kind, result });
      landings.set(result.account, list);
    }
  }
  return landings;
}

/** The first account that moves from another wave, with others after it: it shows whether their stacks can be imported. */
const isTrial = (record: RolloutRecord): boolean => {
  const { stages, stage } = currentWave(record);
  const next = stages[stage + 1];
  return stages[stage]?.step === 'adopt' && next?.step === 'detach';
};

/** One stack that was imported shows that others can be. */
const hasMoved = (landings: ReadonlyMap<AccountId, readonly Landing[]>): boolean =>
  [...landings.values()].flat().some(({ result }) => result.outcome === 'SUCCEEDED');

/** It has a stack that is in no StackSet, because the import of it failed. A stack that was deleted is no such stack. */
const isStranded = (account: AccountRecord, { id }: RolloutRecord): boolean =>
  failuresOf(account, id).some(
    ({ at, module, region }) =>
      at === 'rehome' &&
      account.modules.some((there) => there.module === module && there.region === region && there.detached === true),
  );

const unlistedIn = ({ operation, unlisted }: Landed): readonly string[] =>
  unlisted === undefined
    ? []
    : [
        `StackSets has listed no result for ${unlisted.accounts} account${unlisted.accounts === 1 ? '' : 's'} of the operation on ${operation.stackSet} since ${unlisted.since}${unlisted.because === '' ? '' : `: ${unlisted.because}`}`,
      ];

const endText = ({ stackSet }: StageOperation, status: OperationStatus): string =>
  operationEnded(status)
    ? `the operation on ${stackSet} ended as ${status}`
    : `the operation on ${stackSet} has not ended: it is ${status}`;

function stopWave(
  record: RolloutRecord,
  because: readonly string[],
  events: readonly EventBody[],
  { onFailure }: Pick<DesiredState, 'onFailure'>,
  now: Date,
): Move<'JudgeStage'> {
  // A rollback starts operations too, so a paused rollout asks first.
  if (onFailure === 'rollBack' && record.direction === 'forward' && record.paused === undefined)
    return { decision: 'rollBack', record, events };
  return ask(record, { about: 'stage', because }, events, now);
}

/** What AWS refused to start has no results. DeployStage has counted such an account, and recorded why. */
function refusedIn(account: AccountRecord, record: RolloutRecord, landed: readonly Landed[]): AccountFailures {
  const hasResult = ({ module, region }: Failure): boolean =>
    landed.some(
      ({ operation, results }) =>
        operation.module === module && results.some((one) => one.account === account.id && one.region === region),
    );
  const failures = failuresOf(account, record.id).filter((failure) => failure.at === 'rehome' && !hasResult(failure));
  return { account: account.id, failures };
}

/** The account's record with what its stacks run now, and what failed there. */
export function withLandings(
  account: AccountRecord,
  record: RolloutRecord,
  release: Release,
  landings: readonly Landing[],
  now: Date,
): AccountRecord {
  const settled = landings.filter(({ result }) => result.outcome === 'SUCCEEDED' || result.outcome === 'FAILED');
  const before = (landing: Landing): DeployedModule | undefined =>
    account.modules.find((m) => m.module === landing.module && m.region === landing.result.region);
  // A stack whose change was cancelled or skipped is what it was.
  const spared = landings.filter(({ result }) => result.outcome === 'CANCELLED' || result.outcome === 'SKIPPED');
  const others = account.modules
    .filter((m) => !settled.some((landing) => before(landing) === m))
    .map((m) => (spared.some((landing) => before(landing) === m) ? unchanged(m) : m));
  const modules = settled.flatMap((landing) => deployedAfter(before(landing), landing, record, release));
  const landed = pendingCreatesOf({ ...account, modules: [...others, ...modules] }, { ended: modules });
  const marked = failuresIn(landings).reduce((changed, failure) => withFailure(changed, record.id, failure), landed);
  return moved(withRelease(marked, release), isOut(marked, record.id) ? 'deployFailed' : 'deployLanded', now);
}

const unchanged = ({ changing: _not, ...there }: DeployedModule): DeployedModule => there;

function deployedAfter(
  before: DeployedModule | undefined,
  { module, kind, result }: Landing,
  record: RolloutRecord,
  { modules }: Release,
): readonly DeployedModule[] {
  const wave = currentWave(record).name;
  if (isRehoming(kind)) return before === undefined ? [] : rehomed(before, wave, kind, result);
  const version = modules.find((m) => m.module === module)?.version ?? '';
  // Its own parameters override those of the set until it follows, so the update may have left it at another version.
  const isImported = before?.imported === true && kind === 'update';
  return [
    {
      module,
      region: result.region,
      wave,
      version: currentStage(record).asHeld || isImported ? '' : version,
      ...(isImported && { imported: true as const }),
      status: result.outcome === 'SUCCEEDED' ? 'current' : 'failed',
      ...(result.outcome === 'FAILED' && {
        reason: result.reason,
        // A creation that fails is rolled back, and so is every later attempt at it.
        ...((kind === 'create' || before?.unmade) && { unmade: true as const }),
      }),
    },
  ];
}

const failuresIn = (landings: readonly Landing[]): readonly Failure[] =>
  landings
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

const stageLanded = (record: RolloutRecord, accounts: number, failed: number): EventBody => ({
  type: 'stageLanded',
  wave: currentWave(record).name,
  stage: currentStage(record).index,
  done: accounts - failed,
  failed,
});

const accountsFailed = (record: RolloutRecord, failed: readonly AccountFailures[]): readonly EventBody[] =>
  failed
    .flatMap(({ account, failures }) => failures.map((failure) => ({ account, failure })))
    .slice(0, accountEventsMax)
    .map(({ account, failure: { module, region, reason } }) => ({
      type: 'accountFailed',
      wave: currentWave(record).name,
      account,
      module,
      region,
      reason,
    }));
