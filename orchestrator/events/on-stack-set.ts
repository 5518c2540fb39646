/** A StackSet operation has ended: a rollout that waits for it is woken, or the findings of a drift detection are recorded. */

import { type DetectionPorts, onDetectionEnded } from '../operations/detect-drift';
import { wakeStage } from '../operations/wake-stage';
import type { Ports } from '../ports/ports';
import { parseStackSetEvent } from './stack-set-event';

/** @param raw as EventBridge delivers it. @returns who was woken. */
export const onStackSet =
  (ports: DetectionPorts & Pick<Ports, 'callbacks'>) =>
  async (raw: unknown): Promise<{ readonly woke: 'stage' | 'drift' | 'nobody' }> => {
    const event = parseStackSetEvent(raw);
    if (event === undefined) return { woke: 'nobody' };
    if (await wakeStage(ports, event)) return { woke: 'stage' };
    return { woke: (await onDetectionEnded(ports, event)) ? 'drift' : 'nobody' };
  };

/** For callers that detect no drift. @returns whether a rollout waits for the operation. */
export const onStackSetEvent =
  (ports: Parameters<typeof wakeStage>[0]) =>
  async (raw: unknown): Promise<boolean> => {
    const event = parseStackSetEvent(raw);
    return event !== undefined && wakeStage(ports, event);
  };
