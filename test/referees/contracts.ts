/** The contracts of our records, for whatever answers DynamoDB's and S3's protocols. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Artifacts } from '../../orchestrator/aws/artifacts';
import { artifactsContract } from '../contracts/artifacts.contract';
import { storeContract } from '../contracts/store.contract';
import { motoClients, motoRegion } from '../emulator/moto';
import { tableAt } from '../emulator/table';

const bucket = 'strongroom-artifacts';

export const storeAt = (name: string, endpoint: () => string): void =>
  storeContract(`DynamoDB of ${name}`, async () => {
    const { store, close } = await tableAt(endpoint(), 'strongroom', motoRegion);
    return { store, close: async () => close() };
  });

export const artifactsAt = (name: string, endpoint: () => string): void =>
  artifactsContract(`S3 of ${name}`, async () => {
    const clients = motoClients({ endpoint: endpoint() });
    const client = clients.in(S3Client, motoRegion);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return { artifacts: createS3Artifacts(client, bucket), close: async () => clients.destroy() };
  });
