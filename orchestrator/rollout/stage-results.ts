/** Reads what the operations of a stage did in each account and Region. */

import type { Landed } from '../domain/decisions/judge-stage';
import { isWaitedOut, missingResults, resultsFromInstances } from '../domain/decisions/late-results';
import { errors } from '../domain/errors';
import type { StageOperation, StageRecord } from '../domain/model/rollout';
import type { Guarded } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { loadDocument } from '../records/documents';
import { type StagePlace, writeStage } from '../records/stages';
import { unlessStale } from '../records/stale-write';
import { withRetry } from './retry';

type ResultPorts = Guarded<'store'> &
  Pick<Ports, 'artifacts' | 'clock' | 'random'> &
  UsesStackSets<'status' | 'statusReason' | 'results' | 'instances'>;

/**
 * An operation that SUCCEEDED may hide failures [aws-behavior 2.3], so every result is read.
 * @throws ResultsLagging for the first minutes in which an operation has ended and not all of its results are listed: the state machine
 *   retries. Afterwards the stack instances are asked, and `unlisted` says what they do not tell either.
 */
export async function readResults(
  ports: ResultPorts,
  at: StagePlace,
  stage: Item<StageRecord> | undefined,
  now: Date,
): Promise<readonly Landed[]> {
  if (stage === undefined) return [];
  const landed = await Promise.all(stage.value.operations.map((operation) => resultsOf(ports, operation)));
  const late = landed.find((one) => missing(one) > 0);
  if (late === undefined) return landed;
  const { laggingSince: since = now.toISOString() } = stage.value;
  // Somebody who wrote in between writes progress; the next try notes the time then.
  if (stage.value.laggingSince === undefined)
    await unlessStale(writeStage(ports, at, { ...stage.value, laggingSince: since }, stage.version));
  if (!isWaitedOut(since, now)) throw errors.resultsLagging(late.operation.stackSet, missing(late));
  return Promise.all(landed.map((one) => (missing(one) > 0 ? completed(ports, one, since) : one)));
}

const missing = ({ operation, status, results }: Landed): number => missingResults(operation, status, results);

async function resultsOf(ports: ResultPorts, operation: StageOperation): Promise<Landed> {
  const { stackSet, operationId } = operation;
  const status = await withRetry(ports, () => ports.stackSets.status(stackSet, operationId));
  const results = await withRetry(ports, () => ports.stackSets.results(stackSet, operationId));
  return { operation, status, results };
}

async function completed(ports: ResultPorts, landed: Landed, since: string): Promise<Landed> {
  const { operation } = landed;
  const accounts = await loadDocument(ports, 'accounts', operation.targets);
  const targets = accounts.flatMap((account) => operation.regions.map((region) => ({ account, region })));
  const instances = await withRetry(ports, () => ports.stackSets.instances(operation.stackSet));
  const { results, unknown } = resultsFromInstances(operation, targets, landed.results, instances);
  if (unknown.size === 0) return { ...landed, results };
  const because = await withRetry(ports, () => ports.stackSets.statusReason(operation.stackSet, operation.operationId));
  return { ...landed, results, unlisted: { accounts: unknown.size, since, because } };
}
