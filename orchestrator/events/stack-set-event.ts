/**
 * A StackSet operation has changed: whoever waits for it is woken. The event is a hint, delivered at least once and in no promised
 * order [aws-behavior 2.7]: what happened is asked of StackSets. Doubled, late, or about what is not ours, it does no harm.
 */

import type { RolloutRecord } from '../domain/model/rollout';
import { lookAtStage } from '../handlers/await-stage';
import type { Ports, UsesStackSets } from '../ports/ports';
import { readRollout } from '../records/rollouts';
import { readOperation, type StagePlace } from '../records/stages';
import { currentWave } from '../rollout/current-wave';

export interface StackSetEvent {
  readonly stackSet: string;
  readonly operationId: string;
}

const source = 'aws.cloudformation';
const detailType = 'CloudFormation StackSet Operation Status Change';
/** `arn:aws:cloudformation:REGION:ACCOUNT:stackset/NAME`, with the set's own id behind another colon. */
const stackSetArn = /^arn:[a-z-]+:cloudformation:[a-z0-9-]*:\d*:stackset\/([a-zA-Z][-a-zA-Z0-9]{0,127})(?::|$)/;
/** Nobody waits for these. Any other word is worth a look, also one that we do not know yet. */
const isUnderWay: ReadonlySet<unknown> = new Set(['QUEUED', 'RUNNING', 'STOPPING']);

/** What EventBridge delivers, as far as it says enough; undefined of anything else [doc:eventbridge/events-ref-cloudformation]. */
export function parseStackSetEvent(raw: unknown): StackSetEvent | undefined {
  const event = fieldsOf(raw);
  const detail = fieldsOf(event['detail']);
  const operationId = detail['stack-set-operation-id'];
  if (event['source'] !== source || event['detail-type'] !== detailType) return undefined;
  if (isUnderWay.has(fieldsOf(detail['status-details'])['status'])) return undefined;
  const stackSet = stackSetArn.exec(String(detail['stack-set-arn']))?.[1];
  return stackSet === undefined || typeof operationId !== 'string' ? undefined : { stackSet, operationId };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

type EventPorts = Pick<Ports, 'store' | 'callbacks' | 'clock' | 'random'> & UsesStackSets<'status' | 'results'>;

/** @returns whether somebody waits for this operation. */
export const onStackSetEvent =
  (ports: EventPorts) =>
  async (raw: unknown): Promise<boolean> => {
    const event = parseStackSetEvent(raw);
    if (event === undefined) return false;
    // Several rollouts may run; the operation says whose it is. One that we did not start has no place.
    const at = await readOperation(ports, event.stackSet, event.operationId);
    if (at === undefined) return false;
    const { value: record } = await readRollout(ports, at.id);
    if (!isWaiting(record, at)) return false;
    return (await lookAtStage(ports, record, at)).isWaitedFor;
  };

/** The rollout may have gone on long since, or not have begun to wait; then it looks by itself. */
function isWaiting(record: RolloutRecord, at: StagePlace): boolean {
  if (record.status.kind === 'finished' || record.lastStep?.state !== 'DeployStage') return false;
  const wave = currentWave(record);
  return wave.name === at.wave && wave.attempt === at.attempt && wave.stage === at.stage;
}
