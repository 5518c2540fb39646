import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Artifacts } from '../../orchestrator/aws/artifacts';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import type { Artifacts } from '../../orchestrator/ports/ports';
import { createMemoryArtifacts } from '../../orchestrator/simulated/memory-artifacts';
import { artifactsContract } from '../contracts/artifacts.contract';
import { motoClients, motoRegion, startMoto } from '../emulator/moto';

const bucket = 'strongroom-artifacts';

artifactsContract('SQLite in memory', () => openEmbeddedState());
artifactsContract('S3 on moto', async () => {
  const moto = await startMoto();
  const clients = motoClients(moto);
  const client = clients.in(S3Client, motoRegion);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    artifacts: createS3Artifacts(client, bucket),
    close: async () => {
      clients.destroy();
      await moto.stop();
    },
  };
});
artifactsContract('the simulated world', async () => ({ artifacts: createMemoryArtifacts(), close: async () => {} }));

describe.each([
  ['SQLite', async () => (await openEmbeddedState()).artifacts],
  ['S3', async () => createS3Artifacts({ send: () => Promise.reject(new Error('nothing may be asked')) }, bucket)],
])('%s refuses a key that', (_, make: () => Promise<Artifacts>) => {
  test.each([
    ['leaves the folder', '../secret'],
    ['leaves the folder half-way', 'templates/../../secret'],
    ['starts at the root', '/etc/passwd'],
    ['is empty', ''],
    ['has an empty name', 'templates//a'],
    ['has a backslash', 'templates\\..\\secret'],
    ['has a hidden name', 'templates/.hidden'],
    ['has a line break', 'templates/a\n'],
    ['has a zero byte', 'templates/a\u0000'],
    ['is too long', 'a'.repeat(201)],
    ['is too deep', 'a/b/c/d/e/f/g/h/i'],
  ])('%s', async (__, key) => {
    const artifacts = await make();

    await expect(artifacts.get(key)).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(artifacts.put(key, 'text')).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test('comes with more than 32 MB', async () => {
    await expect((await make()).put('plans/a.json', 'x'.repeat(33 * 1024 * 1024))).rejects.toMatchObject({
      code: 'LimitExceeded',
    });
  });
});

test('a bucket that does not exist is named', async () => {
  const send = () =>
    Promise.reject(
      Object.assign(new Error('The specified bucket does not exist'), {
        name: 'NoSuchBucket',
        $metadata: { httpStatusCode: 404 },
      }),
    );

  await expect(createS3Artifacts({ send }, bucket).get('plans/a.json')).rejects.toMatchObject({
    code: 'AwsRefused',
    message: `s3:GetObject ${bucket}/plans/a.json was refused with NoSuchBucket: The specified bucket does not exist`,
  });
});
