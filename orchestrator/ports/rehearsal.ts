/** What only `rehearse` needs of AWS, beside the ports of a rollout. Everything it makes has a name with the prefix of rehearsals. */

import type { AccountId, Region } from '../domain/model/brand';
import type { OperationStatus } from '../domain/model/stack-set-operation';
import type { Visit } from './visit';

export interface OrganizationEntry {
  /** As ListAccounts gives them; absent if it does not. */
  readonly state?: string | undefined;
  readonly path?: string | undefined;
  /** The id of the root or unit, as ListParents gives it. */
  readonly parent: string;
}

/** A stack whose name says that a StackSet of a rehearsal made it. */
export interface RehearsalStack {
  readonly id: string;
  readonly madeBy: string;
  readonly status: string;
  /** ISO time. */
  readonly changedAt: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface HeardEvents {
  /** As EventBridge delivers them. */
  readonly events: readonly unknown[];
  /** Whether anything came by way of the topic. */
  readonly isTopicHeard: boolean;
}

/** The source of the event that the rehearsal itself sends, to see whether its listener works. */
export const controlSource = 'strongroom.rehearsal';

/** Whether the topic listens too. `refused`: AWS takes no such target; `failed`: that could not be tried. */
export type Topic = { readonly is: 'listening' } | { readonly is: 'refused' | 'failed'; readonly because: string };

export interface StackSetTarget {
  readonly stackSet: string;
  readonly operationId: string;
  readonly account: AccountId;
  readonly region: Region;
}

export interface Rehearsal {
  /** As AWS gives it back; undefined if there is no such set. */
  readonly templateOf: (stackSet: string) => Promise<string | undefined>;
  /** The names of all StackSets of rehearsals. */
  readonly stackSets: () => Promise<readonly string[]>;
  readonly operations: (
    stackSet: string,
  ) => Promise<readonly { readonly id: string; readonly status: OperationStatus }[]>;
  /** MaxConcurrentCount as AWS has recorded it. */
  readonly concurrencyOf: (stackSet: string, operationId: string) => Promise<number | undefined>;
  readonly organizationEntry: (account: AccountId) => Promise<OrganizationEntry | undefined>;
  /** Instance operations that the administrator account can run at once; undefined if Service Quotas does not have that quota. */
  readonly operationQuota: () => Promise<number | undefined>;
  /** What came to the listener of this name. */
  readonly heard: (name: string) => Promise<HeardEvents>;
  /** Names of the rules, queues, topics and roles of rehearsals in the administrator account. */
  readonly listeners: () => Promise<readonly string[]>;
  /** The stacks of rehearsals in one Region of the account. */
  readonly stacks: (visit: Visit, region: Region) => Promise<readonly RehearsalStack[]>;

  /** Sends CreateStackInstances with an id that was used before. Returns the name of the error; 'accepted' if there was none. */
  readonly repeat: (target: StackSetTarget) => Promise<string>;
  /** Disables an event rule of a stack. */
  readonly changeByHand: (visit: Visit, region: Region, rule: string) => Promise<void>;
  /** Creates a StackSet in the member and deletes it, with a session that may touch only StackSets of rehearsals. */
  readonly tryScopedGrant: (visit: Visit, stackSet: string) => Promise<void>;
  /**
   * A rule for events of StackSets with two targets: a queue, and a topic with that queue as its subscriber. The topic is closed to EventBridge,
   * so the rule publishes with a role.
   */
  readonly listen: (name: string) => Promise<Topic>;
  /** Sends an event that the rule of the listener matches. */
  readonly sendControl: (name: string) => Promise<void>;
  readonly stopListening: (name: string) => Promise<void>;
  /** Takes the instance out of its set; its stack is deleted, or kept. Returns the id of the operation. */
  readonly removeInstance: (target: StackSetTarget, stack: 'delete' | 'retain') => Promise<string>;
  /** Nothing if it does not exist. */
  readonly deleteStackSet: (stackSet: string) => Promise<void>;
  /** Starts the deletion of a stack that no set has. */
  readonly deleteStack: (visit: Visit, region: Region, stackId: string) => Promise<void>;
}
