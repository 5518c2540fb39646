/** A StackSet operation has ended: a rollout that waits for it is woken, or what a look for drift has found is recorded. */

import { type DetectionPorts, onDetectionEnded } from '../operations/detect-drift';
import type { Ports } from '../ports/ports';
import { onStackSetEvent, parseStackSetEvent } from './stack-set-event';

type StackSetPorts = DetectionPorts & Pick<Ports, 'callbacks'>;

/** @param raw as EventBridge delivers it. @returns what it was for. */
export const onStackSet =
  (ports: StackSetPorts) =>
  async (raw: unknown): Promise<{ readonly woke: 'stage' | 'drift' | 'nobody' }> => {
    const event = parseStackSetEvent(raw);
    if (event === undefined) return { woke: 'nobody' };
    if (await onStackSetEvent(ports)(raw)) return { woke: 'stage' };
    return { woke: (await onDetectionEnded(ports)(event)) ? 'drift' : 'nobody' };
  };
