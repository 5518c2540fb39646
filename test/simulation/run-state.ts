/** The state of a run. */
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import type { Recorder } from './history';
import type { Machine, MachineWorld } from './machine';
import type { Weather } from './weather';

/** What the storm, the operator and the invariants share. */
export interface Run extends MachineWorld {
  readonly recorder: Recorder;
  readonly weather: Weather;
  readonly desiredStates: readonly DesiredState[];
  readonly operations: OperationRequest[];
  machine: Machine;
  /** Rollouts that the present machine runs. */
  readonly running: Set<string>;
  /** Rollouts whose end could not be written. */
  readonly left: Set<string>;
  readonly breaks: (invariant: string, how: string) => void;
}
