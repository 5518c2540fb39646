/** The API as a Lambda function behind API Gateway. Requests without a verified token get 401. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { errors } from '../domain/errors';
import { errorResponseOf } from './api/error-response';
import type { Api, ApiResponse } from './api/router';
import { type ClaimSettings, claimsOf, personOf } from './claims';

/** The fields of payload version 2.0 that are used [doc:apigateway/http-api-develop-integrations-lambda]. */
const gatewayEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    // Present only if the authorizer accepted the token.
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The authorizer already protects every route. This also holds if the authorizer is removed or the function is invoked directly. */
const unauthorized: GatewayAnswer = {
  statusCode: 401,
  headers: { 'cache-control': 'no-store' },
  body: '',
  isBase64Encoded: false,
};

export const behindGateway =
  (api: Api, settings: ClaimSettings) =>
  async (event: unknown): Promise<GatewayAnswer> => {
    const request = gatewayEvent.safeParse(event).data;
    if (request === undefined) return unauthorized;
    const { rawPath, rawQueryString, headers, body = '', isBase64Encoded, requestContext } = request;
    const claims = claimsOf(headers['authorization'], requestContext.authorizer.jwt.claims);
    if (claims === undefined) return unauthorized;
    const { actor, role } = personOf(claims, settings);
    if (role === undefined) return compressedAs(headers, noRole(actor.name));
    return compressedAs(
      headers,
      await api({
        method: requestContext.http.method,
        path: rawPath,
        query: new URLSearchParams(rawQueryString),
        headers,
        body: isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body,
        who: { role, actor: async () => actor },
      }),
    );
  };

function noRole(name: string): ApiResponse {
  const { status, body } = errorResponseOf(errors.hasNoRole(name));
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

const compressed = promisify(gzip);
/** Compressing a shorter body does not save a packet. */
const compressedBytesMin = 1_400;

/** CloudFront compresses only what it caches, and a function can return at most 6 MB [doc:lambda/gettingstarted-limits]. */
async function compressedAs(
  headers: Readonly<Record<string, string>>,
  { status, headers: given, body }: ApiResponse,
): Promise<GatewayAnswer> {
  const answer = { statusCode: status, headers: { ...given, 'cache-control': 'no-store' } };
  if (body.length < compressedBytesMin || !/\bgzip\b/.test(headers['accept-encoding'] ?? ''))
    return { ...answer, body, isBase64Encoded: false };
  return {
    statusCode: status,
    headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: (await compressed(body)).toString('base64'),
    isBase64Encoded: true,
  };
}
