/** DeployStage: what the records say before StackSets are asked, and what the stage has started. */
import { moved } from '../model/account-changes';
import { type AccountRecord, pendingCreatesOf, withoutPassing } from '../model/account-record';
import type { AccountId, Region } from '../model/brand';
import { currentStage, currentWave, withWave } from '../model/current-wave';
import type { ModuleId } from '../model/module';
import type { Move } from '../model/move';
import type { OperationKind } from '../model/plan';
import type { RefusedOperation, RolloutRecord } from '../model/rollout';

/** What is asked of one StackSet. */
export interface ModuleChange {
  readonly module: ModuleId;
  readonly request: {
    readonly kind: OperationKind;
    readonly accounts: readonly AccountId[];
    readonly regions: readonly Region[];
  };
}

/**
 * The account's record just before the operations start: from here on it is at no release, and what it passed no longer counts. If the
 * process dies, the record still says which stacks may have been changed or created.
 */
export function withStarted(
  account: AccountRecord,
  record: RolloutRecord,
  changes: readonly ModuleChange[],
  now: Date,
): AccountRecord {
  const own = changes.filter(({ request }) => request.accounts.includes(account.id));
  const begun = own
    .filter(({ request }) => request.kind === 'create')
    .flatMap(({ module, request }) =>
      request.regions.map((region) => ({ module, region, wave: currentWave(record).name })),
    );
  const changing = pendingCreatesOf(withChanging(account, own), { begun });
  return moved(withoutPassing(changing), 'deployStarted', now);
}

/** An update that dies halfway may leave the former version or the new one. */
function withChanging(account: AccountRecord, changes: readonly ModuleChange[]): AccountRecord {
  const isUpdated = ({ module, region }: AccountRecord['modules'][number]): boolean =>
    changes.some(
      (change) =>
        change.request.kind === 'update' && change.module === module && change.request.regions.includes(region),
    );
  if (!account.modules.some(isUpdated)) return account;
  const { release: _former, ...rest } = account;
  return { ...rest, modules: account.modules.map((m) => (isUpdated(m) ? { ...m, changing: true } : m)) };
}

export const accountsIn = (changes: readonly ModuleChange[]): ReadonlySet<AccountId> =>
  new Set(changes.flatMap(({ request }) => request.accounts));

export const refusedAccounts = (refused: readonly RefusedOperation[]): ReadonlySet<AccountId> =>
  new Set(refused.flatMap(({ places }) => places.map(({ account }) => account)));

/**
 * What is left of an operation after AWS has refused others: accounts that were refused are out of the work, and have used up tolerance.
 * @returns undefined if nothing is left, or if more accounts were refused than the wave tolerates.
 */
export function afterRefusals<R extends Allowed>(request: R, refused: readonly RefusedOperation[]): R | undefined {
  const out = refusedAccounts(refused);
  const failureTolerance = request.failureTolerance - out.size;
  if (failureTolerance < 0) return undefined;
  const isIn = request.accounts.map((account) => !out.has(account));
  const accounts = request.accounts.filter((_, index) => isIn[index]);
  if (accounts.length === 0) return undefined;
  const { stackIds } = request;
  const hasStackEach = stackIds?.length === request.accounts.length;
  return {
    ...request,
    failureTolerance,
    accounts,
    ...(hasStackEach && { stackIds: stackIds.filter((_, index) => isIn[index]) }),
  };
}

interface Allowed {
  readonly accounts: readonly AccountId[];
  readonly stackIds?: readonly string[] | undefined;
  readonly failureTolerance: number;
}

/** Nothing was started in the account after all, since too much was refused elsewhere. */
export const withNothingStarted = (account: AccountRecord, now: Date): AccountRecord =>
  moved(account, 'deployLanded', now);

export interface Started {
  readonly changes: readonly ModuleChange[];
  readonly refused: readonly RefusedOperation[];
}

export function decideDeployStage(record: RolloutRecord, { changes, refused }: Started): Move<'DeployStage'> {
  const wave = currentWave(record);
  const stage = currentStage(record);
  return {
    decision: 'go',
    record: {
      ...withWave(record, { lost: wave.lost + refusedAccounts(refused).size }),
      status: { kind: 'running', doing: `stage ${stage.index + 1} of ${wave.stages.length}` },
    },
    events: [
      {
        type: 'stageStarted',
        wave: wave.name,
        stage: stage.index,
        stages: wave.stages.length,
        modules: stage.modules,
        regions: [...new Set(changes.flatMap(({ request }) => request.regions))],
        accounts: accountsIn(changes).size,
        ...(stage.step && { step: stage.step }),
      },
      ...refused.flatMap(({ module, reason, places }) =>
        places.map((place) => ({ type: 'accountFailed' as const, wave: wave.name, module, reason, ...place })),
      ),
    ],
  };
}
