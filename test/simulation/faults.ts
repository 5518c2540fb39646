/** What can go wrong and what people do meanwhile. Shrinking a failure leaves out one fault after another. */
import type { TaskName } from '../../orchestrator/tasks/table';

/** Times are virtual minutes since the run began. Residents, waves and releases are indexes into the scenario. */
export type Fault =
  | CallFault
  | Setup
  | { readonly kind: 'throttled'; readonly api: ReadingApi | WritingApi; readonly nth: number; readonly times: number }
  /** The same for so long that no retry inside a handler survives it. */
  | { readonly kind: 'throttledLong'; readonly api: string; readonly nth: number; readonly times: number }
  /** The call that wakes the state machine; `lost` and `refused` differ in whether it took effect. */
  | {
      readonly kind: 'callback';
      readonly nth: number;
      readonly fate: 'refused' | 'lost' | 'late' | 'twice';
      readonly seconds: number;
    }
  /** Every call of our side fails: no network, no name server, no credentials, or STS throttles the caller. */
  | {
      readonly kind: 'outage';
      readonly at: number;
      readonly minutes: number;
      readonly how: OutageKind;
      /** The store is out of reach too, as a table is, and a folder is not. */
      readonly store: boolean;
    }
  /** A service of AWS answers nothing but 503 for a while. */
  | { readonly kind: 'awsOutage'; readonly at: number; readonly minutes: number; readonly port: PortName }
  /** The clock of the nth process is off. It learns AWS's time from the first answer. */
  | { readonly kind: 'skewed'; readonly process: number; readonly seconds: number }
  /** The engine's own writes fail, as they can when a laptop keeps its state in a table. */
  | { readonly kind: 'engineStore'; readonly nth: number; readonly times: number }
  /** The effect happens, but the caller gets an error. */
  | { readonly kind: 'answerLost'; readonly api: WritingApi | StoreApi; readonly nth: number }
  /** A call arrives twice, as after a retry on the network. */
  | { readonly kind: 'callDoubled'; readonly api: WritingApi; readonly nth: number }
  | { readonly kind: 'deliveredTwice'; readonly task: TaskName; readonly visit: number }
  | {
      readonly kind: 'crash';
      readonly task: TaskName;
      readonly visit: number;
      readonly write: number;
      readonly when: 'before' | 'after';
      readonly times: number;
    }
  /** The state machine takes the task for dead and repeats it, but the task is alive and continues later. */
  | {
      readonly kind: 'zombie';
      readonly task: TaskName;
      readonly visit: number;
      readonly call: number;
      readonly minutes: number;
    }
  | { readonly kind: 'event'; readonly nth: number; readonly fate: 'lost' | 'late' | 'twice'; readonly minutes: number }
  | { readonly kind: 'instanceFails'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'instanceSticks'; readonly resident: number; readonly minutes: number; readonly until: number }
  /** AWS takes ten times as long for what it completes after a deployment. */
  | { readonly kind: 'slowAws'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'stoppedFromOutside'; readonly nth: number; readonly afterSeconds: number }
  /** A person aborts while an operation runs, which would otherwise be rare. */
  | { readonly kind: 'abortedInFlight'; readonly nth: number; readonly afterSeconds: number }
  | { readonly kind: 'byHand'; readonly at: number; readonly resident: number; readonly change: DeedName }
  | { readonly kind: 'setByHand'; readonly at: number; readonly nth: number }
  | {
      readonly kind: 'account';
      readonly at: number;
      readonly resident: number;
      readonly becomes: Becoming;
      readonly told: Told;
    }
  | { readonly kind: 'created'; readonly at: number; readonly ou: number; readonly told: Told }
  /** Five accounts at once, as when a team is set up. */
  | { readonly kind: 'fiveCreated'; readonly at: number; readonly ou: number; readonly told: Told }
  | { readonly kind: 'noRole'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'regionClosed'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'unreadable'; readonly resident: number; readonly from: number; readonly until: number }
  | { readonly kind: 'killed'; readonly at: number; readonly downMinutes: number }
  /** The process sleeps like a laptop and then continues, though another process may have taken its place. */
  | { readonly kind: 'asleep'; readonly at: number; readonly minutes: number; readonly replaced: boolean }
  | { readonly kind: 'anotherRollout'; readonly at: number; readonly release: number; readonly only: Narrowing }
  /** A sweep visits all accounts and finds what no event has reported. */
  | { readonly kind: 'sweep'; readonly at: number }
  /** The scheduled drift detection runs step by step while other things happen. */
  | { readonly kind: 'driftLook'; readonly at: number }
  | { readonly kind: 'freeze'; readonly from: number; readonly until: number }
  | { readonly kind: 'command'; readonly at: number; readonly command: CommandName; readonly nth: number };

