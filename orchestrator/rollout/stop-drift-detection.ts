/** A rollout does not wait for drift detections: it stops those on the StackSets that it is about to change. */
import type { GuardedStackSets } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { listDetections } from '../records/detections';
import { withRetry } from './retry';

export async function stopDriftDetection(
  ports: Pick<Ports, 'store' | 'clock' | 'random'> & GuardedStackSets<'stop'>,
  stackSets: readonly string[],
): Promise<void> {
  const inTheWay = (await listDetections(ports)).filter(
    ({ value }) => value.ended === undefined && stackSets.includes(value.stackSet),
  );
  for (const { value } of inTheWay)
    await withRetry(ports, () => ports.stackSets.stop(value.stackSet, value.operationId));
}
