/** Connects the ports to AWS. No call is made until the first use. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { CallerIdentity } from '../domain/model/actor';
import { installationDefaults } from '../domain/model/installation';
import { partitionOf } from '../domain/model/partition';
import type { Executions, Rehearsal, UnguardedPorts } from '../ports/ports';
import { createAccounts } from './accounts';
import { administrationRoleNamed } from './administration-role';
import { createAlerting } from './alerting';
import { createS3Artifacts } from './artifacts';
import { assumedRole } from './assumed-role';
import { createCallbacks } from './callbacks';
import { callerOf } from './caller';
import { type Clients, createClients } from './clients';
import { type Deployment, findDeployment } from './deployment';
import { createDirectory } from './directory';
import { createExecutions } from './executions';
import { createNotifier, silentNotifier } from './notifier';
import { createProbes } from './probes';
import { createStackSets } from './stack-sets';
import { createStateMarker } from './state-marker';
import { createDynamoStore } from './store';
import { createWallClock } from './wall-clock';

/** Where the orchestrator keeps its records. */
export type AwsState =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'dynamodb'; readonly table: string; readonly bucket: string };

/** The deployed orchestrator, identified by its stack. */
export async function deploymentOf({ region, stack }: DeploymentPlace): Promise<Deployment | undefined> {
  const clients = createClients();
  try {
    return await findDeployment(clients.in(CloudFormationClient, region), stack);
  } finally {
    clients.destroy();
  }
}
export interface DeploymentPlace {
  readonly region: string;
  readonly stack: string;
}

export interface AwsWorldOptions {
  /** The region of the orchestrator's table, bucket, topic and state machine. */
  readonly region: string;
  /** The home region of the config. It holds the StackSets and serves calls to IAM. */
  readonly homeRegion: string;
  readonly state: AwsState;
  /** The deployed state machine, if it runs the rollouts. */
  readonly stateMachineArn?: string | undefined;
  readonly notificationTopicArn?: string | undefined;
  /** Name of the role in the caller's account by which StackSets enters the others. */
  readonly administrationRole?: string | undefined;
  /** A role in the management account that can list the organization. */
  readonly directoryRoleArn?: string | undefined;
}

/** What runs rollouts is known to the runtime. */
export interface World extends Omit<UnguardedPorts, 'signs'> {
  /** The caller of this process, and not the role that lists the organization. @throws UnknownCaller. */
  readonly caller: () => Promise<CallerIdentity>;
  /** Undefined if rollouts run in this process. */
  readonly executions?: Executions | undefined;
  /** Loaded with the first rehearsal. */
  readonly openRehearsal: () => Promise<Rehearsal>;
  /** Releases folders, ports and connections so that the process can exit. */
  readonly close: () => Promise<void>;
}

export async function createAwsWorld({
  region,
  homeRegion,
  state,
  stateMachineArn,
  notificationTopicArn,
  administrationRole = installationDefaults.administrationRole,
  directoryRoleArn,
}: AwsWorldOptions): Promise<World> {
  const clients = createClients();
  const clock = createWallClock(clients.clockOffByMs);
  const administration = administrationRoleNamed(administrationRole, clients.in(STSClient, homeRegion), homeRegion);
  const { organizationsRegion } = partitionOf(homeRegion);
  const records = await openState(clients, region, state);
  const listing =
    directoryRoleArn === undefined ? clients : clients.as(assumedRole(clients.in(STSClient, region), directoryRoleArn));
  return {
    caller: () => callerOf(clients.in(STSClient, region)),
    directory: createDirectory(
      listing.in(OrganizationsClient, organizationsRegion),
      listing.in(ResourceGroupsTaggingAPIClient, organizationsRegion),
    ),
    accounts: createAccounts({ clients, home: homeRegion, now: clock.now }),
    probes: createProbes({ clients, home: homeRegion, now: clock.now }),
    stackSets: createStackSets({ clients, home: homeRegion, administration }),
    stateMarker: createStateMarker(clients.in(CloudFormationClient, homeRegion), administration),
    store: records.store,
    artifacts: records.artifacts,
    callbacks: createCallbacks(clients.in(SFNClient, region)),
    executions:
      stateMachineArn === undefined ? undefined : createExecutions(clients.in(SFNClient, region), stateMachineArn),
    openRehearsal: async () => {
      const { createRehearsal } = await import('./rehearsal');
      return createRehearsal({ clients, home: homeRegion, now: clock.now, listing });
    },
    notifier:
      notificationTopicArn === undefined
        ? silentNotifier
        : createNotifier(
            clients.in(SNSClient, regionOf(notificationTopicArn) ?? region),
            notificationTopicArn,
            records,
          ),
    alerting: createAlerting(clients),
    clock,
    random: Math.random,
    close: async () => {
      clients.destroy();
      await records.close();
    },
  };
}

/** A topic can be used only in its own region. */
const regionOf = (topicArn: string): string | undefined => topicArn.split(':')[3];

type Records = Pick<World, 'store' | 'artifacts' | 'close'>;

async function openState(clients: Clients, region: string, state: AwsState): Promise<Records> {
  if (state.kind === 'dynamodb')
    return {
      store: createDynamoStore(clients.in(DynamoDBClient, region), state.table),
      artifacts: createS3Artifacts(clients.in(S3Client, region), state.bucket),
      close: async () => {},
    };
  // Loaded on demand, so that a Lambda function does not load a database that it never opens.
  const { openEmbeddedState } = await import('../embedded/state');
  return openEmbeddedState(state.kind === 'embedded' ? state.folder : undefined);
}
