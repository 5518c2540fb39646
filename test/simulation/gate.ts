/** A process as its calls see it: no call returns while it sleeps, and none ever returns once it is dead. */
import type { Clock } from '../../orchestrator/ports/ports';

export interface Gate {
  readonly isAlive: () => boolean;
  readonly isAwake: () => boolean;
  readonly kill: () => void;
  readonly sleepUntil: (until: Date) => void;
  /** Holds a call on its way out and on its way back. */
  readonly through: <T>(call: () => Promise<T>) => Promise<T>;
}

/** What a dead process waits for. */
const never = new Promise<never>(() => {});

export function createGate(clock: Clock): Gate {
  let alive = true;
  let asleep: Promise<void> | undefined;
  const pass = async (): Promise<void> => {
    while (asleep !== undefined) await asleep;
    if (!alive) await never;
  };
  return {
    isAlive: () => alive,
    isAwake: () => alive && asleep === undefined,
    kill: () => {
      alive = false;
    },
    sleepUntil: (until) => {
      asleep = clock.sleepUntil(until).then(() => {
        asleep = undefined;
      });
    },
    through: async (call) => {
      if (asleep !== undefined || !alive) await pass();
      try {
        return await call();
      } finally {
        if (asleep !== undefined || !alive) await pass();
      }
    },
  };
}

type Method = (...args: never[]) => Promise<unknown>;

/** The same port, with every call going through `around`. */
export function wrapped<P extends object>(
  name: string,
  port: P,
  around: (api: string, args: readonly unknown[], call: () => Promise<unknown>) => Promise<unknown>,
): P {
  const methods = Object.entries(port as Readonly<Record<string, Method>>).map(([method, run]) => {
    const api = `${name}.${method}`;
    return [method, (...args: never[]) => around(api, args, () => run(...args))] as const;
  });
  return Object.fromEntries(methods) as P;
}
