/** Who the credentials of this process belong to. What a person does is recorded under it, so without an answer nothing is done. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { errors, isStrongroomError, messageOf } from '../domain/errors';
import type { CallerIdentity } from '../domain/model/actor';
import { parseCallerArn, parseCallerId } from '../domain/model/brand';
import { calling } from './failures';

/** The call needs no permission, and a policy that denies it has no effect [bc:sts:GetCallerIdentity]. @throws UnknownCaller. */
export async function callerOf(sts: STSClient): Promise<CallerIdentity> {
  try {
    const { Arn = '', UserId = '' } = await calling('sts:GetCallerIdentity', () =>
      sts.send(new GetCallerIdentityCommand({})),
    );
    return { arn: parseCallerArn(Arn), userId: parseCallerId(UserId) };
  } catch (error) {
    throw errors.unknownCaller(messageOf(error), isStrongroomError(error) ? error.next : undefined, error);
  }
}
