/** Every AWS client is made here, when it is first asked for, with one configuration and one pool of connections. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Asked when they are needed, and again before they expire. */
export type CredentialSource = () => Promise<Credentials & { readonly expiration: Date }>;

/** What every client is made with. It fits the configuration of each of the SDK's clients. */
export interface ClientConfiguration {
  readonly region: string;
  readonly credentials?: Credentials | CredentialSource;
  readonly endpoint?: string;
  readonly requestHandler: NodeHttpHandler;
  readonly retryMode: 'adaptive';
  readonly maxAttempts: number;
  readonly forcePathStyle: true;
}

interface Client {
  readonly destroy: () => void;
}
export type ClientClass<C extends Client> = new (configuration: ClientConfiguration) => C;

export interface Clients {
  /** One client per class and region; who asks again gets the same one. */
  readonly in: <C extends Client>(Class: ClientClass<C>, region: string) => C;
  /** For a visit to another account: its own clients over the same connections. Drop them when the visit ends. */
  readonly as: (credentials: Credentials | CredentialSource) => Pick<Clients, 'in'>;
  /** Closes the connections, so that the process can end. */
  readonly destroy: () => void;
}

export interface ClientOptions {
  /** Both only for a service inside this process: without them the SDK looks them up where it always does. */
  readonly endpoint?: string;
  readonly credentials?: Credentials;
}

/**
 * With the SDK's exponential backoff, 6 attempts bear about 15 s of throttling, and say within some 3 s that an endpoint is down.
 * What lasts longer is retried by the state machine.
 */
const attemptsMax = 6;
const connectionTimeoutMs = 5_000;
/** Longer than the slowest answer seen: CreateStackInstances of 300 accounts on an emulator takes 15 s. */
const requestTimeoutMs = 60_000;
/** Per host. A shard visits some dozens of accounts at once, and each visit asks several questions. */
const socketsMax = 200;

export function createClients({ endpoint, credentials }: ClientOptions = {}): Clients {
  const keptAlive = { keepAlive: true, maxSockets: socketsMax };
  const agents = { httpAgent: new HttpAgent(keptAlive), httpsAgent: new HttpsAgent(keptAlive) };
  const requestHandler = new NodeHttpHandler({
    ...agents,
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  });

  const clientsWith = (own: Credentials | CredentialSource | undefined): Pick<Clients, 'in'> => {
    const made = new Map<unknown, Map<string, Client>>();
    return {
      in: <C extends Client>(Class: ClientClass<C>, region: string): C => {
        const byRegion = made.get(Class) ?? new Map<string, Client>();
        made.set(Class, byRegion);
        const known = byRegion.get(region);
        if (known instanceof Class) return known;
        const client = new Class({
          region,
          requestHandler,
          retryMode: 'adaptive',
          maxAttempts: attemptsMax,
          // S3 only: a bucket in the path resolves on every endpoint, a bucket in the host name does not.
          forcePathStyle: true,
          ...(own && { credentials: own }),
          ...(endpoint !== undefined && { endpoint }),
        });
        byRegion.set(region, client);
        return client;
      },
    };
  };

  return {
    ...clientsWith(credentials),
    as: clientsWith,
    destroy: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}
