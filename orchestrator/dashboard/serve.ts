/** The local dashboard server. It listens on loopback only, for the user who started it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { bodyBytesMax } from './api/request-schema';
import type { Api, ApiResponse, Person } from './api/router';
import { compressed, type PageFile, type PageFiles } from './page-files';
import { securityHeaders } from './page-policy';
import { createTokenAuth, type TokenAuth } from './token-auth';

export interface ServeOptions {
  readonly api: Api;
  readonly files: PageFiles;
  /** 0 selects a free port. */
  readonly port: number;
  readonly who: Person;
  readonly onFault: (error: unknown) => void;
}

export interface Dashboard {
  /** Contains the token, which is valid once. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const loopback = '127.0.0.1';
/** The page sends a few requests at a time, and few browsers use this server. */
const connectionsMax = 64;
/** Connections that have not sent a whole request yet; the oldest makes room for a newer one. */
const silentConnectionsMax = 32;
const headerBytesMax = 8_192;
const headersTimeoutMs = 5_000;
const requestTimeoutMs = 10_000;
/** How often Node checks these timeouts. */
const timeoutCheckMs = 1_000;
const keepAliveMs = 5_000;

export async function serveDashboard(options: ServeOptions): Promise<Dashboard> {
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAliveTimeout: keepAliveMs,
  });
  server.maxConnections = connectionsMax;
  makeRoom(server);
  server.listen(options.port, loopback);
  await once(server, 'listening');
  const port = portOf(server);
  const auth = createTokenAuth(port);
  const compress = createCompressor();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond({ ...options, auth, compress }, request, response).catch((error: unknown) => {
      // The client hung up in the middle of a request, which is not our error.
      if (error === request.errored) return;
      options.onFault(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  return {
    url: `http://${loopback}:${port}/?token=${auth.token}`,
    close: () => close(server),
  };
}

/** Somebody who opens connections and says nothing does not keep the page out. */
function makeRoom(server: Server): void {
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    const [oldest] = silent;
    if (silent.size > silentConnectionsMax) oldest?.destroy();
  });
  server.on('request', ({ socket }: IncomingMessage) => silent.delete(socket));
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

interface Serving extends ServeOptions {
  readonly auth: TokenAuth;
  readonly compress: (tag: string | undefined, body: string) => Promise<PageFile['compressed']>;
}

async function respond(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { auth } = serving;
  const { method = '', url = '' } = request;
  const [path = '', search = ''] = splitOnce(url, '?');
  const query = new URLSearchParams(search);
  const head = { method, headers: headersOf(request) };
  for (const [name, value] of Object.entries(securityHeaders())) response.setHeader(name, value);

  // [https://www.rfc-editor.org/rfc/rfc9112#section-3.2] Node would use the first of several.
  if (request.headersDistinct['host']?.length !== 1) return end(response, 400, noStore);
  const token = method === 'GET' && path === '/' ? query.get('token') : null;
  const cookie = token === null ? undefined : auth.redeem(head, token);
  if (cookie !== undefined) return end(response, 303, { 'set-cookie': cookie, location: '/', ...noStore });
  if (!auth.isAuthenticated(head)) return end(response, 401, noStore);
  if (!auth.isSameOrigin(head) && (method !== 'GET' || path.startsWith('/api/'))) return end(response, 403, noStore);
  if (path.startsWith('/api/')) return answerApi(serving, request, response, { path, query });
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' });
  return sendFile(serving.files, request, response, path);
}

const noStore = { 'cache-control': 'no-store' } as const;

/** Node joins repeated headers where that is allowed and otherwise keeps the first. */
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
  { api, who, compress }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): Promise<void> {
  const body = await bodyOf(request);
  // The rest of an oversized body is not read, so the connection cannot be reused.
  if (body === undefined) return end(response, 413, { connection: 'close', ...noStore });
  const headers = headersOf(request);
  const answer: ApiResponse = await api({ method: request.method ?? '', path, query, headers, body, who });
  const tag = answer.status === 200 ? answer.headers['etag'] : undefined;
  const small = smallest(
    request,
    Buffer.from(answer.body),
    await compressedIf(answer.body, () => compress(tag, answer.body)),
  );
  response.writeHead(answer.status, { ...answer.headers, ...noStore, ...small.headers });
  response.end(request.method === 'HEAD' ? undefined : small.body);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // By default, leaving the loop early would close the connection before the response is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Compressing a shorter body does not save a packet. */
const compressedBytesMin = 1_400;
const compressedIf = async (
  body: string,
  pack: () => Promise<PageFile['compressed']>,
): Promise<PageFile['compressed']> => (body.length < compressedBytesMin ? {} : pack());

/** An unchanged board is compressed once for all requests. */
const compressedKept = 16;

function createCompressor(): Serving['compress'] {
  const kept = new Map<string, Promise<PageFile['compressed']>>();
  return (tag, body) => {
    const known = tag === undefined ? undefined : kept.get(`${tag} ${body.length}`);
    const work = known ?? compressed(Buffer.from(body));
    if (tag === undefined || known !== undefined) return work;
    const oldest = kept.size >= compressedKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(`${tag} ${body.length}`, work);
    return work;
  };
}

function smallest(request: IncomingMessage, plain: Buffer, { br, gzip }: PageFile['compressed']) {
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

/** A path without a file extension is a view of the page and gets index.html. */
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
  const { body, headers } = smallest(request, file.plain, file.compressed);
  response.writeHead(200, { 'content-type': type, etag, 'cache-control': caching, ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}
