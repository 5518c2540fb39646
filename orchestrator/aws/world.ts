/** The one place where ports meet AWS. Nothing is asked of AWS before the first question. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { Executions, Ports } from '../ports/ports';
import { createAccounts } from './accounts';
import { createS3Artifacts } from './artifacts';
import { assumedRole } from './assumed-role';
import { createCallbacks } from './callbacks';
import { type Clients, createClients } from './clients';
import { type Deployment, findDeployment } from './deployment';
import { createDirectory, organizationsRegion } from './directory';
import { createExecutions } from './executions';
import { createNotifier, silentNotifier } from './notifier';
import { createProbes } from './probes';
import { createStackSets } from './stack-sets';
import { createStateMarker } from './state-marker';
import { createDynamoStore } from './store';
import { wallClock } from './wall-clock';

/** Where the orchestrator's own records are. */
export type AwsState =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'dynamodb'; readonly table: string; readonly bucket: string };

/** Where the deployed orchestrator is, by the stack that it was deployed as. */
export async function deploymentOf({ region, stack }: DeploymentPlace): Promise<Deployment> {
  const clients = createClients();
  try {
    return await findDeployment(clients.in(CloudFormationClient, region), stack, region);
  } finally {
    clients.destroy();
  }
}
export interface DeploymentPlace {
  readonly region: string;
  readonly stack: string;
}

export interface AwsWorldOptions {
  /** Of the orchestrator's own table, bucket, topic and state machine. */
  readonly region: string;
  /** Of the config: the StackSets are kept there, and IAM is asked from there. */
  readonly homeRegion: string;
  readonly state: AwsState;
  /** Of the deployed state machine, where that walks the rollouts. */
  readonly stateMachineArn?: string | undefined;
  readonly notificationTopicArn?: string | undefined;
  /** Of the management account, by which the organization is listed. */
  readonly directoryRoleArn?: string | undefined;
}

export interface World extends Ports {
  /** Undefined where rollouts are walked in this process. */
  readonly executions?: Executions | undefined;
  /** Lets go of folders, ports and connections, so that the process can end. */
  readonly close: () => Promise<void>;
}

export async function createAwsWorld({
  region,
  homeRegion,
  state,
  stateMachineArn,
  notificationTopicArn,
  directoryRoleArn,
}: AwsWorldOptions): Promise<World> {
  const clients = createClients();
  const records = await openState(clients, region, state);
  const listing =
    directoryRoleArn === undefined ? clients : clients.as(assumedRole(clients.in(STSClient, region), directoryRoleArn));
  return {
    directory: createDirectory(
      listing.in(OrganizationsClient, organizationsRegion),
      listing.in(ResourceGroupsTaggingAPIClient, organizationsRegion),
    ),
    accounts: createAccounts({ clients, home: homeRegion, now: wallClock.now }),
    probes: createProbes({ clients, home: homeRegion, now: wallClock.now }),
    stackSets: createStackSets({ clients, home: homeRegion }),
    stateMarker: createStateMarker(clients.in(CloudFormationClient, homeRegion)),
    store: records.store,
    artifacts: records.artifacts,
    callbacks: createCallbacks(clients.in(SFNClient, region)),
    executions:
      stateMachineArn === undefined ? undefined : createExecutions(clients.in(SFNClient, region), stateMachineArn),
    notifier:
      notificationTopicArn === undefined
        ? silentNotifier
        : createNotifier(
            clients.in(SNSClient, regionOf(notificationTopicArn) ?? region),
            notificationTopicArn,
            records,
          ),
    clock: wallClock,
    random: Math.random,
    close: async () => {
      clients.destroy();
      await records.close();
    },
  };
}

/** A topic is reached in its own region. */
const regionOf = (topicArn: string): string | undefined => topicArn.split(':')[3];

type Records = Pick<World, 'store' | 'artifacts' | 'close'>;

async function openState(clients: Clients, region: string, state: AwsState): Promise<Records> {
  if (state.kind === 'dynamodb')
    return {
      store: createDynamoStore(clients.in(DynamoDBClient, region), state.table),
      artifacts: createS3Artifacts(clients.in(S3Client, region), state.bucket),
      close: async () => {},
    };
  // Loaded only here, so that a Lambda does not read in a database that it never opens.
  const { openEmbeddedState } = await import('../embedded/state');
  return openEmbeddedState(state.kind === 'embedded' ? state.folder : undefined);
}
