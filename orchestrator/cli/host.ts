/** The interface of a command to its process. edge.ts implements it with the real process, tests with fakes. */
import type { Deployment } from '../aws/deployment';
import type { AwsWorldOptions, DeploymentPlace, World } from '../aws/world';
import type { StackName } from '../domain/installation/stack-parameters';
import type { Template } from '../domain/installation/template';
import type { Installer, InstallerCredentials } from '../ports/installer';
import type { Surroundings } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import type { DashboardOptions, OpenDashboard } from '../runtime/local-dashboard';
import type { SimulatedWorld, WorldOptions } from '../simulated/world';

export interface Io {
  /** A line of output. */
  readonly out: (line: string) => void;
  /** A line of warnings, errors or notes. */
  readonly err: (line: string) => void;
  /** Raw text on the terminal, for blocks that are redrawn in place. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly colour: boolean;
}

export interface Host {
  readonly io: Io;
  /** The account on this machine. It names a person in simulated organizations only. */
  readonly login: () => string;
  readonly env: (name: EnvironmentName) => string | undefined;
  readonly now: () => Date;
  readonly readBaseline: () => Promise<Baseline>;
  /** The folder with the built page of the dashboard. */
  readonly pageFolder: string;
  /** Loaded on demand; the program is put together in `bin/`, so that the command line does not import the dashboard. */
  readonly openDashboard: (options: DashboardOptions) => Promise<OpenDashboard>;
  /** Worlds are loaded on demand: a plan over the simulated one never loads an AWS client. */
  readonly openAws: (options: AwsWorldOptions) => Promise<World>;
  readonly findDeployment: (place: DeploymentPlace) => Promise<Deployment | undefined>;
  readonly withSurroundings: <T>(
    of: { readonly place: 'aws' | 'simulated'; readonly home: string },
    ask: (surroundings: Surroundings) => Promise<T>,
  ) => Promise<T>;
  readonly openInstaller: (of: { readonly home: string; readonly organizationsRegion: string }) => Promise<Installer>;
  /** The synthesized template of a stack. */
  readonly readTemplate: (stack: StackName) => Promise<Template>;
  /** From now on, this process uses these credentials. */
  readonly actAs: (credentials: InstallerCredentials | undefined) => Promise<void>;
  readonly openSimulated: (options: WorldOptions) => Promise<SimulatedWorld>;
  /** Asks for a yes or no; undefined without an interactive terminal. */
  readonly confirm?: ((prompt: string) => Promise<boolean>) | undefined;
  /** Asks for a text; undefined without an interactive terminal. */
  readonly ask?: ((prompt: string) => Promise<string>) | undefined;
  /** Calls `stop` on an interruption; returns a function that unsubscribes. */
  readonly onInterrupt: (stop: () => void) => () => void;
  /** Waits so that a person can follow; only on a terminal. */
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
  | 'STRONGROOM_USER'
  | 'STRONGROOM_DEBUG';
