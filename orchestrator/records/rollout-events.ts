/** The log of a rollout: numbered events, of which the rollout's record counts how many are valid. */
import { isDeepStrictEqual } from 'node:util';
import type { RolloutId } from '../domain/model/brand';
import type { RolloutEvent } from '../domain/model/event';
import { eventKey, eventsPartition } from './keys';
import { type HasGuardedStore, type HasStore, listAll } from './listing';
import { readRollout } from './rollouts';
import { unlessStale } from './stale-write';

/**
 * An event is named by its number: written again after a crash it is the same event, and the first version stays.
 * @returns what to do once the record counts these events. A handler and a person may write at the same time, and the events of the one
 * whose record was refused must not stay in the log.
 */
export async function writeEvents(
  { store }: HasGuardedStore,
  first: number,
  events: readonly RolloutEvent[],
): Promise<() => Promise<void>> {
  const numbered = events.map((event, index) => ({ key: eventKey(event.rolloutId, first + index), event }));
  const wasFree = await Promise.all(numbered.map(({ key, event }) => unlessStale(store.put(key, event, 0))));
  const taken = numbered.filter((_, index) => wasFree[index] === false);
  return async () => {
    await Promise.all(
      taken.map(async ({ key, event }) => {
        const found = await store.get<RolloutEvent>(key);
        if (found !== undefined && !isSameEvent(found.value, event))
          await unlessStale(store.put(key, event, found.version));
      }),
    );
  };
}
const isSameEvent = ({ at: _before, ...a }: RolloutEvent, { at: _now, ...b }: RolloutEvent): boolean =>
  isDeepStrictEqual(a, JSON.parse(JSON.stringify(b)));

/** Events after number `after`, oldest first; -1 for all. Events that the record does not count yet may still be replaced. */
export async function readEvents(ports: HasStore, id: RolloutId, after: number, max = Number.POSITIVE_INFINITY) {
  const { value: record } = await readRollout(ports, id);
  const from = after < 0 ? undefined : eventKey(id, after).sk;
  const wanted = Math.max(0, Math.min(max, record.events - after - 1));
  const items = await listAll<RolloutEvent>(ports.store, eventsPartition(id), from, wanted);
  return items.slice(0, wanted).map(({ value }) => value);
}
