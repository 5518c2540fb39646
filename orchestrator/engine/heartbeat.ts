/**
 * A sign of life in the store for each execution that an engine runs. Another process cannot see this one, and its clock may be wrong; it
 * waits by its own timer for longer than the pause between two beats and looks whether another beat has come.
 */
import type { Clock, Item, Key, Store } from '../ports/ports';

const beatSeconds = 20;
/** Time for two beats and a slow write. */
const watchSeconds = 2 * beatSeconds + 10;

interface Beat {
  /** One run of an execution, in one process. */
  readonly run: string;
  /** The run has stopped in an orderly way: nobody has to wait for another beat. */
  readonly hasStopped?: true | undefined;
}

export interface Heartbeat {
  /** Stops the heart, and says so in the store. */
  readonly stop: () => Promise<void>;
}

type Heart = { readonly store: Pick<Store, 'get' | 'put'>; readonly clock: Pick<Clock, 'pause'> };
type Watching = { readonly store: Pick<Store, 'get'>; readonly clock: Pick<Clock, 'pause'> };

const keyOf = (execution: string): Key => ({ pk: `execution#${execution}`, sk: 'heartbeat' });

/** Resolves after the first beat. @param run names this run of the execution among all others. */
export async function startHeart({ store, clock }: Heart, execution: string, run: string): Promise<Heartbeat> {
  const stopping = new AbortController();
  const beat = async (value: Beat, isMine: (before: Item<Beat> | undefined) => boolean = () => true): Promise<void> => {
    try {
      const before = await store.get<Beat>(keyOf(execution));
      if (isMine(before)) await store.put(keyOf(execution), value, before?.version ?? 0);
    } catch {
      // A beat that is lost in an outage is followed by another, and a rollout does not end for one.
    }
  };
  await beat({ run });
  const beating = (async () => {
    for (;;) {
      await clock.pause(beatSeconds * 1000, stopping.signal);
      if (stopping.signal.aborted) return;
      await beat({ run });
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await beating;
      // Another process may have continued the execution, and has a heart of its own.
      await beat({ run, hasStopped: true }, (before) => before?.value.run === run);
    },
  };
}

/** Takes most of a minute where the heart may still beat. @returns undefined if no engine with a heart has run the execution. */
export async function isBeating({ store, clock }: Watching, execution: string): Promise<boolean | undefined> {
  const before = await store.get<Beat>(keyOf(execution));
  if (before === undefined) return undefined;
  if (before.value.hasStopped) return false;
  await clock.pause(watchSeconds * 1000);
  const after = await store.get<Beat>(keyOf(execution));
  return after !== undefined && after.version !== before.version && after.value.hasStopped !== true;
}
