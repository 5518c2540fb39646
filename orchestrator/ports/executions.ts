import type { RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';

/** Rollouts that run elsewhere: in the deployed state machine. */
export interface Executions {
  /** The rollout's id is the name: started twice, it runs once. */
  readonly start: (input: ExecutionInput) => Promise<void>;
  /** undefined while it runs. UnknownRollout if there is none. */
  readonly end: (id: RolloutId) => Promise<{ readonly status: string; readonly because: string } | undefined>;
  /** A failed or stopped execution continues where it ended. Returns false if it cannot be continued. */
  readonly redrive: (id: RolloutId) => Promise<boolean>;
  /** Nothing if it has ended. */
  readonly stop: (id: RolloutId, because: string) => Promise<void>;
}

/** Evidence, beyond the clock, of what runs a rollout. */
export interface Signs {
  /** How the execution has ended; undefined while it runs or can be continued, and if that is not known here. One look. */
  readonly end: (id: RolloutId) => ReturnType<Executions['end']>;
  /** Whether anything still runs it. Where only a heartbeat tells, this takes longer than the pause between two beats. */
  readonly isRunning: (id: RolloutId) => Promise<'yes' | 'no' | 'unknown'>;
}
