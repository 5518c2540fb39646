import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClients } from '../../orchestrator/aws/clients';
import { type EmbeddedStore, openEmbeddedStore } from '../../orchestrator/aws/embedded-store';
import { createDynamoStore } from '../../orchestrator/aws/store';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { storeContract } from '../contracts/store.contract';
import { motoRegion, startMoto } from '../emulator/moto';
import { tableAt } from '../emulator/table';

const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'strongroom-test-'));
const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

storeContract('dynalite in memory', () => openEmbeddedStore());
storeContract('dynalite on disk', async () => {
  const folder = await temporaryFolder();
  const { store, close } = await openEmbeddedStore(folder);
  return { store, close: () => close().then(() => remove(folder)) };
});
storeContract('DynamoDB on moto', async () => {
  const moto = await startMoto();
  const { store, close } = await tableAt(moto.endpoint, 'strongroom', motoRegion);
  return { store, close: () => moto.stop().then(close) };
});
storeContract('the simulated store', async () => ({ store: createMemoryStore(), close: async () => {} }));

describe('the embedded store', () => {
  const key = { pk: 'rollouts', sk: 'ro-1' };
  let folder: string;
  let opened: EmbeddedStore[];
  const open = async (): Promise<EmbeddedStore> => {
    const store = await openEmbeddedStore(folder);
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ close }) => close()));
    await remove(folder);
  });

  test('finds again what an earlier run has kept', async () => {
    const earlier = await open();
    await earlier.store.put(key, 'kept', 0);
    await earlier.close();

    const later = await open();

    expect(await later.store.get(key)).toEqual({ key, version: 1, value: 'kept' });
  });

  test('says that another process uses the folder, and is free again when that one ends', async () => {
    const first = await open();

    await expect(open()).rejects.toMatchObject({
      code: 'RolloutBusy',
      message: `another strongroom process uses the state folder ${folder}`,
    });
    await first.close();
    await expect(open()).resolves.toBeDefined();
  });

  test('says that a folder cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');

    await expect(openEmbeddedStore(join(file, 'state'))).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(/^cannot use the state folder .*ENOTDIR/),
    });
  });

  test('answers nobody else on this machine', async () => {
    const address = jest.spyOn(Server.prototype, 'address');
    await open();
    const listening: unknown = address.mock.results.at(-1)?.value;
    address.mockRestore();
    const port =
      typeof listening === 'object' && listening !== null && 'port' in listening ? listening.port : undefined;
    const stranger = createClients({
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'stranger', secretAccessKey: 'unused' },
    });

    const asking = createDynamoStore(stranger.in(DynamoDBClient, 'us-east-1'), 'strongroom').get(key);

    await expect(asking).rejects.toMatchObject({ code: 'AccessDenied' });
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(403);
    stranger.destroy();
  });

  test('needs no credentials, goes to no other endpoint, and lets the process end', async () => {
    const script = `
      import { createClients } from '../../orchestrator/aws/clients';
import { type EmbeddedStore, openEmbeddedStore } from '${join(__dirname, '../../orchestrator/aws/embedded-store')}';
      void (async () => {
        const { store, close } = await openEmbeddedStore();
        await store.put({ pk: 'a', sk: 'b' }, 'there', 0);
        console.log((await store.get({ pk: 'a', sk: 'b' }))?.value);
        await close();
      })();`;
    const file = join(folder, 'script.ts');
    await writeFile(file, script);
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_EC2_METADATA_DISABLED: 'true',
    };

    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), file], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const [status] = await once(child, 'close');

    expect({ status, said }).toEqual({ status: 0, said: 'there\n' });
  });
});

describe('the DynamoDB store', () => {
  const key = { pk: 'rollouts', sk: 'ro-1' };

  test('takes its own write for its own when the answer to it was lost', async () => {
    let held: unknown;
    const send = async (command: unknown) => {
      if (!(command instanceof PutItemCommand)) return { Item: held };
      held = command.input.Item;
      // The SDK sent it again after the connection broke, and the condition did not hold any more.
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    };

    await expect(createDynamoStore({ send }, 'table').put(key, 'mine', 0)).resolves.toBe(1);
  });

  test('reads again the keys that a batch has left unread', async () => {
    const sent: number[] = [];
    const send = async (command: unknown) => {
      if (!(command instanceof BatchGetItemCommand)) throw new Error('only batches are read');
      const [first, ...rest] = command.input.RequestItems?.['table']?.Keys ?? [];
      sent.push(rest.length + 1);
      return {
        Responses: { table: [{ ...first, version: { N: '1' }, value: { S: '"read"' } }] },
        UnprocessedKeys: rest.length > 0 ? { table: { Keys: rest } } : {},
      };
    };

    const items = await createDynamoStore({ send }, 'table').getMany([key, { pk: 'rollouts', sk: 'ro-2' }]);

    expect(items.map((item) => item?.value)).toEqual(['read', 'read']);
    expect(sent).toEqual([2, 1]);
  });
});
