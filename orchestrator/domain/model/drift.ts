/** Drift of a stack's resources, as the last detection found it. */
import type { Region } from './brand';
import type { ModuleId } from './module';

/** The drift status of a stack instance. UNKNOWN is "reserved for future use" [bc:cloudformation:StackInstanceSummary.DriftStatus]. */
export type DriftStatus = 'IN_SYNC' | 'DRIFTED' | 'NOT_CHECKED' | 'UNKNOWN';

/** Both values as CloudFormation prints them, shortened [bc:cloudformation:PropertyDifference]. */
export interface PropertyDifference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ResourceDrift {
  /** Its name in the template. */
  readonly resource: string;
  readonly type: string;
  readonly change: 'modified' | 'deleted';
  readonly differences: readonly PropertyDifference[];
}

/** The drift that the last detection found in one stack of an account. A stack that is in sync has no entry. */
export interface StackDrift {
  readonly module: ModuleId;
  readonly region: Region;
  /** ISO time at which the detection was read. */
  readonly at: string;
  readonly outcome: 'drifted' | 'unknown';
  /** Why the drift is unknown; for a drifted stack, how many differences are not kept here. */
  readonly because: string;
  readonly resources: readonly ResourceDrift[];
}
