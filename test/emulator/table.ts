/** Our records in a table of DynamoDB's protocol, wherever that is answered. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClients } from '../../orchestrator/aws/clients';
import { createDynamoStore, createTable } from '../../orchestrator/aws/store';
import type { Store } from '../../orchestrator/ports/ports';

export async function tableAt(endpoint: string, table: string, region: string) {
  const clients = createClients({ endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const client = clients.in(DynamoDBClient, region);
  await createTable(client, table);
  const store: Store = createDynamoStore(client, table);
  return { store, close: async () => clients.destroy() };
}
