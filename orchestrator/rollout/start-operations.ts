/** Starts the operations of a stage, one after another. What AWS refuses to start fails its accounts, and holds up no other. */

import { afterRefusals } from '../domain/decisions/deploy-stage';
import { isStrongroomError } from '../domain/errors';
import type { AccountId } from '../domain/model/brand';
import { isAccessLost } from '../domain/model/outage';
import type { Stage } from '../domain/model/plan';
import type { RefusedOperation, RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import type { Guarded, GuardedStackSets } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { saveDocument } from '../records/documents';
import { type StagePlace, writeOperation, writeStage } from '../records/stages';
import { oneByOne, recordRefusal, refusedOperation } from './refused-start';
import { withRetry } from './retry';
import type { ModuleRequest } from './stage-requests';
import { isRefusal } from './step';

type StartPorts = Guarded<'store'> & Pick<Ports, 'artifacts' | 'clock' | 'random'> & GuardedStackSets<'start'>;

export interface Starting {
  readonly record: RolloutRecord;
  readonly stage: Stage;
  readonly at: StagePlace;
  readonly now: Date;
}

export interface Started {
  /** The accounts in which something was started. */
  readonly started: ReadonlySet<AccountId>;
  readonly refused: readonly RefusedOperation[];
}

/** @param known the stage's record, in which the operations are planned, with those that AWS has refused before. */
export async function startOperations(
  ports: StartPorts,
  starting: Starting,
  requests: readonly ModuleRequest[],
  known: Pick<Item<StageRecord>, 'value' | 'version'>,
): Promise<Started> {
  const { at, stage, now } = starting;
  const operations: StageOperation[] = [];
  const started = new Set<AccountId>();
  const refused: RefusedOperation[] = [];
  let { value: record, version } = known;
  const write = async (changed: Partial<StageRecord>): Promise<void> => {
    record = { ...record, ...changed };
    version = await writeStage(ports, at, record, version);
  };
  const left = [...requests];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const { module, request: planned } = next;
    const before = record.refused?.find(({ operationId }) => operationId === planned.operationId);
    const request = before === undefined ? afterRefusals(planned, refused) : undefined;
    if (before !== undefined) {
      // The process may have died before the accounts were marked.
      await recordRefusal(ports, starting, before);
      refused.push(before);
    }
    if (request === undefined) continue;
    if (isSplit({ module, request }, record)) {
      left.unshift(...oneByOne({ module, request }));
      continue;
    }
    try {
      const targets = await saveDocument(ports, 'accounts', request.accounts);
      const operationId = await withRetry(ports, () => ports.stackSets.start(request));
      const operation = { ...operationOf({ module, request }, operationId, now), targets };
      // AwaitStage looks later, so an event that arrives before this write is not missed.
      await writeOperation(ports, operation, at);
      operations.push(operation);
      for (const account of request.accounts) started.add(account);
    } catch (error) {
      if (!isStrongroomError(error) || error.retriable || isRefusal(error) || isAccessLost(error)) throw error;
      const parts = stage.step === 'adopt' && error.code === 'StackGone' ? oneByOne({ module, request }) : [];
      if (parts.length > 1) {
        left.unshift(...parts);
        continue;
      }
      const refusal = refusedOperation(stage, { module, request }, error);
      refused.push(refusal);
      // The stage's record comes first: started again, the stage starts nothing that this refusal has ruled out.
      await write({ refused: [...(record.refused ?? []), refusal] });
      await recordRefusal(ports, starting, refusal);
    }
  }
  await write({ operations });
  return { started, refused };
}

/** Its import was refused as a whole before, and then stack by stack. */
const isSplit = (planned: ModuleRequest, { refused = [] }: StageRecord): boolean =>
  oneByOne(planned).some(({ request }) => refused.some(({ operationId }) => operationId === request.operationId));

export const operationOf = ({ module, request }: ModuleRequest, operationId: string, now: Date): StageOperation => ({
  stackSet: request.spec.name,
  operationId,
  module,
  kind: request.kind,
  accounts: request.accounts.length,
  regions: request.regions,
  startedAt: now.toISOString(),
});
