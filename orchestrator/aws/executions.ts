import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { Executions } from '../ports/ports';
import { calling, isAws } from './failures';

/** Can only start executions, for event handlers. */
export const createStarter = (client: Pick<SFNClient, 'send'>, aliasArn: string): Pick<Executions, 'start'> => ({
  start: async (input) => {
    const command = new StartExecutionCommand({
      stateMachineArn: aliasArn,
      name: input.rolloutId,
      input: JSON.stringify(input),
    });
    try {
      await calling('states:StartExecution', () => client.send(command));
    } catch (error) {
      // The execution has the name of the rollout, so a duplicate event finds it already started.
      if (!isAws(error, 'ExecutionAlreadyExists')) throw error;
    }
  },
});

/** Can only stop executions. */
export const createStopper = (client: Pick<SFNClient, 'send'>, aliasArn: string): Pick<Executions, 'stop'> => ({
  stop: async (id, because) => {
    const command = new StopExecutionCommand({
      executionArn: executionArn(aliasArn, id),
      error: 'Aborted',
      cause: because,
    });
    try {
      await calling('states:StopExecution', () => client.send(command));
    } catch (error) {
      if (!isAws(error, 'ExecutionDoesNotExist')) throw error;
    }
  },
});

/** Can only see how executions end. */
export const createObserver = (client: Pick<SFNClient, 'send'>, aliasArn: string): Pick<Executions, 'end'> => ({
  end: async (id) => {
    const command = new DescribeExecutionCommand({ executionArn: executionArn(aliasArn, id) });
    const found = await calling('states:DescribeExecution', () => client.send(command)).catch((error: unknown) => {
      if (isAws(error, 'ExecutionDoesNotExist')) throw errors.unknownRollout(id);
      throw error;
    });
    if (found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE') return undefined;
    return { status: found.status ?? '', because: found.cause ?? found.error ?? '' };
  },
});

/** @param aliasArn the alias for new rollouts. Executions are listed under the state machine itself [bc:stepfunctions:StartExecution]. */
export function createExecutions(client: Pick<SFNClient, 'send'>, aliasArn: string): Executions {
  const arnOf = (id: RolloutId): string => executionArn(aliasArn, id);
  return {
    ...createStarter(client, aliasArn),
    ...createStopper(client, aliasArn),
    ...createObserver(client, aliasArn),
    redrive: async (id) => {
      const command = new RedriveExecutionCommand({ executionArn: arnOf(id) });
      try {
        await calling('states:RedriveExecution', () => client.send(command));
        return true;
      } catch (error) {
        // The execution is running again, has succeeded, or ended more than 14 days ago [doc:step-functions/redrive-executions].
        if (!isAws(error, 'ExecutionNotRedrivable')) throw error;
        return false;
      }
    },
  };
}

/** `…:stateMachine:NAME:ALIAS` becomes `…:execution:NAME:ID`. */
function executionArn(aliasArn: string, id: RolloutId): string {
  const [arn, partition, service, region, account, , machine] = aliasArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, id].join(':');
}
