/** Parses requests and enforces limits. Unknown parameters are rejected, so that a typing error never returns a partial result. */
import { z } from 'zod';
import { errors } from '../../domain/errors';
import { parseAccountId, parseReleaseId, parseRolloutId, parseWaveName } from '../../domain/model/brand';
import { gateIds } from '../../domain/model/gate';
import { readinessStates } from '../../domain/model/readiness';
import { saysSomething } from '../../presentation/text';
import type { AccountsQuery } from './accounts-page';
import { type ActionRequest, accountSorts } from './contract';

export const pageMax = 200;
const pageDefault = 50;
export const eventsMax = 500;
export const bodyBytesMax = 16_384;
const searchMax = 100;
/** Five levels of OUs with names of 128 characters [bc:organizations:CreateOrganizationalUnit], and the slashes between them. */
const ouMax = 650;
const reasonMax = 500;
const parametersMax = 32;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));
const like = ({ form, shape }: { readonly form: RegExp; readonly shape: string }) =>
  z.string().regex(form, `must be ${shape}`);

const filters = {
  q: z.string().max(searchMax).optional(),
  ou: z.string().max(ouMax).optional(),
  wave: like(parseWaveName).optional(),
  state: z.array(z.enum(readinessStates)).max(readinessStates.length).optional(),
  gate: z.enum(gateIds).optional(),
  release: like(parseReleaseId).optional(),
  sort: z.enum(accountSorts).default('id'),
  descending: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
};
const accountsParameters = z.strictObject({
  ...filters,
  offset: wholeNumber(0, 1_000_000).default(0),
  limit: wholeNumber(1, pageMax).default(pageDefault),
});
const csvParameters = z.strictObject(filters);
const eventsParameters = z.strictObject({ after: wholeNumber(-1, 999_999_999).default(-1) });
const noParameters = z.strictObject({});

const actionRequest: z.ZodType<ActionRequest> = z.strictObject({
  reason: z.string().max(reasonMax).refine(saysSomething, 'must not be empty'),
  step: z.int().min(0),
});

export const accountsQuery = (query: URLSearchParams): AccountsQuery => read(accountsParameters, valuesOf(query));
/** The same filters, without paging. */
export const csvQuery = (query: URLSearchParams): AccountsQuery => ({
  ...read(csvParameters, valuesOf(query)),
  offset: 0,
  limit: 0,
});
export const eventsQuery = (query: URLSearchParams): { readonly after: number } =>
  read(eventsParameters, valuesOf(query));
export const noQuery = (query: URLSearchParams): void => void read(noParameters, valuesOf(query));

export const accountIdIn = (text: string) => named('account id', parseAccountId, text);
export const rolloutIdIn = (text: string) => named('rollout id', parseRolloutId, text);

/** The error does not repeat the text, which may be anything of any length. */
function named<Id>(what: string, parse: ((text: string) => Id) & { form: RegExp; shape: string }, text: string): Id {
  if (!parse.form.test(text)) throw errors.invalidInput(`the ${what} must be ${parse.shape}`, 'correct the path');
  return parse(text);
}

export function actionRequestIn(headers: Readonly<Record<string, string | undefined>>, body: string): ActionRequest {
  // A form on another site can send any body, but not with this content type [https://fetch.spec.whatwg.org/#cors-safelisted-request-header].
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw errors.invalidInput('the content type must be application/json', 'set the Content-Type header');
  if (Buffer.byteLength(body) > bodyBytesMax)
    throw errors.invalidInput(`the body exceeds ${bodyBytesMax} bytes`, 'send a smaller body');
  return read(actionRequest, parsedJson(body));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw errors.invalidInput('the body is not JSON', 'send {"reason": "…", "step": 7}');
  }
}

/** Only `state` may occur more than once. */
function valuesOf(query: URLSearchParams): unknown {
  const pairs = [...query];
  if (pairs.length > parametersMax) throw errors.invalidInput('too many parameters', `use at most ${parametersMax}`);
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    if (name === 'state') values.set(name, [...(values.get(name) ?? []), value]);
    else if (values.has(name)) throw errors.invalidInput('a parameter occurs twice', 'use each parameter once');
    else values.set(name, value);
  }
  return Object.fromEntries(values);
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  const what = issue?.code === 'unrecognized_keys' ? 'unknown parameter' : issue?.message;
  throw errors.invalidInput(`${where === '' ? '' : `${where}: `}${what}`, 'correct the request');
}
