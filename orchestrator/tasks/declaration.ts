/** What the declaration of a function says, and the types that follow from it. */
import type { ExecutionInput, ReportInput, ShardInput, TokenInput } from '../domain/model/execution-input';
import type { Accounts, Ports, StackSets, UsesAccounts, UsesExecutions, UsesStackSets } from '../ports/ports';

/** Ports that a function has to declare. The clock and randomness need no permission, so every function gets them. */
export type DeclaredPort = Exclude<keyof Ports, 'accounts' | 'stackSets' | 'probes' | 'clock' | 'random'>;
export type AccountMethod = keyof Accounts;
export type StackSetMethod = keyof StackSets;
export type ExecutionMethod = 'start' | 'stop';

/** A deployed function: its bundle contains these ports and methods, and its role allows what they need. */
export interface FunctionDeclaration {
  readonly ports: readonly DeclaredPort[];
  readonly accounts?: readonly AccountMethod[];
  readonly stackSets?: readonly StackSetMethod[];
  readonly executions?: readonly ExecutionMethod[];
  readonly took: Measured;
}

/** How the state machine invokes a task. */
export type StateKind =
  /** Takes the execution's input and returns the next one, with a decision. */
  | { readonly kind: 'decide' }
  /** Runs once per shard, inside the Map state of this name. */
  | { readonly kind: 'perShard'; readonly map: string }
  /** Waits for an event. Without one it is invoked again after the backstop, so a lost event only costs that interval. */
  | { readonly kind: 'awaitEvent'; readonly backstopMinutes: number }
  /** Waits for the answer to a prompt, which is the decision. */
  | { readonly kind: 'awaitPerson' }
  /** Records the outcome. Every path ends here, crashes included. */
  | { readonly kind: 'last' };

export type TaskDeclaration = FunctionDeclaration & StateKind;

/** What a task of each kind is given. */
interface Inputs {
  /** With the crash, where another task's failure led to it. */
  readonly decide: ReportInput;
  readonly perShard: ShardInput;
  readonly awaitEvent: TokenInput;
  readonly awaitPerson: TokenInput;
  readonly last: ReportInput;
}
export type InputFor<D extends StateKind> = Inputs[D['kind']];
/** Only a deciding task returns something to the machine; a waiting task returns it through its token. */
export type OutputFor<D extends StateKind> = D['kind'] extends 'decide' ? ExecutionInput : unknown;

type Listed<D, Field extends string> = D extends { readonly [F in Field]: readonly (infer Name)[] } ? Name : never;
type Optional<Name, Uses> = [Name] extends [never] ? unknown : Uses;

/** Exactly the ports that a declaration names, with the clock and randomness. */
export type PortsFor<D extends FunctionDeclaration> = Pick<Ports, D['ports'][number] | 'clock' | 'random'> &
  Optional<Listed<D, 'accounts'>, UsesAccounts<Listed<D, 'accounts'> & AccountMethod>> &
  Optional<Listed<D, 'stackSets'>, UsesStackSets<Listed<D, 'stackSets'> & StackSetMethod>> &
  Optional<Listed<D, 'executions'>, UsesExecutions<Listed<D, 'executions'> & ExecutionMethod>>;

/** What one call took at most; memory and timeout follow from it. */
export interface Measured {
  readonly peakMegabytes: number;
  readonly cpuMs: number;
  /** With 10,000 accounts; 0 for a shard, which never has more than 100. */
  readonly heldMegabytes: number;
  /** Waiting for answers: calls x 100 ms divided by the calls in flight, and 6 ms for each call to the store. */
  readonly seconds: number;
}

export const took = (peakMegabytes: number, cpuMs: number, heldMegabytes: number, seconds: number): Measured => ({
  peakMegabytes,
  cpuMs,
  heldMegabytes,
  seconds,
});
