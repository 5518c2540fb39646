/** The dashboard on this machine: a server that only this machine can reach, for the one who has started it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Admission, createAdmission } from './admission';
import type { Me } from './api/contract';
import { bodyBytesMax } from './api/request-schema';
import type { Api, ApiResponse } from './api/router';
import { type PageFile, type PageFiles, packed } from './page-files';
import { securityHeaders } from './page-policy';

export interface ServeOptions {
  readonly api: Api;
  readonly files: PageFiles;
  /** 0: some port that is free. */
  readonly port: number;
  readonly who: Me;
  readonly onFault: (error: unknown) => void;
}

export interface Dashboard {
  /** With the token, which is good for one visit. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const loopback = '127.0.0.1';
/** A page asks for a few things at once, and few people look. */
const connectionsMax = 64;
const headerBytesMax = 8_192;
const headersTimeoutMs = 5_000;
const requestTimeoutMs = 10_000;
/** How often Node looks whether one of them is over. */
const timeoutsLookedAtMs = 1_000;
const keepAliveMs = 5_000;

export async function serveDashboard(options: ServeOptions): Promise<Dashboard> {
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: timeoutsLookedAtMs,
    keepAliveTimeout: keepAliveMs,
  });
  server.maxConnections = connectionsMax;
  server.listen(options.port, loopback);
  await once(server, 'listening');
  const port = portOf(server);
  const admission = createAdmission(port);
  const pack = createPacker();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond({ ...options, admission, pack }, request, response).catch((error: unknown) => {
      // Who has hung up in the middle of a request is no fault of ours.
      if (error === request.errored) return;
      options.onFault(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  return {
    url: `http://${loopback}:${port}/?token=${admission.token}`,
    close: () => closed(server),
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

interface Serving extends ServeOptions {
  readonly admission: Admission;
  readonly pack: (tag: string | undefined, body: string) => Promise<PageFile['packed']>;
}

async function respond(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { admission } = serving;
  const { method = '', url = '' } = request;
  const [path = '', search = ''] = splitOnce(url, '?');
  const query = new URLSearchParams(search);
  const arrival = { method, headers: headersOf(request) };
  for (const [name, value] of Object.entries(securityHeaders())) response.setHeader(name, value);

  // [https://www.rfc-editor.org/rfc/rfc9112#section-3.2] Node would take the first.
  if (request.headersDistinct['host']?.length !== 1) return end(response, 400, noStore);
  const token = method === 'GET' && path === '/' ? query.get('token') : null;
  const cookie = token === null ? undefined : admission.redeem(arrival, token);
  if (cookie !== undefined) return end(response, 303, { 'set-cookie': cookie, location: '/', ...noStore });
  if (!admission.isKnown(arrival)) return end(response, 401, noStore);
  if (!admission.isOurs(arrival) && (method !== 'GET' || path.startsWith('/api/'))) return end(response, 403, noStore);
  if (path.startsWith('/api/')) return answerApi(serving, request, response, { path, query });
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' });
  return sendFile(serving.files, request, response, path);
}

const noStore = { 'cache-control': 'no-store' } as const;

/** Of a header that comes twice, Node joins what may be joined, and keeps the first of the others. */
const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );

const splitOnce = (text: string, at: string): readonly [string, string] => {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
};

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'content-length': '0', ...headers }).end();
}

async function answerApi(
  { api, who, pack }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): Promise<void> {
  const body = await bodyOf(request);
  // What is left of a body that is too long is not read any more, so the connection cannot be used again.
  if (body === undefined) return end(response, 413, { connection: 'close', ...noStore });
  const headers = headersOf(request);
  const answer: ApiResponse = await api({ method: request.method ?? '', path, query, headers, body, who });
  const tag = answer.status === 200 ? answer.headers['etag'] : undefined;
  const small = smallest(request, Buffer.from(answer.body), await packedIf(answer.body, () => pack(tag, answer.body)));
  response.writeHead(answer.status, { ...answer.headers, ...noStore, ...small.headers });
  response.end(request.method === 'HEAD' ? undefined : small.body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left early, the stream would take the connection with it, and the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Below this, packing saves no packet. */
const packedBytesMin = 1_400;
const packedIf = async (body: string, pack: () => Promise<PageFile['packed']>): Promise<PageFile['packed']> =>
  body.length < packedBytesMin ? {} : pack();

/** A board that has not changed is packed once, for all who ask. */
const packsKept = 16;

function createPacker(): Serving['pack'] {
  const kept = new Map<string, Promise<PageFile['packed']>>();
  return (tag, body) => {
    const known = tag === undefined ? undefined : kept.get(`${tag} ${body.length}`);
    const work = known ?? packed(Buffer.from(body));
    if (tag === undefined || known !== undefined) return work;
    const oldest = kept.size >= packsKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(`${tag} ${body.length}`, work);
    return work;
  };
}

function smallest(request: IncomingMessage, plain: Buffer, { br, gzip }: PageFile['packed']) {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const [encoding, body] =
    br !== undefined && /\bbr\b/.test(accepted)
      ? ['br', br]
      : gzip !== undefined && /\bgzip\b/.test(accepted)
        ? ['gzip', gzip]
        : [undefined, plain];
  const headers = {
    'content-length': String(body.length),
    vary: 'accept-encoding',
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
  return { body, headers };
}

/** The page has views of its own under its address: what has no ending is one of them. */
function sendFile(files: PageFiles, request: IncomingMessage, response: ServerResponse, path: string): void {
  const file = files.get(path) ?? (/^\/[\w/-]*$/.test(path) ? files.get('/index.html') : undefined);
  if (file === undefined) {
    end(response, 404, noStore);
    return;
  }
  const { etag, type, isImmutable } = file;
  const caching = isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache';
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag, 'cache-control': caching }).end();
    return;
  }
  const { body, headers } = smallest(request, file.plain, file.packed);
  response.writeHead(200, { 'content-type': type, etag, 'cache-control': caching, ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}
