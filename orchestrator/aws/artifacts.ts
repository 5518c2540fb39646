/** Artifacts in an S3 bucket. S3 itself rejects overwrites. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errors } from '../domain/errors';
import { checkKey, checkSize } from '../ports/artifact-limits';
import type { Artifacts } from '../ports/ports';
import { calling, finding, isAws } from './failures';

export function createS3Artifacts(client: Pick<S3Client, 'send'>, bucket: string): Artifacts {
  const get = async (key: string): Promise<string | undefined> => {
    checkKey(key);
    return finding(`s3:GetObject ${bucket}/${key}`, ['NoSuchKey'], async () => {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      checkSize(key, ContentLength ?? 0);
      return Body?.transformToString('utf-8');
    });
  };

  return {
    get,
    put: async (key, text) => {
      checkKey(key);
      checkSize(key, Buffer.byteLength(text));
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: Buffer.from(text),
        ContentType: 'application/json',
        IfNoneMatch: '*',
      });
      try {
        await calling(`s3:PutObject ${bucket}/${key}`, () => client.send(command));
      } catch (error) {
        // S3 returns 412 if the key exists [bc:s3:PutObject.IfNoneMatch].
        if (!isAws(error, 'PreconditionFailed')) throw error;
        if ((await get(key)) !== text) throw errors.immutableArtifact(key);
      }
    },
  };
}
