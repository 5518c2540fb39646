/** The role by which StackSets enters the accounts: always in the account of the caller, where the StackSets are. */
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { errors } from '../domain/errors';
import { partitionOf } from '../domain/model/partition';
import { calling } from './failures';

/** Returns its ARN. */
export type AdministrationRole = () => Promise<string>;

/** Asks for the account once, and again only after a failure. */
export function administrationRoleNamed(name: string, sts: Pick<STSClient, 'send'>, home: string): AdministrationRole {
  let arn: Promise<string> | undefined;
  const find = async (): Promise<string> => {
    const { Account: account } = await calling('sts:GetCallerIdentity', () =>
      sts.send(new GetCallerIdentityCommand({})),
    );
    if (account === undefined) throw errors.incompleteAnswer('sts:GetCallerIdentity', 'an account');
    return `arn:${partitionOf(home).id}:iam::${account}:role/${name}`;
  };
  return () => {
    arn ??= find().catch((error: unknown) => {
      arn = undefined;
      throw error;
    });
    return arn;
  };
}
