/** A fake OpenID Connect provider on loopback. Its sign-in page has one link for each person, and a test can change the tokens. */
import { createHash, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The issuer as browsers know it; the tests route it to loopback. */
export const issuer = 'https://login.example.com';
export const clientId = 'strongroom-dashboard';

export interface Provider {
  readonly key: JsonWebKey;
  /** Where it listens. */
  readonly origin: string;
  /** Lifetime of new tokens. */
  lifetimeSeconds: number;
  /** Claims that the next ID tokens add or replace. */
  claims: Readonly<Record<string, unknown>>;
  /** Issues a token without a browser. */
  readonly tokenFor: (person: Person, more?: Readonly<Record<string, unknown>>) => string;
  readonly close: () => void;
}

export const people = {
  ada: { sub: 'u-ada', email: 'ada@example.com', groups: ['everybody', 'strongroom-operators'] },
  vic: { sub: 'u-vic', email: 'vic@example.com', groups: ['strongroom-viewers'] },
  eve: { sub: 'u-eve', email: 'eve@example.com', groups: ['my strongroom-operators', 'everybody'] },
} as const;
export type Person = keyof typeof people;

/** A grant, until its code is redeemed: once, with the right code verifier. */
interface Granted {
  readonly person: Person;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
}

export async function openProvider(): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const granted = new Map<string, Granted>();
  const tokenFor: Provider['tokenFor'] = (person, more = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + provider.lifetimeSeconds };
    const claims = { iss: issuer, aud: clientId, ...times, ...people[person], ...more, ...provider.claims };
    const parts = [{ alg: 'RS256', typ: 'JWT', kid: 'k1' }, claims].map(encoded).join('.');
    return `${parts}.${sign('RSA-SHA256', Buffer.from(parts), privateKey).toString('base64url')}`;
  };
  const server = createServer((request, response) => void respond(request, response, granted, tokenFor));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: Provider = {
    key: publicKey.export({ format: 'jwk' }),
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lifetimeSeconds: 3600,
    claims: {},
    tokenFor,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return provider;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  granted: Map<string, Granted>,
  tokenFor: Provider['tokenFor'],
): Promise<void> {
  const { pathname, searchParams: asked } = new URL(request.url ?? '', issuer);
  const json = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end(JSON.stringify(body));
  };
  if (pathname === '/.well-known/openid-configuration')
    return json(200, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      end_session_endpoint: `${issuer}/logout`,
      jwks_uri: `${issuer}/keys`,
    });
  if (pathname === '/token') return json(...(await redeemed(request, granted, tokenFor)));
  response.writeHead(200, { 'content-type': 'text/html' });
  if (pathname === '/logout') return void response.end(`<a href="${asked.get('post_logout_redirect_uri')}">back</a>`);
  response.end(
    Object.keys(people)
      .map((name) => linkOf(name as Person, asked, granted))
      .join('<br>'),
  );
}

function linkOf(person: Person, asked: URLSearchParams, granted: Map<string, Granted>): string {
  const said = (name: string): string => asked.get(name) ?? '';
  if (said('code_challenge_method') !== 'S256' || said('response_type') !== 'code' || said('client_id') !== clientId)
    return 'invalid request';
  const code = randomUUID();
  const redirect = said('redirect_uri');
  granted.set(code, { person, nonce: said('nonce'), challenge: said('code_challenge'), redirect });
  return `<a href="${redirect}?${new URLSearchParams({ code, state: said('state') })}">${person}</a>`;
}

async function redeemed(
  request: IncomingMessage,
  granted: Map<string, Granted>,
  tokenFor: Provider['tokenFor'],
): Promise<[status: number, body: object]> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const said = new URLSearchParams(text);
  const grant = granted.get(said.get('code') ?? '');
  granted.delete(said.get('code') ?? '');
  const challenge = createHash('sha256')
    .update(said.get('code_verifier') ?? '')
    .digest('base64url');
  if (grant?.challenge !== challenge || said.get('redirect_uri') !== grant.redirect)
    return [400, { error: 'invalid_grant' }];
  const { person, nonce } = grant;
  return [200, { access_token: 'opaque', token_type: 'Bearer', id_token: tokenFor(person, { nonce }) }];
}
