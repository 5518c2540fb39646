/** The state of a run, and of the processes in it. */
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { Engine } from '../../orchestrator/engine/engine';
import type { Callbacks, Clock, Notice, OperationRequest, UnguardedPorts } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import type { Scenario } from './draws';
import type { Gate } from './gate';
import type { Moment } from './history';
import type { Recorder } from './recorder';
import type { VisitFate, Weather } from './weather';

export interface MachineWorld {
  readonly world: SimulatedWorld;
  readonly scenario: Scenario;
  readonly baseline: Baseline;
  readonly weather: Weather;
  readonly recorder: Recorder;
  /** Receives everything that happens. */
  readonly observe: (moment: Moment) => void;
  readonly say: (line: string) => void;
  readonly isStarted: (operationId: string) => boolean;
  readonly operationStarted: (request: OperationRequest) => void;
  /** How often a rollout's task has failed in a row, by rollout and task. */
  readonly failedInRow: Map<string, number>;
}

export interface Machine {
  readonly gate: Gate;
  readonly engine: Engine;
  /** For people's commands: the only faults are those of the process. */
  readonly ports: UnguardedPorts;
  /** Its clock is off. */
  readonly isSkewed: boolean;
}

/** Where a process runs: whether it is awake, and what time it believes it is. */
export interface Process {
  readonly gate: Gate;
  readonly clock: Clock;
  /** AWS has answered, so its time is known. */
  readonly answered: () => void;
  readonly callbacks: Callbacks;
}

/** The source of calls: an invocation of a handler, or a person. */
export interface Caller {
  readonly name: string;
  /** The rollout on whose behalf it calls. */
  readonly rollout: string;
  readonly since: number;
  /** The moment at which it last read the store. */
  looked: number;
  calls: number;
  writes: number;
  readonly fate: VisitFate;
  /** Ends the invocation for the state machine. */
  readonly end: (error: Error) => void;
  isDead: boolean;
}

/** What the storm, the operator and the invariants share. */
export interface Run extends MachineWorld {
  readonly desiredStates: readonly DesiredState[];
  readonly operations: OperationRequest[];
  readonly notices: readonly Notice[];
  machine: Machine;
  /** Rollouts that the present machine runs. */
  readonly running: Set<string>;
  /** Rollouts whose end could not be written. */
  readonly left: Set<string>;
  readonly breaks: (invariant: string, how: string) => void;
}
