/** What `strongroom uninstall` deletes, and what it leaves. */
import type { StackName } from './stack-parameters';

export interface Remaining {
  readonly what: string;
  /** Which one, if there are several of the kind. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly why: string;
}

export interface Removal {
  /** In the order of deletion. */
  readonly stacks: readonly {
    readonly stack: StackName;
    readonly in: 'deployments' | 'management';
    readonly account: string;
    readonly region: string;
  }[];
  readonly remains: readonly Remaining[];
}
