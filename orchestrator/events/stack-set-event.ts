/**
 * Parses the event that a StackSet operation has changed. The event is a hint, delivered at least once and in no promised order
 * [aws-behavior 2.7], so what happened is read from StackSets. A doubled, late or foreign event does no harm.
 */

export interface StackSetEvent {
  readonly stackSet: string;
  readonly operationId: string;
}

const source = 'aws.cloudformation';
const detailType = 'CloudFormation StackSet Operation Status Change';
/** `arn:aws:cloudformation:REGION:ACCOUNT:stackset/NAME`, with the set's own id behind another colon. */
const stackSetArn = /^arn:[a-z-]+:cloudformation:[a-z0-9-]*:\d*:stackset\/([a-zA-Z][-a-zA-Z0-9]{0,127})(?::|$)/;
/** These need no look. Any other status does, also one that we do not know yet. */
const isUnderWay: ReadonlySet<unknown> = new Set(['QUEUED', 'RUNNING', 'STOPPING']);

/** @returns undefined for an event of another kind, or one that names no operation [doc:eventbridge/events-ref-cloudformation]. */
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
