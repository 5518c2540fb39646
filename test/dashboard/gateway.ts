/** A fake API Gateway: an HTTP API with a JWT authorizer on its one route, and payload version 2.0 behind it. */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { GatewayAnswer } from '../../orchestrator/dashboard/behind-gateway';
import type { Claims } from '../../orchestrator/dashboard/claims';

export interface Arriving {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Authorizer {
  readonly issuer: string;
  readonly audience: string;
  readonly key: JsonWebKey;
  readonly now: () => Date;
}

const unauthorized: GatewayAnswer = {
  statusCode: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
  body: '{"message":"Unauthorized"}',
  isBase64Encoded: false,
};

/** Checks only RS256, issuer, audience and expiry, as the authorizer does [doc:apigateway/http-api-jwt-authorizer]. */
export const gateway =
  (authorizer: Authorizer, handler: (event: unknown) => Promise<GatewayAnswer>) =>
  async (arriving: Arriving): Promise<GatewayAnswer> => {
    const claims = verified(authorizer, arriving.headers['authorization']);
    return claims === undefined ? unauthorized : handler(eventOf(arriving, claims));
  };

function verified({ issuer, audience, key, now }: Authorizer, authorization = ''): Claims | undefined {
  const [head = '', payload = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${payload}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned || decoded(head)['alg'] !== 'RS256') return undefined;
  const claims = decoded(payload);
  const isExpected = claims['iss'] === issuer && claims['aud'] === audience;
  return isExpected && Number(claims['exp']) * 1000 > now().getTime() ? claims : undefined;
}

const decoded = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

export const eventOf = ({ method, path, query, headers, body }: Arriving, claims?: Claims) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  headers,
  requestContext: {
    http: { method, path },
    ...(claims && { authorizer: { jwt: { claims: flattened(claims), scopes: null } } }),
  },
  ...(body !== '' && { body: Buffer.from(body).toString('base64') }),
  isBase64Encoded: body !== '',
});

/** Turns every claim into a string. In a list the ends of the entries are lost, as in API Gateway. */
const flattened = (claims: Claims): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
