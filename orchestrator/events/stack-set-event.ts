/** A StackSet operation has changed: whoever waits for it is woken. Delivered twice, late, or for a set that is not ours, it does no harm. */
import { awaitStage } from '../handlers/await-stage';
import { waveAtWork } from '../handlers/wave-at-work';
import type { Ports } from '../ports/ports';
import { readLease, readRollout, readStage } from '../records';

export interface StackSetEvent {
  readonly stackSet: string;
  readonly operationId: string;
}

/** @returns whether somebody waited for this operation. The event is a hint: the handler asks StackSets itself. */
export const onStackSetEvent =
  (ports: Pick<Ports, 'store' | 'stackSets' | 'callbacks' | 'clock'>) =>
  async ({ stackSet, operationId }: StackSetEvent): Promise<boolean> => {
    const lease = await readLease(ports);
    if (lease === undefined || lease.value.released) return false;
    const { value: record } = await readRollout(ports, lease.value.holder);
    if (record.played?.state !== 'DeployStage' || record.status.kind === 'finished') return false;
    const wave = waveAtWork(record);
    const stage = await readStage(ports, record.id, wave.name, wave.attempt, wave.stage);
    const isOurs =
      stage?.value.operations.some((o) => o.stackSet === stackSet && o.operationId === operationId) ?? false;
    if (!isOurs || stage?.value.token === undefined) return false;
    await awaitStage(ports)({ baton: record.played.baton, token: stage.value.token });
    return true;
  };
