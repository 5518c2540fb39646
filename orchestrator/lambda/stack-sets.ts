/** One factory per method of the StackSets port: a bundle contains the methods that its function declares, and its role allows what they need. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { closedRegions as regionsOf } from '../aws/closed-regions';
import { listDrift } from '../aws/stack-set-drift';
import * as reads from '../aws/stack-set-reads';
import * as operations from '../aws/stack-sets';
import type { StackSets } from '../ports/ports';
import { clients } from './clients';
import { deployed, regionHere } from './environment';

const cloudformation = (): CloudFormationClient => clients().in(CloudFormationClient, regionHere());

export const closedRegions = (): StackSets['closedRegions'] => (regions) =>
  regionsOf(clients().in(EC2Client, regionHere()), regions);
export const describe = (): StackSets['describe'] => (name) => reads.describe(cloudformation(), name);
export const instances = (): StackSets['instances'] => (name) => reads.listInstances(cloudformation(), name);
export const status = (): StackSets['status'] => (name, operationId) =>
  reads.statusOf(cloudformation(), name, operationId);
export const statusReason = (): StackSets['statusReason'] => (name, operationId) =>
  reads.statusReasonOf(cloudformation(), name, operationId);
export const results = (): StackSets['results'] => (name, operationId) =>
  reads.listResults(cloudformation(), name, operationId);
export const start = (): StackSets['start'] => (request) =>
  operations.start(cloudformation(), request, async () => deployed('administrationRole'));
export const stop = (): StackSets['stop'] => (name, operationId) =>
  operations.stop(cloudformation(), name, operationId);
export const detectDrift = (): StackSets['detectDrift'] => (name, operationId) =>
  operations.startDetection(cloudformation(), name, operationId);
export const driftOf = (): StackSets['driftOf'] => (name, operationId, instance) =>
  listDrift(cloudformation(), name, operationId, instance);
