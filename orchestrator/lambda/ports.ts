/**
 * The ports of a deployed function, one by one: each function takes only those that it needs, so that its bundle holds, and its role
 * allows, nothing else.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { createAccounts } from '../aws/accounts';
import { createS3Artifacts } from '../aws/artifacts';
import { assumedRole } from '../aws/assumed-role';
import { createCallbacks } from '../aws/callbacks';
import { type Clients, createClients } from '../aws/clients';
import { createDirectory, organizationsRegion } from '../aws/directory';
import { createStarter, createStopper } from '../aws/executions';
import { createNotifier } from '../aws/notifier';
import { listDrift } from '../aws/stack-set-drift';
import { describe, listInstances, listResults, statusOf } from '../aws/stack-set-reads';
import { start, startDetection, stop } from '../aws/stack-sets';
import { createStateMarker } from '../aws/state-marker';
import { createDynamoStore } from '../aws/store';
import { wallClock } from '../aws/wall-clock';
import type { Executions, Ports, StackSets } from '../ports/ports';
import { deployed, regionHere } from './environment';

let made: Clients | undefined;
/** One pool of connections for as long as Lambda keeps the function warm. */
const clients = (): Clients => {
  made ??= createClients();
  return made;
};

export const time = (): Pick<Ports, 'clock' | 'random'> => ({ clock: wallClock, random: Math.random });
export const store = (): Pick<Ports, 'store'> => ({
  store: createDynamoStore(clients().in(DynamoDBClient, regionHere()), deployed('table')),
});
export const artifacts = (): Pick<Ports, 'artifacts'> => ({
  artifacts: createS3Artifacts(clients().in(S3Client, regionHere()), deployed('bucket')),
});
export const directory = (): Pick<Ports, 'directory'> => {
  const managing = clients().as(assumedRole(clients().in(STSClient, regionHere()), deployed('directoryRole')));
  return {
    directory: createDirectory(
      managing.in(OrganizationsClient, organizationsRegion),
      managing.in(ResourceGroupsTaggingAPIClient, organizationsRegion),
    ),
  };
};
const cloudformation = (): CloudFormationClient => clients().in(CloudFormationClient, regionHere());
/** Of the StackSets each function names the questions that it asks, and its role allows what those need. */
export const describing = (): Pick<StackSets, 'describe'> => ({ describe: (name) => describe(cloudformation(), name) });
export const instances = (): Pick<StackSets, 'instances'> => ({
  instances: (name) => listInstances(cloudformation(), name),
});
export const outcomes = (): Pick<StackSets, 'status' | 'results'> => ({
  status: (name, operationId) => statusOf(cloudformation(), name, operationId),
  results: (name, operationId) => listResults(cloudformation(), name, operationId),
});
export const stopping = (): Pick<StackSets, 'stop'> => ({
  stop: (name, operationId) => stop(cloudformation(), name, operationId),
});
export const starting = (): Pick<StackSets, 'start'> => ({ start: (request) => start(cloudformation(), request) });
export const detecting = (): Pick<StackSets, 'detectDrift'> => ({
  detectDrift: (name, operationId) => startDetection(cloudformation(), name, operationId),
});
export const drifted = (): Pick<StackSets, 'driftOf'> => ({
  driftOf: (name, operationId, instance) => listDrift(cloudformation(), name, operationId, instance),
});
export const stateMarker = (): Pick<Ports, 'stateMarker'> => ({ stateMarker: createStateMarker(cloudformation()) });
export const accounts = (): Pick<Ports, 'accounts'> => ({
  accounts: createAccounts({ clients: clients(), home: regionHere(), now: wallClock.now }),
});
export const callbacks = (): Pick<Ports, 'callbacks'> => ({
  callbacks: createCallbacks(clients().in(SFNClient, regionHere())),
});
export const notifier = (): Pick<Ports, 'notifier'> => ({
  notifier: createNotifier(clients().in(SNSClient, regionHere()), deployed('topic'), store()),
});
export const starter = (): Pick<Executions, 'start'> =>
  createStarter(clients().in(SFNClient, regionHere()), deployed('stateMachine'));
export const stopper = (): Pick<Executions, 'stop'> =>
  createStopper(clients().in(SFNClient, regionHere()), deployed('stateMachine'));
