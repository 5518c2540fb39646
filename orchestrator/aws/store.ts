/** The Store over one DynamoDB table. An item has a key, a version, and the value as JSON text. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { errors } from '../domain/errors';
import type { Item, Key, Store } from '../ports/ports';
import { calling, isAws } from './failures';

/** [bc:dynamodb:BatchGetItem] takes 100 keys and may leave some unread, beyond 16 MB or the table's throughput. */
const keysPerBatch = 100;
const batchesAtOnce = 8;
const batchRoundsMax = 12;
const batchPauseMs = 25;
/** [bc:dynamodb:BatchWriteItem] an item has at most 400 KB, including attribute names; everything but the value takes less than 4 KB. */
const valueBytesMax = 396 * 1024;
const pageItemsMax = 1_000;

type Attributes = Record<string, AttributeValue>;

export function createDynamoStore(client: Pick<DynamoDBClient, 'send'>, table: string): Store {
  /** All reads are strongly consistent, because the condition of the next write depends on them. */
  const read = async ({ pk, sk }: Key): Promise<Attributes | undefined> => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConsistentRead: true,
    });
    return (await calling('dynamodb:GetItem', () => client.send(command))).Item;
  };

  const readBatch = async (keys: readonly Key[]): Promise<readonly Attributes[]> => {
    const found: Attributes[] = [];
    let wanted: Attributes[] = keys.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
    for (let round = 0; round < batchRoundsMax; round++) {
      if (round > 0) await pause(batchPauseMs * 2 ** (round - 1));
      const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } });
      const { Responses, UnprocessedKeys } = await calling('dynamodb:BatchGetItem', () => client.send(command));
      found.push(...(Responses?.[table] ?? []));
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
      if (wanted.length === 0) return found;
    }
    throw errors.throttled('dynamodb:BatchGetItem');
  };

  return {
    get: async <T>(key: Key) => {
      const attributes = await read(key);
      return attributes && itemOf<T>(attributes);
    },

    getMany: async <T>(keys: readonly Key[]) => {
      // DynamoDB rejects a batch with a repeated key [bc:dynamodb:BatchGetItem].
      const unique = [...new Map(keys.map((key) => [placeOf(key), key])).values()];
      const limit = pLimit(batchesAtOnce);
      const batches = await Promise.all(inBatches(unique).map((batch) => limit(() => readBatch(batch))));
      const byPlace = new Map(batches.flat().map((attributes) => [placeOf(itemOf(attributes).key), attributes]));
      return keys.map((key) => {
        const attributes = byPlace.get(placeOf(key));
        return attributes && itemOf<T>(attributes);
      });
    },

    put: async (key, value, expectedVersion) => {
      const text = JSON.stringify(value);
      const bytes = Buffer.byteLength(text);
      if (bytes > valueBytesMax)
        throw errors.limitExceeded(`item ${placeOf(key)} of ${bytes} bytes`, `${valueBytesMax} bytes`);
      const write = randomUUID();
      const version = expectedVersion + 1;
      const command = new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: key.pk },
          sk: { S: key.sk },
          version: { N: `${version}` },
          value: { S: text },
          write: { S: write },
        },
        ...(expectedVersion === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :expected',
              ExpressionAttributeValues: { ':expected': { N: `${expectedVersion}` } },
            }),
      });
      try {
        await calling('dynamodb:PutItem', () => client.send(command));
        return version;
      } catch (error) {
        if (!isAws(error, 'ConditionalCheckFailedException')) throw error;
        // The SDK retries a request without a response, so the conflicting write may be our own.
        if ((await read(key))?.['write']?.S === write) return version;
        throw errors.staleWrite(placeOf(key));
      }
    },

    list: async <T>(pk: string, { after, limit = pageItemsMax }: { after?: string; limit?: number } = {}) => {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
        Limit: Math.min(limit, pageItemsMax),
        ...(after !== undefined && { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } }),
      });
      const { Items = [], LastEvaluatedKey } = await calling('dynamodb:Query', () => client.send(command));
      const items = Items.map((attributes) => itemOf<T>(attributes));
      const next = LastEvaluatedKey?.['sk']?.S;
      return next === undefined ? { items } : { items, next };
    },
  };
}

/**
 * The value is JSON text and not a map of attributes. Nothing queries inside a value, and text returns exactly what was stored, whereas
 * attributes would need a conversion in both directions and lose details of numbers and sets.
 */
function itemOf<T>({ pk, sk, version, value }: Attributes): Item<T> {
  if (pk?.S === undefined || sk?.S === undefined || version?.N === undefined || value?.S === undefined)
    throw errors.internal(`item ${pk?.S}/${sk?.S} was not written by Strongroom`);
  return { key: { pk: pk.S, sk: sk.S }, version: Number(version.N), value: JSON.parse(value.S) };
}

const placeOf = ({ pk, sk }: Key): string => `${pk}/${sk}`;
const inBatches = (keys: readonly Key[]): readonly (readonly Key[])[] =>
  Array.from({ length: Math.ceil(keys.length / keysPerBatch) }, (_, i) =>
    keys.slice(i * keysPerBatch, (i + 1) * keysPerBatch),
  );

const describesMax = 100;
const describePauseMs = 10;

/** Creates the table where no deployment does, in the embedded store and on emulators. Does nothing if it exists. */
export async function createTable(client: Pick<DynamoDBClient, 'send'>, table: string): Promise<void> {
  const create = new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  });
  try {
    await calling('dynamodb:CreateTable', () => client.send(create));
  } catch (error) {
    if (!isAws(error, 'ResourceInUseException')) throw error;
  }
  for (let i = 0; i < describesMax; i++) {
    const describe = new DescribeTableCommand({ TableName: table });
    const { Table } = await calling('dynamodb:DescribeTable', () => client.send(describe));
    if (Table?.TableStatus === 'ACTIVE') return;
    await pause(describePauseMs);
  }
  throw errors.awsUnavailable('dynamodb:CreateTable', `table ${table} did not become active`);
}
