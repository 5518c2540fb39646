/**
 * Every question that Strongroom asks of the world, on one page. `orchestrator/aws` and `orchestrator/simulated` answer them, and
 * both pass the contract suites in `test/contracts`. All failures are StrongroomErrors from the catalogue.
 */

import type { AccountFacts, FactsWanted } from '../domain/health/fact-sources';
import type { AlertTrial, OperatorTrial, TrailLook } from '../domain/health/probe';
import type { OperatorCredentials, RegionDenyRequest, RegionDenyTrial } from '../domain/health/region-deny';
import type { NamedAccounts, SubscriptionState } from '../domain/model/alerting';
import type { AccountId, OrganizationId, OuId, Region, TemplateHash } from '../domain/model/brand';
import type { DriftStatus, ResourceDrift } from '../domain/model/drift';
import type { LookupsWanted, Preflight } from '../domain/model/lookups';
import type { Notice } from '../domain/model/notice';
import type { Account, OrganizationIdentity, OuChild } from '../domain/model/organization';
import type { OperationKind } from '../domain/model/plan';
import type { DesiredSettings, PreviousSettings } from '../domain/model/settings';
import type { InstanceResult, OperationStatus } from '../domain/model/stack-set-operation';
import type { Executions, Signs } from './executions';
import type { Rehearsal } from './rehearsal';
import type { StateMarker } from './state-marker';
import type { Artifacts, Store } from './store';
import type { Visit } from './visit';

export type { InstanceOutcome } from '../domain/model/stack-set-operation';
export { operationEnded, stacksPerAdoptionMax } from '../domain/model/stack-set-operation';
export type { Executions, Signs } from './executions';
export type { Rehearsal } from './rehearsal';
export type { StateMarker } from './state-marker';
export type { Artifacts, Item, Key, Store } from './store';
export type { Surroundings } from './surroundings';
export type { Visit, VisitRoles } from './visit';
export type { InstanceResult, Notice, OperationStatus, Preflight };

export interface Clock {
  /** AWS's time, as far as it is known. */
  readonly now: () => Date;
  /** How far it is ahead of the machine's own clock; 0 where that is AWS's, or before AWS has answered. */
  readonly offByMs: () => number;
  /** Resolves at `until`, at once if that is past, and at once if the signal aborts: nothing is left ticking. */
  readonly sleepUntil: (until: Date, signal?: AbortSignal) => Promise<void>;
  /** Real time, however the clock is corrected meanwhile. Ends at once if the signal aborts. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export interface Directory {
  readonly identity: () => Promise<OrganizationIdentity>;
  /** Every account, management and closed ones too; no call per account. `ouIds` run from the root's child to the parent. */
  readonly accounts: () => Promise<readonly Account[]>;
  /** Direct children of an OU, or of the root. Empty if there are none. */
  readonly childOus: (parent: OuId | 'root') => Promise<readonly OuChild[]>;
  /** Tags of all tagged accounts, in bulk. Asked only when the config selects by tag. */
  readonly tags: () => Promise<ReadonlyMap<AccountId, Readonly<Record<string, string>>>>;
}

/**
 * Every method assumes a role for its purpose and confirms the identity before anything else; WrongIdentity, CannotEnterAccount. What only
 * looks has the reader role; what changes something has the CI role.
 */
export interface Accounts {
  /**
   * Enters, looks up what is wanted, and nothing else. What fails in an account that was entered is reported with the rest: a region that
   * refuses the account, or a lookup without an answer. It throws if the account cannot be entered.
   */
  readonly preflight: (visit: Visit, wanted: LookupsWanted) => Promise<Preflight>;
  /** Of these AWS services the service-linked role, unless it is there: twice is once. */
  readonly ensureLinkedRoles: (visit: Visit, services: readonly string[]) => Promise<void>;
  /** What cannot be read is `unreadable` in the facts; it throws only if the account cannot be entered. */
  readonly collectFacts: (visit: Visit, wanted: FactsWanted) => Promise<AccountFacts>;
  /** What the desired settings would overwrite, as it is now. Only the parts that `desired` names are read. */
  readonly readSettings: (
    visit: Visit,
    desired: DesiredSettings,
    regions: readonly Region[],
  ) => Promise<PreviousSettings>;
  /** Brings each named setting to the desired value; one that already holds (also through an organization policy) stays as it is. */
  readonly applySettings: (visit: Visit, desired: DesiredSettings, regions: readonly Region[]) => Promise<void>;
  readonly putBackSettings: (visit: Visit, previous: PreviousSettings) => Promise<void>;
  /**
   * Brings the resources of one stack back to its own template, parameters as they are. Under its key it happens once, and it is
   * asked again until it is done; what cannot be brought back throws.
   */
  readonly revertDrift: (visit: Visit, stack: StackPlace, key: string) => Promise<'underway' | 'done'>;
}

