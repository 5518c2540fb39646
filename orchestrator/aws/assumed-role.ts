import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { errors } from '../domain/errors';
import type { CredentialSource } from './clients';
import { calling } from './failures';

const durationSeconds = 3600;

/** Credentials of another role, asked for with the first call and again before they expire: the SDK keeps them by their expiration. */
export const assumedRole =
  (sts: STSClient, roleArn: string): CredentialSource =>
  async () => {
    const { Credentials: given } = await calling('sts:AssumeRole', () =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'strongroom', DurationSeconds: durationSeconds }),
      ),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration)
      throw errors.internal(`sts:AssumeRole gave no credentials of ${roleArn}`);
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration,
    };
  };
