/** How a person holds back a rollout that runs, and lets it go on. */

import { answered } from '../domain/decisions/ask-operator';
import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { handOn } from '../rollout/answer';
import { changeRollout, refuseMovedOn } from '../rollout/step';

interface Said {
  readonly by: string;
  readonly reason: string;
}

/** What runs is finished and nothing new is started. Paused twice it is paused once, by the first. */
export async function pauseRollout(
  ports: Pick<Ports, 'store' | 'clock'>,
  id: RolloutId,
  { by, reason }: Said,
): Promise<void> {
  await changeRollout(ports, id, (record, now) => {
    refuseEnded(record);
    if (record.paused !== undefined) return undefined;
    const paused = { by, reason, at: now.toISOString() };
    return { record: { ...record, paused }, events: [{ type: 'paused', by, reason }] };
  });
}

/**
 * Takes a pause back. A rollout that asks tries its wave again, with what is done already left as it is; one that does not ask yet has
 * lost nothing by the pause. A missing approval stays missing.
 * @param seen the turn at which the person saw it ask; one that runs may have moved on since.
 */
export async function resumeRollout(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks'>,
  id: RolloutId,
  { by, reason }: Said,
  seen?: number,
): Promise<void> {
  const record = await changeRollout(ports, id, (record, now) => {
    refuseEnded(record);
    if (record.status.kind === 'awaitingApproval') refuseMovedOn(record, seen);
    if (record.status.kind === 'awaitingApproval' && record.status.prompt.about !== 'approval')
      return answered(record, { decision: 'retry', by, reason }, now);
    if (record.paused === undefined) return undefined;
    return { record: { ...record, paused: undefined }, events: [{ type: 'resumed', by, reason }] };
  });
  // An answer whose giver died before it was handed on is handed on now.
  await handOn(ports, record);
}

function refuseEnded({ id, status }: RolloutRecord): void {
  if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
}
