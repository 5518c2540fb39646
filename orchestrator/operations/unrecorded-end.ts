/** Rollouts whose execution has ended although their record does not say so: Report could not write for longer than it tries. */

import type { RolloutId } from '../domain/model/brand';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { readRollout } from '../records/rollouts';
import { unlessStale } from '../records/stale-write';
import { releaseLease } from '../rollout/lease';
import { endOf, endSilent, type TakeoverPorts } from '../rollout/takeover';

export interface UnrecordedEnd {
  readonly id: RolloutId;
  readonly because: string;
}

/** Newest first, as given. */
export async function unrecordedEnds(
  ports: Pick<Ports, 'signs'>,
  rollouts: readonly RolloutRecord[],
): Promise<readonly UnrecordedEnd[]> {
  const open = rollouts.filter(({ status }) => status.kind !== 'finished');
  const ends = await Promise.all(open.map(async ({ id }) => ({ id, end: await endOf(ports, id, 'the next rollout') })));
  return ends.flatMap(({ id, end }) => (end === undefined ? [] : [{ id, because: end.because }]));
}

/** Records the end, lets the accounts go and releases the lease. Does nothing if it still runs, can be continued, or is closed. */
export async function closeUnrecorded(ports: TakeoverPorts, id: RolloutId, by: string): Promise<void> {
  const item = await readRollout(ports, id);
  const end = item.value.status.kind === 'finished' ? undefined : await endOf(ports, id, by);
  if (end === undefined) return;
  await unlessStale(endSilent(ports, item, end, ports.clock.now()));
  await releaseLease(ports, id);
}