/** A stack of ours, by the StackSet that made it. */
export interface StackPlace {
  readonly stackSet: string;
  readonly region: Region;
}

/** A finding made to be seen, on its way to the security account. */
export interface Sample {
  readonly region: Region;
  readonly findingType: string;
  readonly isNew: boolean;
}

/**
 * Probes in a live account, in steps that return at once; the caller waits between them. Undefined where there is nothing to probe; a
 * probe that cannot be tried throws.
 */
export interface Probes {
  /** A harmless call in the home region, whose record in the trail has the marker that is returned. */
  readonly markedCall: (visit: Visit) => Promise<string>;
  /** Looks for the record in the objects that were delivered since; with the caller's own credentials, not those of the account. */
  readonly lookForMarker: (
    visit: Visit,
    wanted: { readonly marker: string; readonly organization: OrganizationId; readonly since: Date },
  ) => Promise<TrailLook | undefined>;
  /** Has GuardDuty make a finding of high severity. */
  readonly raiseSample: (visit: Visit, region: Region) => Promise<Sample | undefined>;
  /**
   * Whether the security account has published the finding; asked with the caller's own credentials.
   *
   * @param bus ARN of the event bus that alerts are forwarded to.
   */
  readonly lookForSample: (
    visit: Visit,
    sample: Sample,
    bus: string,
  ) => Promise<Pick<AlertTrial, 'isMade' | 'hasArrived'>>;
  /** Archives the sample's finding. Twice is once. */
  readonly clearAway: (visit: Visit, sample: Sample) => Promise<void>;
  /** Asks for a session of the operator role without MFA, as the probe, and throws it away. */
  readonly tryOperator: (
    visit: Visit,
    roles: { readonly operator: string; readonly probe: string },
  ) => Promise<OperatorTrial | undefined>;
  /** Asks IAM's simulator. */
  readonly simulateRegionDeny: (visit: Visit, wanted: RegionDenyRequest) => Promise<RegionDenyTrial | undefined>;
  /** Makes the same harmless call in both regions, as the operator role, entered with a person's own credentials. */
  readonly tryRegionDeny: (
    visit: Visit,
    wanted: RegionDenyRequest,
    operatorCredentials: OperatorCredentials,
  ) => Promise<RegionDenyTrial | undefined>;
}

export interface StackSetSpec {
  readonly name: string;
  readonly template: TemplateHash;
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly executionRoleName: string;
}

