/** One factory per port of a deployed function, under the port's name: a bundle contains those that its function declares, and no other. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { createAlerting } from '../aws/alerting';
import { createS3Artifacts } from '../aws/artifacts';
import { assumedRole } from '../aws/assumed-role';
import { createCallbacks } from '../aws/callbacks';
import { createDirectory } from '../aws/directory';
import { createObserver } from '../aws/executions';
import { createNotifier } from '../aws/notifier';
import { createStateMarker } from '../aws/state-marker';
import { createDynamoStore } from '../aws/store';
import { wallClock } from '../aws/wall-clock';
import { partitionOf } from '../domain/model/partition';
import type {
  Alerting,
  Artifacts,
  Callbacks,
  Clock,
  Directory,
  Notifier,
  Signs,
  StateMarker,
  Store,
  UnguardedPorts,
} from '../ports/ports';
import { createSigns } from '../runtime/signs';
import { clients } from './clients';
import { deployed, regionHere } from './environment';

export const clock = (): Clock => wallClock;
export const random = (): UnguardedPorts['random'] => Math.random;
export const store = (): Store => createDynamoStore(clients().in(DynamoDBClient, regionHere()), deployed('table'));
export const artifacts = (): Artifacts => createS3Artifacts(clients().in(S3Client, regionHere()), deployed('bucket'));
export const directory = (): Directory => {
  const { organizationsRegion } = partitionOf(regionHere());
  const managing = clients().as(assumedRole(clients().in(STSClient, regionHere()), deployed('directoryRole')));
  return createDirectory(
    managing.in(OrganizationsClient, organizationsRegion),
    managing.in(ResourceGroupsTaggingAPIClient, organizationsRegion),
  );
};
export const stateMarker = (): StateMarker =>
  createStateMarker(clients().in(CloudFormationClient, regionHere()), async () => deployed('administrationRole'));
export const callbacks = (): Callbacks => createCallbacks(clients().in(SFNClient, regionHere()));
export const notifier = (): Notifier =>
  createNotifier(clients().in(SNSClient, regionHere()), deployed('topic'), { store: store() });
export const alerting = (): Alerting => createAlerting(clients());
/** The table may also have rollouts of an embedded engine, which the signs look for in the store. */
export const signs = (): Signs =>
  createSigns(
    { store: store(), clock: wallClock },
    { executions: createObserver(clients().in(SFNClient, regionHere()), deployed('stateMachine')) },
  );
