/** Creates all AWS clients, on first use, with one configuration and one connection pool. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Called when credentials are needed, and again before they expire. */
export type CredentialSource = () => Promise<Credentials & { readonly expiration: Date }>;

/** The configuration of every client. It fits each client of the SDK. */
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
  /** Returns one client per class and region, and the same one each time. */
  readonly in: <C extends Client>(Class: ClientClass<C>, region: string) => C;
  /** Clients for another account, over the same connections. Discard them when the visit ends. */
  readonly as: (credentials: Credentials | CredentialSource) => Pick<Clients, 'in'>;
  /** Closes the connections so that the process can exit. */
  readonly destroy: () => void;
}

export interface ClientOptions {
  /** Both are only for a service inside this process. By default the SDK finds endpoint and credentials as usual. */
  readonly endpoint?: string;
  readonly credentials?: Credentials;
}

/**
 * With the SDK's exponential backoff, 6 attempts survive about 15 s of throttling and report an unreachable endpoint within about 3 s.
 * The state machine retries longer outages.
 */
const attemptsMax = 6;
const connectionTimeoutMs = 5_000;
/** Longer than the slowest answer seen: CreateStackInstances of 300 accounts on an emulator takes 15 s. */
const requestTimeoutMs = 60_000;
/** Per host. A shard visits dozens of accounts at once, and each visit makes several calls. */
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
          // S3 only: a bucket in the path works with every endpoint, a bucket in the host name does not.
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