export interface StackSetState {
  /** Hash of the template that the set holds now, computed from its body. */
  readonly template: TemplateHash;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface OperationRequest {
  /** Natural key: sent twice, it starts once. 1 to 128 letters, digits and hyphens [bc:cloudformation:UpdateStackSet.OperationId]. */
  readonly operationId: string;
  /**
   * `create`: instances that do not exist yet; `update`: existing ones go to `spec`. `detach`: instances leave the set, and their stacks
   * stay as they are; `adopt`: stacks of no set become instances, and stay as they are; `follow`: adopted stacks, which keep their own
   * parameters [doc:AWSCloudFormation/stacksets-import], take those of the set from now on.
   */
  readonly kind: OperationKind;
  /** Of the stacks to adopt: ten at most [bc:cloudformation:ImportStacksToStackSet]. */
  readonly stackIds?: readonly string[] | undefined;
  readonly spec: StackSetSpec;
  readonly accounts: readonly AccountId[];
  /** In order; the first is sequential before nothing, since a stage names either the home region or the others. */
  readonly regions: readonly Region[];
  readonly maxConcurrent: number;
  /** Accounts per region. */
  readonly failureTolerance: number;
  readonly strict: boolean;
}

/** With an outcome like that of a result. */
export interface LastOperation extends Pick<InstanceResult, 'outcome' | 'reason'> {
  readonly id: string;
}

export interface StackInstance {
  /** '' while there is no stack. */
  readonly stackId: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
  /** What the last operation that came to it did there; absent if that is not known. */
  readonly lastOperation?: LastOperation | undefined;
  /** As the last detection that reached it found it. */
  readonly drift: DriftStatus;
}

export interface StackSets {
  /** Those that the account of the StackSets must enable first, and has not. */
  readonly closedRegions: (regions: readonly Region[]) => Promise<readonly Region[]>;
  /** undefined if there is no such set. */
  readonly describe: (name: string) => Promise<StackSetState | undefined>;
  readonly instances: (name: string) => Promise<readonly StackInstance[]>;
  /** Creates the set if there is none, then starts the operation. Returns the id under which the world knows the operation. */
  readonly start: (request: OperationRequest) => Promise<string>;
  readonly status: (name: string, operationId: string) => Promise<OperationStatus>;
  /** Why the operation ended as it did, in the words of AWS; '' if it says nothing. */
  readonly statusReason: (name: string, operationId: string) => Promise<string>;
  /** Per account and region; may lag behind the status [bc:cloudformation:ListStackSetOperationResults]. */
  readonly results: (name: string, operationId: string) => Promise<readonly InstanceResult[]>;
  /** Nothing if it has ended, or never began. */
  readonly stop: (name: string, operationId: string) => Promise<void>;
  /**
   * Starts an operation that looks for drift in every instance, and changes nothing; sent twice, it starts once. `status`, `results` and
   * `stop` treat it like any other. StackSetBusy while another operation runs.
   */
  readonly detectDrift: (name: string, operationId: string) => Promise<string>;
  /** What differs in one instance, as the set's last detection found it. */
  readonly driftOf: (
    name: string,
    operationId: string,
    instance: Pick<StackInstance, 'account' | 'region'>,
  ) => Promise<readonly ResourceDrift[]>;
}

/** Completes a waiting task. NotWaiting if the token is no longer waited for. */
export interface Callbacks {
  readonly succeed: (token: string, output: unknown) => Promise<void>;
}

export interface Notifier {
  readonly notify: (notice: Notice) => Promise<void>;
}

/** What the orchestrator sees and does in the security account, with its own credentials. */
export interface Alerting {
  /** @param bus ARN of the event bus there. */
  readonly subscription: (bus: string, email: string) => Promise<SubscriptionState>;
  /** Replaces the list of accounts that messages name. */
  readonly nameAccounts: (bus: string, accounts: NamedAccounts) => Promise<void>;
}

/** All of them: what a world is. Its methods act at once, so only the files that `test/architecture.test.ts` lists hold it. */
export interface UnguardedPorts {
  readonly directory: Directory;
  readonly accounts: Accounts;
  readonly probes: Probes;
  readonly stackSets: StackSets;
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly callbacks: Callbacks;
  readonly notifier: Notifier;
  readonly alerting: Alerting;
  readonly stateMarker: StateMarker;
  readonly signs: Signs;
  readonly clock: Clock;
  /** Waits a while before a retry; chance comes from here, so that a seed decides it. */
  readonly random: () => number;
}

/** The methods that may be called at any time: they only read, or write what is named by its content. Every other method is an effect. */
export interface Harmless {
  readonly directory: keyof Directory;
  readonly accounts: never;
  readonly probes: never;
  readonly stackSets: 'closedRegions' | 'describe' | 'instances' | 'status' | 'statusReason' | 'results' | 'driftOf';
  readonly store: 'get' | 'getMany' | 'list';
  readonly artifacts: keyof Artifacts;
  readonly callbacks: never;
  readonly notifier: never;
  readonly alerting: 'subscription';
  readonly stateMarker: 'read';
  readonly signs: keyof Signs;
  readonly executions: 'end';
  readonly rehearsal:
    | 'templateOf'
    | 'stackSets'
    | 'operations'
    | 'concurrencyOf'
    | 'organizationEntry'
    | 'operationQuota'
    | 'heard'
    | 'listeners';
}

/** An effect, which cannot be called: `guard.ts` opens it. A function has a name, so a world can be given for closed ports. */
export interface Closed {
  readonly name: string;
}
export type ClosedPort<N extends keyof Harmless, Port> = {
  readonly [M in keyof Port]: M extends Harmless[N] ? Port[M] : Closed;
};

/** What handlers and operations are given. They ask only for the ports that they use, and cannot call an effect without a guard. */
export type Ports = {
  readonly [N in Exclude<keyof UnguardedPorts, 'clock' | 'random'>]: ClosedPort<N, UnguardedPorts[N]>;
} & Pick<UnguardedPorts, 'clock' | 'random'>;
/** The StackSet methods that a function uses; its role allows only those. */
export type UsesStackSets<Method extends keyof StackSets> = { readonly stackSets: Pick<Ports['stackSets'], Method> };
/** The visits that a function makes; its role allows the roles that they take, and no other. */
export type UsesAccounts<Method extends keyof Accounts> = { readonly accounts: Pick<Ports['accounts'], Method> };
export type ClosedExecutions = ClosedPort<'executions', Executions>;
export type ClosedRehearsal = ClosedPort<'rehearsal', Rehearsal>;
export type UsesExecutions<Method extends keyof Executions> = { readonly executions: Pick<ClosedExecutions, Method> };
