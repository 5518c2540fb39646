import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { errors } from '../domain/errors';
import type { Callbacks } from '../ports/ports';
import { awsName, calling, isAws } from './failures';

export function createCallbacks(client: Pick<SFNClient, 'send'>): Callbacks {
  return {
    succeed: async (token, output) => {
      const command = new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) });
      try {
        await calling('states:SendTaskSuccess', () => client.send(command));
      } catch (error) {
        if (!isAws(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) throw error;
        throw errors.notWaiting('of this task token', `already answered, timed out or ended (${awsName(error)})`);
      }
    },
  };
}
