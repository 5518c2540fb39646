/**
 * Waiting for a task token. The engine opens the token's item in the store. It is closed once, by the answer or by the engine when it
 * stops waiting. The first write wins, so an answer is either accepted or refused, and never lost.
 */
import { errors, isStrongroomError } from '../domain/errors';
import type { Callbacks, Clock, Item, Key } from '../ports/ports';
import { StatesFailure } from './failure';
import { payloadBytesMax } from './ledger';
import type { EngineStore } from './outages';

type Slot =
  | { readonly status: 'waiting' }
  | { readonly status: 'succeeded'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: string; readonly cause: string };

export interface Wait {
  readonly token: string;
  readonly deadline: Date;
  /** Invokes the function with the token. */
  readonly invoke: () => Promise<void>;
  /** Whether a repeated invocation may fail with this error without failing the task. */
  readonly tolerates: (error: string) => boolean;
  readonly park: boolean;
}
export type Waited = { readonly status: 'succeeded'; readonly output: unknown } | { readonly status: 'parked' };

export interface Waits {
  readonly wait: (wait: Wait) => Promise<Waited>;
  readonly callbacks: Callbacks;
}

/** Pauses between looks at the store if the function is not invoked again: another process may have written the answer. */
const lookSeconds = 60;

/** One token per attempt, as on Step Functions [aws-behavior 1.5]; the state's name is for people. */
export const tokenFor = (execution: string, entry: number, attempt: number, state: string): string =>
  `${execution}/${entry}.${attempt}/${state}`;

/** Execution names have no slash [aws-behavior 1.1]. */
const executionOf = (token: string): string => token.split('/', 1).join();
function keyOf(token: string): Key {
  const execution = executionOf(token);
  return { pk: `execution#${execution}`, sk: `token#${token.slice(execution.length + 1)}` };
}

const isStale = (error: unknown): boolean => isStrongroomError(error) && error.code === 'StaleWrite';

export function createWaits(store: EngineStore, clock: Clock, nudgeSeconds: readonly number[] = []): Waits {
  /** Aborted when this process accepts an answer, which ends the sleep at once. */
  const bells = new Map<string, AbortController>();

  async function opened(token: string): Promise<Item<Slot>> {
    const key = keyOf(token);
    const known = await store.get<Slot>(key);
    if (known !== undefined) return known;
    const value: Slot = { status: 'waiting' };
    const version = await store.put<Slot>(key, value, 0).catch((error: unknown) => {
      // Only an engine opens tokens, so another engine runs this execution.
      throw isStale(error) ? errors.runElsewhere(executionOf(token)) : error;
    });
    return { key, value, version };
  }

  /** Stops waiting, unless an answer came first. */
  async function close(slot: Item<Slot>, failure: StatesFailure): Promise<void> {
    const closed: Slot = { status: 'failed', error: failure.error, cause: failure.message };
    await store.put<Slot>(slot.key, closed, slot.version).catch((error: unknown) => {
      if (!isStale(error)) throw error;
    });
  }

  /** Invokes the function, the second time only if nudges are configured. Returns false if that failed and closed the token. */
  async function invoked({ invoke, tolerates }: Wait, slot: Item<Slot>, times: number): Promise<boolean> {
    if (times > 0 && nudgeSeconds.length === 0) return true;
    try {
      await invoke();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof StatesFailure)) throw thrown;
      if (times > 0 && tolerates(thrown.error)) return true;
      await close(slot, thrown);
      return false;
    }
  }

  async function waitFor(wait: Wait, bell: AbortController): Promise<Waited> {
    for (let times = 0; ; times++) {
      const slot = await opened(wait.token);
      if (slot.value.status === 'succeeded') return slot.value;
      if (slot.value.status === 'failed') throw new StatesFailure(slot.value.error, slot.value.cause);
      if (clock.now() >= wait.deadline) {
        await close(slot, new StatesFailure('States.Timeout', `no answer by ${wait.deadline.toISOString()}`));
        continue;
      }
      if (!(await invoked(wait, slot, times)) || bell.signal.aborted) continue;
      if (wait.park && (await opened(wait.token)).value.status === 'waiting') return { status: 'parked' };
      const pauseSeconds = nudgeSeconds[Math.min(times, nudgeSeconds.length - 1)] ?? lookSeconds;
      const next = clock.now().getTime() + pauseSeconds * 1000;
      await clock.sleepUntil(new Date(Math.min(next, wait.deadline.getTime())), bell.signal);
    }
  }

  return {
    wait: async (wait) => {
      const bell = new AbortController();
      bells.set(wait.token, bell);
      try {
        return await waitFor(wait, bell);
      } finally {
        bells.delete(wait.token);
      }
    },
    callbacks: {
      succeed: async (token, output) => {
        const key = keyOf(token);
        const slot = await store.get<Slot>(key);
        const refused = (): Error => errors.notWaiting(executionOf(token), `past token "${token}"`);
        if (slot?.value.status !== 'waiting') throw refused();
        const bytes = Buffer.byteLength(JSON.stringify(output ?? null));
        if (bytes > payloadBytesMax)
          throw errors.limitExceeded(`an answer of ${bytes} bytes`, `${payloadBytesMax} bytes`);
        await store
          .put<Slot>(key, { status: 'succeeded', output: output ?? null }, slot.version)
          .catch((error: unknown) => {
            throw isStale(error) ? refused() : error;
          });
        bells.get(token)?.abort();
      },
    },
  };
}
