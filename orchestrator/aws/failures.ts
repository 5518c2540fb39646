/** Translates errors of the AWS SDK and the network into errors of the catalog. All translation happens here. */
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';

/**
 * Runs one AWS call. `call` is its IAM action, optionally with a subject: `cloudformation:UpdateStackSet strongroom-dev-alerts`.
 * The SDK's error stays as the cause, so that `isAws` can still match it.
 */
export async function calling<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw failureOf(call, error);
  }
}

/** Like `calling`, but returns undefined for errors with one of these names, which mean that the resource does not exist. */
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
 * The name of the error in AWS or the SDK, without the suffix `Exception`. The same error is `NoSuchEntity` on the wire and
 * `NoSuchEntityException` in the SDK's model, and the client determines which one arrives.
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
    if (name === 'LimitExceeded' && onInstances.test(call)) return errors.stackSetsAtQuota(subjectOf(call), error);
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
  if (isGarbled(error)) return errors.awsUnavailable(call, `the answer cannot be read: ${withoutHint(why)}`, error);
  return byStatus(call, name ?? 'an unknown error', why, error);
}

/** Used only for unknown names: a throttle may have status 400, 429 or 503. */
function byStatus(call: string, name: string, why: string, error: unknown): StrongroomError {
  const status = statusOf(error);
  if (status === undefined) return errors.internal(`${call} failed with ${name}: ${why}`, error);
  if (status === 429) return errors.throttled(call, error);
  if (status === 401 || status === 403) return errors.accessDenied(call, why, error);
  // 501 means that the service does not implement the call, so a retry cannot help.
  if (status >= 500 && status !== 501) return errors.awsUnavailable(call, why, error);
  return errors.awsRefused(call, name, why, error);
}

/** Operations on stack instances: how many of them an account runs at once is a quota too, and passes as they end [doc:AWSCloudFormation/cloudformation-limits]. */
const onInstances =
  /^cloudformation:(CreateStackInstances|DeleteStackInstances|DetectStackSetDrift|ImportStacksToStackSet|UpdateStackInstances|UpdateStackSet) /;

/** `LimitExceeded` is missing on purpose: the SDK treats it as a throttle, but in Organizations and CloudFormation it is a quota. */
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
 * If a host has several addresses, Node reports an AggregateError over all attempts. The SDK's retries may wrap an error into one that
 * has only its text, `connect ECONNREFUSED 127.0.0.1:4566`.
 */
const systemErrorOf = (error: unknown): { readonly code: string; readonly endpoint: string } | undefined => {
  const tries = field(error, 'errors');
  const first: unknown = Array.isArray(tries) ? tries[0] : error;
  const [, spoken, endpoint = 'the endpoint'] = /\b(E[A-Z_]{3,})\b(?: ([\w.:[\]-]+))?/.exec(messageOf(first)) ?? [];
  const code = spoken ?? field(first, 'code');
  return typeof code === 'string' ? { code, endpoint } : undefined;
};

/**
 * A proxy's page of HTML, or half a document: the SDK fails to parse it, and keeps the text of XML. This says nothing about the call, not
 * even with a status 4xx: every refusal of AWS has a name.
 */
const isGarbled = (error: unknown): boolean => {
  const status = statusOf(error);
  if (status === undefined) return false;
  const isUnparsed = field(error, '$responseBodyText') !== undefined || awsName(error) === 'SyntaxError';
  return isUnparsed || (status >= 200 && status < 300);
};

const statusOf = (error: unknown): number | undefined => {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
};

/** Checks the shape and not the class, because an error may come from native code, another realm or another copy of the SDK. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const originalOf = (error: unknown): unknown => (isStrongroomError(error) ? originalOf(error.cause) : error);
const withoutSuffix = (name: string): string => name.replace(/Exception$/, '');
const subjectOf = (call: string): string => call.split(' ')[1] ?? call;

/** EC2 denials contain kilobytes of encoded detail. */
const whyCharactersMax = 500;
/** What the SDK adds for its own developers. */
const withoutHint = (why: string): string => why.replace(/\.? *Deserialization error: to see the raw response.*$/, '');

const whyOf = (error: unknown): string => {
  const text = messageOf(error).replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return text.length > whyCharactersMax ? `${text.slice(0, whyCharactersMax)}…` : text;
};
