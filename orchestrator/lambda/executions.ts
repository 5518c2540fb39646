/** One factory per method by which a function starts or stops executions of the state machine. */
import { SFNClient } from '@aws-sdk/client-sfn';
import { createStarter, createStopper } from '../aws/executions';
import type { Executions } from '../ports/ports';
import { clients } from './clients';
import { deployed, regionHere } from './environment';

export const start = (): Executions['start'] =>
  createStarter(clients().in(SFNClient, regionHere()), deployed('stateMachine')).start;
export const stop = (): Executions['stop'] =>
  createStopper(clients().in(SFNClient, regionHere()), deployed('stateMachine')).stop;
