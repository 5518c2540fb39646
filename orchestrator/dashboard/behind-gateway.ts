/** The API as the deployed function gives it: one request of the gateway in, one answer out; nothing without a verified token. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { errors } from '../domain/errors';
import { refusedWith } from './api/refusal';
import type { Api, ApiResponse } from './api/router';
import { type ClaimSettings, claimsOf, personOf } from './claims';

/** What is used of payload version 2.0 [doc:apigateway/http-api-develop-integrations-lambda]. */
const arrival = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    // There only if the authorizer has let it in.
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The authorizer stands before every route; this holds also where somebody takes it away, or invokes the function otherwise. */
const nobody: GatewayAnswer = {
  statusCode: 401,
  headers: { 'cache-control': 'no-store' },
  body: '',
  isBase64Encoded: false,
};

export const behindGateway =
  (api: Api, settings: ClaimSettings) =>
  async (event: unknown): Promise<GatewayAnswer> => {
    const arrived = arrival.safeParse(event).data;
    if (arrived === undefined) return nobody;
    const { rawPath, rawQueryString, headers, body = '', isBase64Encoded, requestContext } = arrived;
    const claims = claimsOf(headers['authorization'], requestContext.authorizer.jwt.claims);
    if (claims === undefined) return nobody;
    const { name, role } = personOf(claims, settings);
    if (role === undefined) return packedAs(headers, refusalOf(name));
    return packedAs(
      headers,
      await api({
        method: requestContext.http.method,
        path: rawPath,
        query: new URLSearchParams(rawQueryString),
        headers,
        body: isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body,
        who: { name, role },
      }),
    );
  };

function refusalOf(name: string): ApiResponse {
  const { status, refusal } = refusedWith(errors.hasNoRole(name));
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(refusal),
  };
}

const packed = promisify(gzip);
/** Below this, packing saves no packet. */
const packedBytesMin = 1_400;

/** CloudFront packs only what it caches, and a function may answer with 6 MB at most [doc:lambda/gettingstarted-limits]. */
async function packedAs(
  headers: Readonly<Record<string, string>>,
  { status, headers: given, body }: ApiResponse,
): Promise<GatewayAnswer> {
  const answer = { statusCode: status, headers: { ...given, 'cache-control': 'no-store' } };
  if (body.length < packedBytesMin || !/\bgzip\b/.test(headers['accept-encoding'] ?? ''))
    return { ...answer, body, isBase64Encoded: false };
  return {
    statusCode: status,
    headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: (await packed(body)).toString('base64'),
    isBase64Encoded: true,
  };
}