/** A kind of call fails at its nth time, and so many times in a row. */
export type CallFault = { readonly [K in CallFaultKind]: CallFaultOf<K> }[CallFaultKind];
export interface CallFaultOf<K extends CallFaultKind> {
  readonly kind: K;
  readonly api: string;
  readonly nth: number;
  readonly times: number;
  readonly how: Ailment;
}
/** `lost` and `garbled` take effect first. */
export const ailments = ['throttled', 'unavailable', 'lost', 'garbled'] as const;
export type Ailment = (typeof ailments)[number];

/** Each kind of call has a switch of its own. */
export const failingCalls = {
  storeFails: ['store.get', 'store.getMany', 'store.list', 'store.put'],
  artifactFails: ['artifacts.get', 'artifacts.put'],
  describeFails: ['stackSets.describe', 'directory.identity', 'directory.childOus'],
  restoreFails: ['accounts.putBackSettings'],
  linkedRolesFail: ['accounts.ensureLinkedRoles'],
  driftFails: ['stackSets.detectDrift', 'stackSets.driftOf', 'accounts.revertDrift'],
  garbled: [
    'directory.accounts',
    'stackSets.closedRegions',
    'stackSets.instances',
    'stackSets.status',
    'stackSets.results',
    'stackSets.start',
    'accounts.preflight',
    'accounts.collectFacts',
    'accounts.readSettings',
    'accounts.applySettings',
    'notifier.notify',
  ],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;
export type CallFaultKind = keyof typeof failingCalls;

/** Not a fault: a further part of the config, or of the organization as it was before. */
export type Setup =
  /** From this release on. */
  | { readonly kind: 'module'; readonly module: AddedModule; readonly from: number }
  /** The organization runs it in every account; unless the config declares that, preflight must find it. */
  | { readonly kind: 'organizationRuns'; readonly module: OrganizationModule; readonly declared: boolean };
export const addedModules = ['threat-detection', 'kms-default', 'aws-config', 'audit-logging', 'alerts'] as const;
export type AddedModule = (typeof addedModules)[number];
export const organizationModules = ['audit-logging', 'aws-config', 'threat-detection'] as const;
export type OrganizationModule = (typeof organizationModules)[number];

export const outageKinds = ['refused', 'dns', 'expired', 'stsThrottled'] as const;
export type OutageKind = (typeof outageKinds)[number];
export const portNames = ['directory', 'accounts', 'stackSets', 'store', 'artifacts', 'notifier'] as const;
export type PortName = (typeof portNames)[number];

/** How the events about an account arrive. */
export interface Told {
  readonly how: 'once' | 'twice' | 'late' | 'never';
  readonly minutes: number;
}

export const readingApis = [
  'directory.accounts',
  'stackSets.instances',
  'stackSets.status',
  'stackSets.results',
  'accounts.preflight',
  'accounts.collectFacts',
  'accounts.readSettings',
] as const;
export type ReadingApi = (typeof readingApis)[number];
export const writingApis = ['stackSets.start', 'stackSets.stop', 'accounts.applySettings', 'notifier.notify'] as const;
export type WritingApi = (typeof writingApis)[number];
export type StoreApi = 'store.put';
export const deedNames = [
  'openBuckets',
  'deletePasswordPolicy',
  'deleteStack',
  'changeParameters',
  'changeRole',
] as const;
export type DeedName = (typeof deedNames)[number];
export const becomings = ['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'moved', 'movedOut', 'ACTIVE'] as const;
export type Becoming = (typeof becomings)[number];
export const commandNames = ['approve', 'reject', 'retry', 'rollBack', 'abort', 'pause', 'resume'] as const;
export type CommandName = (typeof commandNames)[number];
export const narrowings = [
  'all',
  'oneWave',
  'oneAccount',
  'retryFailed',
  'rollback',
  'emergency',
  'includeDrifted',
] as const;
export type Narrowing = (typeof narrowings)[number];

export const start = new Date('2026-11-22T09:00:00Z');
/** How long the storm lasts. After it, nothing fails by itself. */
export const stormMinutes = 240;
