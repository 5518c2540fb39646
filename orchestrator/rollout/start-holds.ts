/** Why nothing new may be started now, though the rollout itself would go on: a person's pause, or a freeze. */

import { currentWave } from '../domain/model/current-wave';
import { freezeAt } from '../domain/model/freeze';
import type { EventBody } from '../domain/model/move';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { loadDocument } from '../records/documents';

/** In place of the move that would start something: what is done is done, and the wave at work is opened again afterwards. */
export interface StartHold {
  readonly decision: 'ask' | 'frozen';
  readonly record: RolloutRecord;
  readonly events: readonly EventBody[];
  readonly until?: Date;
}

export async function startHold(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  now: Date,
): Promise<StartHold | undefined> {
  if (record.paused !== undefined) return asksToBeResumed(record, record.paused, now);
  return isHeldByFreezes(record) ? frozen(ports, record, now) : undefined;
}

function asksToBeResumed(
  record: RolloutRecord,
  { by, reason }: NonNullable<RolloutRecord['paused']>,
  now: Date,
): StartHold {
  const { name: wave } = currentWave(record);
  const because = [`${by} paused it: ${reason}`];
  return {
    decision: 'ask',
    record: {
      ...record,
      status: { kind: 'awaitingApproval', prompt: { about: 'pause', wave, because, promptedAt: now.toISOString() } },
    },
    events: [{ type: 'approvalRequested', wave, about: 'pause', because }],
  };
}

/** The way back out of a failure cannot wait for a season to end, and neither can an emergency. */
const isHeldByFreezes = ({ request, direction }: RolloutRecord): boolean =>
  request.emergency !== true && direction === 'forward';

async function frozen(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  now: Date,
): Promise<StartHold | undefined> {
  const { name: wave } = currentWave(record);
  const { freezes } = await loadDocument(ports, 'desiredState', record.desiredState);
  const freeze = freezeAt(freezes, wave, now);
  if (freeze === undefined) return undefined;
  const { to: until, reason } = freeze;
  return {
    decision: 'frozen',
    record: { ...record, status: { kind: 'waiting', until, doing: `held by a freeze: ${reason}` } },
    events: [{ type: 'waiting', wave, for: 'freeze', until }],
    until: new Date(until),
  };
}
