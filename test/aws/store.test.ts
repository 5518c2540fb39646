import { BatchGetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoStore } from '../../orchestrator/aws/store';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { storeContract } from '../contracts/store.contract';
import { motoRegion, startMoto } from '../emulator/moto';
import { tableAt } from '../emulator/table';

storeContract('DynamoDB on moto', async () => {
  const moto = await startMoto();
  const { store, close } = await tableAt(moto.endpoint, 'strongroom', motoRegion);
  return { store, close: () => moto.stop().then(close) };
});
storeContract('the simulated store', async () => ({ store: createMemoryStore(), close: async () => {} }));

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

  test('reads with strong consistency, since the next write is decided on what was read', async () => {
    const sent: unknown[] = [];
    const send = async (command: { readonly input: object }) => {
      sent.push(command.input);
      return { Responses: { table: [] } };
    };
    const store = createDynamoStore({ send }, 'table');

    await store.get(key);
    await store.getMany([key]);
    await store.list('rollouts');

    expect(sent).toEqual([
      expect.objectContaining({ ConsistentRead: true }),
      { RequestItems: { table: expect.objectContaining({ ConsistentRead: true }) } },
      expect.objectContaining({ ConsistentRead: true }),
    ]);
  });
});
