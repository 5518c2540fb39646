/** The one place where what the AWS SDK and the network throw becomes an error of the catalogue. */
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';

/**
 * Runs one AWS call. `call` names it as IAM does, and may go on with its subject: `cloudformation:UpdateStackSet strongroom-dev-alerts`.
 * The SDK's error stays the cause, so that `isAws` still knows it.
 */
export async function calling<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw failureOf(call, error);
  }
}

/** As `calling`, where an error of one of these names is an answer: there is no such thing. */
export async function finding<T>(call: string, absentNames: readonly string[], run: () => Promise<T>) {
  try {
    return await calling(call, run);
  } catch (error) {
    if (isAws(error, ...absentNames)) return undefined;
    throw error;
  }
}

export const isAws = (error: unknown, ...names: readonly string[]): boolean => {
  const name = awsName(error);
  return name !== undefined && names.some((n) => withoutSuffix(n) === name);
};

/**
 * The name under which AWS, or the SDK, knows the error, without its `Exception`: the same error is `NoSuchEntity` on the wire and
 * `NoSuchEntityException` in the SDK's model, and which of the two arrives depends on the client.
 */
export const awsName = (error: unknown): string | undefined => {
  const name = field(originalOf(error), 'name');
  return typeof name === 'string' ? withoutSuffix(name) : undefined;
};

export function failureOf(call: string, error: unknown): StrongroomError {
  if (isStrongroomError(error)) return error;
  const name = awsName(error);
  const why = whyOf(error);
  if (name !== undefined) {
    if (name === 'OperationInProgress') return errors.stackSetBusy(subjectOf(call), error);
    if (throttles.test(name)) return errors.throttled(call, error);
    if (badCredentials.test(name)) return errors.noCredentials(why, error);
    if (denials.test(name)) return errors.accessDenied(call, why, error);
    if (outages.test(name)) return errors.awsUnavailable(call, why, error);
  }
  const system = systemErrorOf(error);
  if (system !== undefined) {
    if (unreachable.has(system.code)) return errors.endpointDown(system.endpoint, system.code, error);
    if (interrupted.has(system.code)) return errors.awsUnavailable(call, system.code, error);
  }
  if (isGarbled(error)) return errors.awsUnavailable(call, `the answer cannot be read: ${why}`, error);
  return byStatus(call, name ?? 'an unknown error', why, error);
}

/** Names come first: a service may send a throttle with status 400, 429 or 503. */
function byStatus(call: string, name: string, why: string, error: unknown): StrongroomError {
  const status = statusOf(error);
  if (status === undefined) return errors.internal(`${call} failed with ${name}: ${why}`, error);
  if (status === 429) return errors.throttled(call, error);
  if (status === 401 || status === 403) return errors.accessDenied(call, why, error);
  // 501 says that the service will never do it, which a retry does not change.
  if (status >= 500 && status !== 501) return errors.awsUnavailable(call, why, error);
  return errors.awsRefused(call, name, why, error);
}

/** `LimitExceeded` is not here: the SDK counts it as a throttle, but with Organizations and CloudFormation it is a quota. */
const throttles =
  /^(Throttl\w*|TooManyRequests|RequestLimitExceeded|RequestThrottled|EC2Throttled|SlowDown|PriorRequestNotComplete|TransactionInProgress|ProvisionedThroughputExceeded|BandwidthLimitExceeded|ConcurrentModification)$/;
const badCredentials =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|RequestExpired|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|RequestTimeTooSkewed)$/;
const denials = /^(AccessDenied\w*|UnauthorizedOperation|Unauthorized|NotAuthorized|AuthorizationError|Forbidden)$/;
const outages =
  /^(TimeoutError|RequestTimeout|InternalFailure|InternalError|InternalServerError|InternalServer|InternalServiceError|InternalService|ServiceUnavailable|ServiceFailure|Unavailable|ConditionalRequestConflict)$/;

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND']);
const interrupted = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Where a host has several addresses, Node reports one AggregateError over the tries; and the SDK's retries may wrap an error into
 * one that has only its text, `connect ECONNREFUSED 127.0.0.1:4566`.
 */
const systemErrorOf = (error: unknown): { readonly code: string; readonly endpoint: string } | undefined => {
  const tries = field(error, 'errors');
  const first: unknown = Array.isArray(tries) ? tries[0] : error;
  const [, spoken, endpoint = 'the endpoint'] = /\b(E[A-Z_]{3,})\b(?: ([\w.:[\]-]+))?/.exec(messageOf(first)) ?? [];
  const code = spoken ?? field(first, 'code');
  return typeof code === 'string' ? { code, endpoint } : undefined;
};

/**
 * A proxy's page of HTML, or half a document: the SDK keeps the text that it could not parse, or fails on an answer that was none. A
 * denial or a throttle needs no text.
 */
const isGarbled = (error: unknown): boolean => {
  const status = statusOf(error);
  if (status === 401 || status === 403 || status === 429) return false;
  return field(error, '$responseBodyText') !== undefined || (status !== undefined && status >= 200 && status < 300);
};

const statusOf = (error: unknown): number | undefined => {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
};

/** By shape, not by class: an error may come from native code, from another realm, or from another copy of the SDK. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const originalOf = (error: unknown): unknown => (isStrongroomError(error) ? originalOf(error.cause) : error);
const withoutSuffix = (name: string): string => name.replace(/Exception$/, '');
const subjectOf = (call: string): string => call.split(' ')[1] ?? call;

/** EC2 answers denials with kilobytes of encoded detail. */
const whyCharactersMax = 500;
const whyOf = (error: unknown): string => {
  const text = messageOf(error).replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return text.length > whyCharactersMax ? `${text.slice(0, whyCharactersMax)}…` : text;
};
