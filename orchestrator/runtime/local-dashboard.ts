/** What a process hands to the dashboard that it opens; `bin/` connects the two, since neither the command line nor the dashboard imports the other. */
import type { Actor } from '../domain/model/actor';
import type { RolloutId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { ClosedExecutions } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import type { Runner } from './step-functions';

export interface DashboardOptions {
  readonly engine: Runner;
  readonly desired: { readonly desiredState: DesiredState; readonly baseline: Baseline };
  /** The deployed state machine, where rollouts continue when this process ends. */
  readonly executions?: ClosedExecutions | undefined;
  /** Does the work in the time of the world. */
  readonly inTime: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same, slowly enough to watch where hours take no time. */
  readonly inTimeSlowly: <T>(work: () => Promise<T>) => Promise<T>;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Recorded with every action; asked for each time, because the credentials may change while the page is open. */
  readonly actor: () => Promise<Actor>;
  readonly onFault: (error: unknown) => void;
}

export interface OpenDashboard {
  readonly url: string;
  readonly start: (input: ExecutionInput) => Promise<void>;
  /** Rollouts that run in this process. */
  readonly underway: () => readonly RolloutId[];
  readonly close: () => Promise<void>;
}
