/** What a command gets from the process that it runs in. edge.ts makes it from a real one, tests from nothing. */
import type { Deployment } from '../aws/deployment';
import type { AwsWorldOptions, DeploymentPlace, World } from '../aws/world';
import type { Surroundings } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import type { DashboardOptions, OpenDashboard } from '../runtime/local-dashboard';
import type { SimulatedWorld, WorldOptions } from '../simulated/world';

export interface Io {
  /** A line of what was asked for. */
  readonly out: (line: string) => void;
  /** A line about how it went: warnings, errors, questions. */
  readonly err: (line: string) => void;
  /** Raw text on the terminal, for what is redrawn in place. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly colour: boolean;
}

export interface Host {
  readonly io: Io;
  /** Who is named in what is recorded. */
  readonly user: string;
  readonly env: (name: EnvironmentName) => string | undefined;
  readonly now: () => Date;
  readonly readBaseline: () => Promise<Baseline>;
  /** Where the build has put the dashboard's page. */
  readonly pageFolder: string;
  /** Loaded on demand; the program is put together in `bin/`, so that the command line does not import the dashboard. */
  readonly openDashboard: (options: DashboardOptions) => Promise<OpenDashboard>;
  /** Worlds are loaded when they are asked for: a plan over the simulated one never loads an AWS client. */
  readonly openAws: (options: AwsWorldOptions) => Promise<World>;
  readonly findDeployment: (place: DeploymentPlace) => Promise<Deployment>;
  readonly withSurroundings: <T>(
    of: { readonly place: 'aws' | 'simulated'; readonly home: string },
    ask: (surroundings: Surroundings) => Promise<T>,
  ) => Promise<T>;
  readonly openSimulated: (options: WorldOptions) => Promise<SimulatedWorld>;
  /** Asks on the terminal; undefined where nobody can answer. */
  readonly confirm?: ((prompt: string) => Promise<boolean>) | undefined;
  /** Asks on the terminal for a word; undefined where nobody can answer. */
  readonly ask?: ((prompt: string) => Promise<string>) | undefined;
  /** Calls `stop` when the person interrupts; returns what takes the wish back. */
  readonly onInterrupt: (stop: () => void) => () => void;
  /** Lets nothing happen for a while, so that eyes can follow; only where somebody watches. */
  readonly pause: (milliseconds: number) => void;
  readonly peakMemoryBytes: () => number;
}

export type EnvironmentName =
  | 'AWS_REGION'
  | 'AWS_DEFAULT_REGION'
  | 'STRONGROOM_TABLE'
  | 'STRONGROOM_BUCKET'
  | 'STRONGROOM_STATE_MACHINE'
  | 'STRONGROOM_DIRECTORY_ROLE'
  | 'STRONGROOM_DEBUG';
