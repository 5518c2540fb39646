/**
 * What `strongroom install` and `uninstall` ask of the accounts of an installation, and do in them. They act as an administrator who
 * confirmed the plan, outside of every rollout, so no guard opens these ports.
 */
import type { Denial, SeenOrganization } from '../domain/health/installing';
import type { DeployedStack, StackChange } from '../domain/installation/changes';
import type { NamedResource } from '../domain/installation/template';
import type { InstalledAccount } from '../domain/model/installation';

/** What happens to a resource while a stack changes. */
export interface ResourceEvent {
  readonly stack: string;
  /** Resources that are complete, and all of them, if it is known. */
  readonly done?: number | undefined;
  readonly total?: number | undefined;
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly because?: string | undefined;
}
export type OnResource = (event: ResourceEvent) => void;

export interface StackResource {
  readonly id: string;
  readonly type: string;
  readonly physicalId: string;
}

/** An account, as its administrator. */
export interface AdministeredAccount {
  readonly caller: () => Promise<{ readonly account: string; readonly arn: string }>;
  readonly stack: (name: string, region: string) => Promise<DeployedStack | undefined>;
  readonly resources: (stack: string, region: string) => Promise<readonly StackResource[]>;
  readonly exists: (resource: NamedResource, region: string) => Promise<boolean>;
  /** Those of the actions that the caller may not do. */
  readonly denied: (callerArn: string, actions: readonly string[]) => Promise<readonly Denial[]>;
  /** Whether `cdk bootstrap` made the bucket for assets in this account and region. */
  readonly hasAssetBucket: (account: string, region: string) => Promise<boolean>;
  readonly bootstrap: (account: string, region: string, hear: OnResource) => Promise<void>;
  /** Resolves once no operation on the stack is in progress. */
  readonly settled: (stack: string, region: string) => Promise<void>;
  /** @throws DeploymentFailed with the reason of the first resource that failed. */
  readonly deploy: (change: StackChange, hear: OnResource) => Promise<void>;
  /** Resolves once the stack is deleted; at once if there is none. */
  readonly remove: (stack: string, region: string, hear: OnResource) => Promise<void>;
}

export interface ManagementAccount {
  readonly organization: (members: readonly string[]) => Promise<SeenOrganization>;
  readonly trustedServices: () => Promise<readonly string[]>;
  /** Trusted access for StackSets, which service-managed sets require. */
  readonly trustStackSets: (region: string) => Promise<void>;
}

export interface DeploymentsAccount {
  /** Executions in progress of the state machine in the outputs of the stack. */
  readonly runningRollouts: (stack: string, region: string) => Promise<readonly string[]>;
  /** Names of the StackSets of the baseline. */
  readonly stackSets: (region: string) => Promise<readonly string[]>;
}

export interface InstallerCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Installer {
  readonly account: (account: InstalledAccount) => AdministeredAccount;
  readonly management: (account: InstalledAccount) => ManagementAccount;
  readonly deployments: (account: InstalledAccount) => DeploymentsAccount;
  /** Undefined if the account is reached with the caller's own. */
  readonly credentials: (account: InstalledAccount) => Promise<InstallerCredentials | undefined>;
  readonly close: () => void;
}
