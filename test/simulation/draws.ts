/** What is drawn from a seed: everything that a run depends on. */
import type { Census } from '../../orchestrator/simulated/census';
import type { Fault } from './faults';

export interface Scenario {
  readonly seed: number;
  readonly census: Census;
  /** The number of accounts in the census that faults may affect. */
  readonly residents: number;
  readonly regions: readonly string[];
  readonly waves: readonly WaveDraw[];
  /** The first is the initial release; the others are updates. */
  readonly releases: readonly ModulesDraw[];
  readonly onFailure: 'hold' | 'rollBack';
  readonly settleMinutes: readonly number[];
  readonly exempt: boolean;
  /** Events wake the machine in the cloud; nudges do so on a laptop, where a prompt also ends the run. */
  readonly engine: 'cloud' | 'laptop';
  /** A person's answers to prompts after the storm. */
  readonly operator: readonly Answer[];
  readonly faults: readonly Fault[];
}

export type Answer = 'approve' | 'retry' | 'rollBack' | 'reject';

export interface WaveDraw {
  readonly name: string;
  readonly ou: string;
  readonly percent: number;
  readonly maxConcurrent: string;
  readonly failureTolerance: string;
  readonly slowStart: boolean;
  readonly strict: boolean;
  readonly soakMinutes: number;
  readonly approval: 'automatic' | 'manual';
}

/** The settings of each enabled module, as YAML. */
export type ModulesDraw = Readonly<Record<string, string>>;
