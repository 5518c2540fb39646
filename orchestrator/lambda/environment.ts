/** The environment of a deployed function. No other file of the functions reads it. */
import { errors } from '../domain/errors';

/** Names of the variables that the stacks set: the first six on every function, the others only on the dashboard's. */
export const environmentNames = {
  table: 'STRONGROOM_TABLE',
  bucket: 'STRONGROOM_BUCKET',
  topic: 'STRONGROOM_TOPIC',
  directoryRole: 'STRONGROOM_DIRECTORY_ROLE',
  stateMachine: 'STRONGROOM_STATE_MACHINE',
  administrationRole: 'STRONGROOM_ADMINISTRATION_ROLE',
  roleClaim: 'STRONGROOM_ROLE_CLAIM',
  operatorValue: 'STRONGROOM_OPERATOR_VALUE',
  viewerValue: 'STRONGROOM_VIEWER_VALUE',
  nameClaim: 'STRONGROOM_NAME_CLAIM',
} as const;

/** A variable that the stack sets. @throws InternalError if it is missing, since then something else deployed the function. */
export function deployed(what: keyof typeof environmentNames): string {
  const name = environmentNames[what];
  const value = process.env[name];
  if (value === undefined || value === '') throw errors.internal(`the function has no variable ${name}`);
  return value;
}

/** Set by Lambda itself. The orchestrator runs in the home region, where its StackSets are. */
export function regionHere(): string {
  const region = process.env['AWS_REGION'];
  if (region === undefined) throw errors.internal('the function does not know its region');
  return region;
}
