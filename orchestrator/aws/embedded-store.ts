/**
 * The Store without AWS: dynalite, a DynamoDB over LevelDB, inside this process. The adapter is the same as in the cloud, so tests of
 * one cover the other. It needs no AWS credentials and ignores AWS_ENDPOINT_URL.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { errors, messageOf } from '../domain/errors';
import type { Store } from '../ports/ports';
import { createClients } from './clients';
import { field } from './failures';
import { createDynamoStore, createTable } from './store';

const table = 'strongroom';
const loopback = '127.0.0.1';

export interface EmbeddedStore {
  readonly store: Store;
  /** Releases the folder and the port so that the process can exit. */
  readonly close: () => Promise<void>;
}

/** @param folder the state folder. Without it the state stays in memory. */
export async function openEmbeddedStore(folder?: string): Promise<EmbeddedStore> {
  const lock = folder === undefined ? undefined : await lockFolder(folder);
  const accessKeyId = randomBytes(16).toString('hex');
  const server: Server = dynalite({ createTableMs: 0, ...(folder && { path: join(folder, 'table') }) });
  const door = guard(server, accessKeyId);
  server.listen(0, loopback);
  await once(server, 'listening');
  const clients = createClients({
    endpoint: `http://${loopback}:${portOf(server)}`,
    credentials: { accessKeyId, secretAccessKey: 'unused' },
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  const closeAll = async (): Promise<void> => {
    await door.close();
    clients.destroy();
    await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    await lock?.close();
  };
  const client = clients.in(DynamoDBClient, 'us-east-1');
  try {
    await createTable(client, table);
  } catch (error) {
    await close();
    throw error;
  }
  return { store: createDynamoStore(client, table), close };
}

/**
 * dynalite throws an uncaught exception if another process has the table open. An empty database is therefore opened first, as a lock.
 * The operating system releases LevelDB's lock when the process ends.
 */
async function lockFolder(folder: string): Promise<ClassicLevel> {
  try {
    await mkdir(folder, { recursive: true });
    const lock = new ClassicLevel(join(folder, 'lock'));
    await lock.open();
    return lock;
  } catch (error) {
    const why = field(error, 'cause') ?? error;
    if (field(why, 'code') === 'LEVEL_LOCKED') throw errors.stateInUse(folder);
    throw errors.invalidInput(
      `cannot use the state folder ${folder}: ${messageOf(why)}`,
      'specify another folder with --state',
    );
  }
}

/**
 * dynalite serves every client that finds the port, including web pages, so the random access key of this run acts as a password.
 * @returns a function that rejects new requests and waits for running ones. If the table is closed during a request, for example after
 * Ctrl-C, dynalite throws an uncaught exception and the process ends.
 */
function guard(server: Server, accessKeyId: string): { readonly close: () => Promise<void> } {
  const [answer] = server.listeners('request');
  const inside = new Set<ServerResponse>();
  let isClosing = false;
  let emptied = (): void => {};
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const isOurs = request.headers.authorization?.includes(`Credential=${accessKeyId}/`) === true;
    if (!isOurs || isClosing) {
      response.writeHead(isOurs ? 503 : 403).end();
      return;
    }
    inside.add(response);
    response.on('close', () => {
      inside.delete(response);
      if (inside.size === 0) emptied();
    });
    answer?.call(server, request, response);
  });
  return {
    close: async () => {
      isClosing = true;
      if (inside.size === 0) return;
      await new Promise<void>((resolve) => {
        emptied = resolve;
      });
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw errors.internal('the embedded store has no port');
  return address.port;
}
