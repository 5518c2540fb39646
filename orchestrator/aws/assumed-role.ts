import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { errors } from '../domain/errors';
import type { CredentialSource } from './clients';
import { calling } from './failures';

const durationSeconds = 3600;

/** Credentials of another role. The SDK requests them with the first call, caches them, and renews them before they expire. */
export const assumedRole =
  (sts: STSClient, roleArn: string): CredentialSource =>
  async () => {
    const { Credentials: given } = await calling('sts:AssumeRole', () =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'strongroom', DurationSeconds: durationSeconds }),
      ),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration)
      throw errors.internal(`sts:AssumeRole returned no credentials for ${roleArn}`);
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration,
    };
  };
