/**
 * Opens effects: before each call, each retry included, a guard asks whether the actor may still act. What an actor has to ask is in
 * `rollout/guards.ts` and beside the operations that act; decision 0059 has all of it on one page.
 */
import { errors } from '../domain/errors';
import type { Accounts, Executions, Harmless, Rehearsal, StackSets, UnguardedPorts } from './ports';

/**
 * `record`: a write on condition of a version, which fails if somebody wrote in between. `enter`: looks around in an account. `change`: changes
 * something, or reaches people.
 */
export type Strength = 'record' | 'enter' | 'change';

export interface Effect {
  readonly port: keyof Harmless;
  readonly method: string;
  readonly strength: Strength;
  readonly args: readonly unknown[];
}

export interface Guard {
  /** @throws a refusal, if the actor may not act any more. */
  readonly ask: (effect: Effect) => Promise<void>;
  /** A call has failed: what was read before it no longer counts. */
  readonly failed?: () => void;
}

/**
 * For a write that was decided on the record it replaces, on condition of that record's version: if anything has changed, the write fails.
 * It is its own guard.
 */
export const byVersion: Guard = { ask: async () => {} };

/** For a person who looks around in an account, which disturbs nobody. */
export const lookingOnly: Guard = {
  ask: async ({ port, method, strength }) => {
    if (strength !== 'enter') throw errors.internal(`${port}.${method} does more than look`);
  },
};

/** Every port that there is. */
type EveryPort = UnguardedPorts & { readonly executions: Executions; readonly rehearsal: Rehearsal };
type EffectOf<N extends keyof Harmless> = Exclude<keyof EveryPort[N], Harmless[N]>;

/** Every effect. Does not compile while one is missing. */
const strengths: { readonly [N in keyof Harmless]: Readonly<Record<EffectOf<N>, Strength>> } = {
  directory: {},
  accounts: {
    preflight: 'enter',
    ensureLinkedRoles: 'change',
    collectFacts: 'enter',
    readSettings: 'enter',
    applySettings: 'change',
    putBackSettings: 'change',
    revertDrift: 'change',
  },
  probes: {
    markedCall: 'change',
    lookForMarker: 'enter',
    raiseSample: 'change',
    lookForSample: 'enter',
    clearAway: 'change',
    tryOperator: 'change',
    simulateRegionDeny: 'enter',
    tryRegionDeny: 'change',
  },
  stackSets: { start: 'change', stop: 'change', detectDrift: 'change' },
  store: { put: 'record' },
  artifacts: {},
  callbacks: { succeed: 'change' },
  notifier: { notify: 'change' },
  alerting: { nameAccounts: 'change' },
  stateMarker: { put: 'change' },
  signs: {},
  executions: { start: 'change', redrive: 'change', stop: 'change' },
  rehearsal: {
    stacks: 'enter',
    repeat: 'change',
    changeByHand: 'change',
    tryScopedGrant: 'change',
    listen: 'change',
    sendControl: 'change',
    stopListening: 'change',
    removeInstance: 'change',
    deleteStackSet: 'change',
    deleteStack: 'change',
  },
};

declare const guarded: unique symbol;
interface IsGuarded {
  readonly [guarded]: true;
}
/** Ports whose effects ask a guard. Only `guard` makes them. */
export type Guarded<N extends keyof EveryPort> = Pick<EveryPort, N> & IsGuarded;
export type GuardedStackSets<Method extends keyof StackSets> = {
  readonly stackSets: Pick<StackSets, Method>;
} & IsGuarded;
export type GuardedAccounts<Method extends keyof Accounts> = {
  readonly accounts: Pick<Accounts, Method>;
} & IsGuarded;
export type GuardedExecutions<Method extends keyof Executions> = {
  readonly executions: Pick<Executions, Method>;
} & IsGuarded;
/** Closed ports, opened. */
export type Opened<P> = {
  readonly [N in keyof P]: N extends keyof Harmless ? Pick<EveryPort[N], keyof P[N] & keyof EveryPort[N]> : P[N];
} & IsGuarded;

type Method = (...args: readonly unknown[]) => Promise<unknown>;
type AnyPort = Readonly<Record<string, Method>>;

/** @returns the same ports, with the guard before each effect. */
export function guard<P extends object>(ports: P, by: Guard): Opened<P> {
  const opened = Object.entries(ports).map(([name, port]) => [name, openedPort(name, port, by)]);
  return Object.fromEntries(opened) as Opened<P>;
}

/** A port without effects stays the object that it is. */
function openedPort(name: string, port: unknown, by: Guard): unknown {
  if (!isKnown(name) || port === undefined) return port;
  const effects = Object.entries<Strength>(strengths[name]);
  if (effects.length === 0) return port;
  const methods = port as AnyPort;
  const asking = effects.flatMap(([method, strength]) =>
    methods[method] === undefined
      ? []
      : [
          [
            method,
            (...args: readonly unknown[]) => asked(by, { port: name, method, strength, args }, methods),
          ] as const,
        ],
  );
  return { ...methods, ...Object.fromEntries(asking) };
}

const isKnown = (name: string): name is keyof Harmless => Object.hasOwn(strengths, name);

async function asked(by: Guard, effect: Effect, methods: AnyPort): Promise<unknown> {
  await by.ask(effect).catch((error: unknown) => {
    if (error instanceof Error) refusals.add(error);
    throw error;
  });
  try {
    return await methods[effect.method]?.(...effect.args);
  } catch (error) {
    by.failed?.();
    throw error;
  }
}

/** What guards have thrown. A guard that could not read has refused too: nothing is known about the account. */
const refusals = new WeakSet<Error>();
export const isFromGuard = (error: unknown): boolean => error instanceof Error && refusals.has(error);
