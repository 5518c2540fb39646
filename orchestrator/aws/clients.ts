/** Creates all AWS clients, on first use, with one configuration and one connection pool. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
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

type Answered = Awaited<ReturnType<NodeHttpHandler['handle']>>['response'];

/** The SDK's timeouts cover only headers and silence. This handler also ends a body that arrives too slowly. */
class PatientHandler extends NodeHttpHandler {
  readonly #totalMs: number;
  clockOffByMs = 0;

  constructor(
    agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent },
    { connectMs, headersMs, silenceMs, totalMs }: Timeouts,
  ) {
    super({
      ...agents,
      connectionTimeout: connectMs,
      requestTimeout: headersMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceMs,
    });
    this.#totalMs = totalMs;
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const [startedAt, askedAt] = [performance.now(), Date.now()];
    const answer = await super.handle(request, options);
    if (isFromAws(answer.response))
      this.clockOffByMs = clockOff(answer.response.headers['date'], (askedAt + Date.now()) / 2) ?? this.clockOffByMs;
    const { body }: { readonly body?: unknown } = answer.response;
    if (isForeignPage(answer.response)) {
      if (body instanceof Readable) body.destroy();
      throw Object.assign(new Error('a page of HTML came in place of an answer'), foreign);
    }
    if (body instanceof Readable) endLate(body, this.#totalMs - (performance.now() - startedAt), this.#totalMs);
    return answer;
  }
}

/** Every answer of AWS has a request id; what a proxy or a portal answers in its place has none, and says nothing about the time. */
const isFromAws = ({ headers }: Answered): boolean => requestIds.some((name) => headers[name] !== undefined);
const requestIds = ['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id'];

/**
 * A page with a status of success. The SDK reads it as an answer in which everything is empty, so a stack set would seem to have no
 * instances.
 */
const isForeignPage = (answered: Answered): boolean =>
  answered.statusCode < 300 && (answered.headers['content-type'] ?? '').startsWith('text/html') && !isFromAws(answered);
/** The SDK retries what has this mark. */
const foreign = { name: 'ServiceUnavailable', $retryable: {} };

/** The header has whole seconds, so an offset below one second means nothing. */
function clockOff(header: string | undefined, middleMs: number): number | undefined {
  const serverMs = Date.parse(header ?? '');
  if (Number.isNaN(serverMs)) return undefined;
  const offMs = serverMs + 500 - middleMs;
  return Math.abs(offMs) < 1_000 ? 0 : offMs;
}

function endLate(body: Readable, leftMs: number, totalMs: number): void {
  const late = Object.assign(new Error(`the answer did not end within ${totalMs} ms`), { name: 'TimeoutError' });
  const timer = setTimeout(() => body.destroy(late), Math.max(0, leftMs));
  body.once('close', () => clearTimeout(timer));
}

export interface Clients {
  /** Returns one client per class and region, and the same one each time. */
  readonly in: <C extends Client>(Class: ClientClass<C>, region: string) => C;
  /** How far the clock of AWS is ahead of this machine's, from the `Date` of the latest response; 0 before the first. */
  readonly clockOffByMs: () => number;
  /** Clients for another account, over the same connections. Discard them when the visit ends. */
  readonly as: (credentials: Credentials | CredentialSource) => Pick<Clients, 'in'>;
  /** Closes the connections so that the process can exit. */
  readonly destroy: () => void;
}

/** Each phase of a call has a limit, because an endpoint that stops responding halfway must not block a rollout forever. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the request to the headers of the response. */
  readonly headersMs: number;
  /** Time without a single byte, before the headers or within the body. */
  readonly silenceMs: number;
  /** From the request to the end of the body, even if data keeps arriving. */
  readonly totalMs: number;
}

export interface ClientOptions {
  readonly timeouts?: Timeouts;
  /** Both are only for a service inside this process. By default the SDK finds endpoint and credentials as usual. */
  readonly endpoint?: string;
  readonly credentials?: Credentials;
}

/**
 * With the SDK's exponential backoff, 6 attempts survive about 15 s of throttling and report an unreachable endpoint within about 3 s.
 * The state machine retries longer outages.
 */
const attemptsMax = 6;
/** The slowest known response is CreateStackInstances for 300 accounts on an emulator, which takes 15 s. */
const timeoutsDefault: Timeouts = { connectMs: 5_000, headersMs: 60_000, silenceMs: 60_000, totalMs: 120_000 };
/** Per host. A shard visits dozens of accounts at once, and each visit makes several calls. */
const socketsMax = 200;

export function createClients({ endpoint, credentials, timeouts = timeoutsDefault }: ClientOptions = {}): Clients {
  const keptAlive = { keepAlive: true, maxSockets: socketsMax };
  const agents = { httpAgent: new HttpAgent(keptAlive), httpsAgent: new HttpsAgent(keptAlive) };
  const requestHandler = new PatientHandler(agents, timeouts);

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
    clockOffByMs: () => requestHandler.clockOffByMs,
    as: clientsWith,
    destroy: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}
