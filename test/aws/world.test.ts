import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createTable } from '../../orchestrator/aws/store';
import { type AwsState, createAwsWorld, type World } from '../../orchestrator/aws/world';
import { type Moto, motoClients, motoRegion, startMoto } from '../emulator/moto';
import { seedOrganization } from '../emulator/seed';

const key = { pk: 'rollouts', sk: 'ro-1' };
const names = { table: 'strongroom', bucket: 'strongroom-artifacts' };

describe('the AWS world', () => {
  let moto: Moto;
  let folder: string;
  let worlds: World[];
  let environment: NodeJS.ProcessEnv;

  const open = async (state: AwsState): Promise<World> => {
    const world = await createAwsWorld({ region: motoRegion, homeRegion: motoRegion, state });
    worlds.push(world);
    return world;
  };

  beforeAll(async () => {
    environment = { ...process.env };
    moto = await startMoto();
    Object.assign(process.env, moto.env);
    const clients = motoClients(moto);
    await createTable(clients.in(DynamoDBClient, motoRegion), names.table);
    await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket: names.bucket }));
    clients.destroy();
  });
  afterAll(async () => {
    process.env = environment;
    await moto.stop();
  });
  beforeEach(async () => {
    worlds = [];
    folder = await mkdtemp(join(tmpdir(), 'strongroom-test-'));
  });
  afterEach(async () => {
    await Promise.all(worlds.map((world) => world.close()));
    await rm(folder, { recursive: true, force: true });
  });

  test('speaks to the organization that the environment names', async () => {
    const seeded = await seedOrganization(moto, { root: { ous: { Sandbox: { accounts: ['toy'] } } } });
    const world = await open({ kind: 'memory' });

    expect(await world.directory.identity()).toEqual({
      id: seeded.organizationId,
      managementAccountId: seeded.managementAccountId,
    });
    expect((await world.directory.accounts()).find(({ name }) => name === 'toy')?.ouIds).toEqual([
      seeded.ous['Sandbox'],
    ]);
    expect(await world.stackSets.describe('strongroom-dev-alerts')).toBeUndefined();
  });

  test('keeps records and artifacts in a table and a bucket, where another process finds them', async () => {
    const [here, there] = [await open({ kind: 'dynamodb', ...names }), await open({ kind: 'dynamodb', ...names })];

    await here.store.put(key, 'kept', 0);
    await here.artifacts.put('plans/a.json', 'kept too');

    expect((await there.store.get(key))?.value).toBe('kept');
    expect(await there.artifacts.get('plans/a.json')).toBe('kept too');
  });

  test('keeps them in a folder, where the next run finds them', async () => {
    const earlier = await open({ kind: 'embedded', folder });
    await earlier.store.put(key, 'kept', 0);
    await earlier.artifacts.put('plans/a.json', 'kept too');
    await earlier.close();

    const later = await open({ kind: 'embedded', folder });

    expect((await later.store.get(key))?.value).toBe('kept');
    expect(await later.artifacts.get('plans/a.json')).toBe('kept too');
    expect((await readdir(folder)).toSorted()).toEqual(['head', 'state.db', 'state.db-shm', 'state.db-wal']);
  });

  test('keeps them nowhere when asked to', async () => {
    const earlier = await open({ kind: 'memory' });
    await earlier.store.put(key, 'gone soon', 0);
    await earlier.artifacts.put('plans/a.json', 'gone soon');
    await earlier.close();

    const later = await open({ kind: 'memory' });

    expect(await later.store.get(key)).toBeUndefined();
    expect(await later.artifacts.get('plans/a.json')).toBeUndefined();
  });
});
