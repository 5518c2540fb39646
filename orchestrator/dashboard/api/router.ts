/**
 * The API of the dashboard, independent of transport: the local server and the deployed function both use it. Responses are JSON,
 * except for the CSV file; every error has an `ErrorBody`.
 */
import { createHash } from 'node:crypto';
import { errors, isStrongroomError } from '../../domain/errors';
import { type Actor, actorName, actorText } from '../../domain/model/actor';
import type { RolloutId } from '../../domain/model/brand';
import { csvLines } from '../../presentation/status';
import { cleaned } from '../../presentation/text';
import { readEvents } from '../../records/rollout-events';
import { readAccountDetail } from './account-detail';
import { accountsPage, matching } from './accounts-page';
import { type ActionOptions, performAction } from './actions';
import { inPortions } from './board';
import { type Action, actions, apiRoot, type EventsPage, type Me } from './contract';
import { errorResponseOf } from './error-response';
import { overviewOf, rolloutRow } from './overview';
import {
  accountIdIn,
  accountsQuery,
  actionRequestIn,
  csvQuery,
  eventsMax,
  eventsQuery,
  noQuery,
  rolloutIdIn,
} from './request-schema';
import { readRolloutDetail } from './rollout-detail';
import { createSnapshots, type Snapshot } from './snapshot';

export interface ApiRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly who: Person;
}
/** The authenticated user. */
export interface Person {
  readonly role: Me['role'];
  /** @throws UnknownCaller. */
  readonly actor: () => Promise<Actor>;
}
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type Api = (request: ApiRequest) => Promise<ApiResponse>;

export interface ApiOptions extends ActionOptions {
  /** Runs work on the clock of the world, which is virtual in a simulation. */
  readonly inTime: <T>(work: () => Promise<T>) => Promise<T>;
  /** Monotonic milliseconds of this process, from any origin. */
  readonly elapsedMs: () => number;
  /** Whether the process is frozen between requests, as in Lambda; then nothing is read in the background. */
  readonly isFrozenBetween?: boolean | undefined;
  /** Reports an internal error, which the response does not describe. */
  readonly onFault: (error: unknown) => void;
}

const rolloutsMax = 100;

export function createApi(options: ApiOptions): Api {
  const snapshots = createSnapshots(options.ports, options.elapsedMs, options.isFrozenBetween);
  const latest = snapshots.latest;
  return async (request) => {
    try {
      return await route(options, request, { latest, invalidate: snapshots.invalidate });
    } catch (error) {
      const { status, body } = errorResponseOf(error);
      if (status === 500) options.onFault(error);
      return jsonAnswer(status, JSON.stringify(body));
    }
  };
}

type Snapshots = ReturnType<typeof createSnapshots>;

async function route(options: ApiOptions, request: ApiRequest, snapshots: Snapshots): Promise<ApiResponse> {
  const { method, path } = request;
  const parts = path.startsWith(`${apiRoot}/`) ? path.slice(apiRoot.length + 1).split('/') : [];
  const [collection = '', id = '', what = '', ...more] = parts;
  const isActionPath = collection === 'rollouts' && isAction(what);
  if (more.length > 0) throw errors.unknownPath('this path');
  if (method !== (isActionPath ? 'POST' : 'GET') && isKnown(parts))
    throw errors.wrongMethod(methodShown(method), 'this path');
  if (isActionPath) return handleAction(options, request, snapshots, id, what);
  return handleRead(options, request, snapshots, parts);
}

/** The page can be read while STS does not answer. */
async function meOf({ role, actor }: Person): Promise<Me> {
  try {
    const known = await actor();
    return { name: known.kind === 'token' ? known.name : actorName(known), role, recordedAs: actorText(known) };
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return { name: 'unknown', role };
  }
}

const isAction = (text: string): text is Action => actions.some((action) => action === text);
const methodShown = (method: string): string => (/^[A-Z]{1,10}$/.test(method) ? method : 'this method');

/** Readers by path pattern; `*` stands for an id. */
const readers: Readonly<Record<string, Reader>> = {
  me: async (_options, { who }) => ({ value: cleaned(await meOf(who)) }),
  board: async (_options, _request, { latest }) => {
    const { board } = await latest();
    return { text: board.json, tag: board.version };
  },
  overview: async (_options, _request, { latest }) => {
    const { accounts, rollouts, subscription, at } = await latest();
    const organization = rollouts.at(-1)?.organization ?? '';
    const { at: _changes, ...stable } = overviewOf(organization, accounts, rollouts, subscription, at);
    return { value: { at: at.toISOString(), ...cleaned(stable) }, tag: digest(JSON.stringify(stable)) };
  },
  accounts: async (_options, { query }, { latest }) => {
    const filters = accountsQuery(query);
    return { value: cleaned(accountsPage((await latest()).accounts, filters)) };
  },
  'accounts.csv': async (_options, { query }, { latest }) => {
    const filters = csvQuery(query);
    return { text: await csvOf(await latest(), filters), type: 'text/csv; charset=utf-8' };
  },
  'accounts/*': async ({ ports }, _request, _snapshots, id) => ({
    value: await readAccountDetail(ports, accountIdIn(id)),
  }),
  rollouts: async (_options, _request, { latest }) => {
    const { rollouts } = await latest();
    return { value: cleaned(rollouts.toReversed().slice(0, rolloutsMax).map(rolloutRow)) };
  },
  'rollouts/*': async ({ ports }, _request, _snapshots, id) => ({
    value: await readRolloutDetail(ports, rolloutIdIn(id)),
  }),
  'rollouts/*/events': async ({ ports }, { query }, _snapshots, id) => {
    const { after } = eventsQuery(query);
    return { value: await eventsAfter(ports, rolloutIdIn(id), after) };
  },
};
/** These readers parse their query; the others take none. */
const withQuery: ReadonlySet<string> = new Set(['accounts', 'accounts.csv', 'rollouts/*/events']);

type Reader = (
  options: ApiOptions,
  request: ApiRequest,
  snapshots: Pick<Snapshots, 'latest'>,
  id: string,
) => Promise<Reading>;
type Reading = ({ readonly value: unknown } | { readonly text: string; readonly type?: string }) & {
  /** Changes when the response does; by default a digest of it. */
  readonly tag?: string;
};

const patternOf = (parts: readonly string[]): string =>
  parts.map((part, index) => (index === 1 ? '*' : part)).join('/');
const isKnown = (parts: readonly string[]): boolean =>
  Object.hasOwn(readers, patternOf(parts)) ||
  (parts[0] === 'rollouts' && parts.length === 3 && isAction(parts[2] ?? ''));

async function handleRead(
  options: ApiOptions,
  request: ApiRequest,
  snapshots: Snapshots,
  parts: readonly string[],
): Promise<ApiResponse> {
  const pattern = patternOf(parts);
  const reader = Object.hasOwn(readers, pattern) ? readers[pattern] : undefined;
  if (reader === undefined) throw errors.unknownPath('this path');
  if (!withQuery.has(pattern)) noQuery(request.query);
  const reading = await reader(options, request, snapshots, parts[1] ?? '');
  const body = 'text' in reading ? reading.text : JSON.stringify(reading.value);
  const etag = `"${reading.tag ?? digest(body)}"`;
  if (matches(request.headers['if-none-match'], etag)) return { status: 304, headers: { etag }, body: '' };
  const answer = jsonAnswer(200, body);
  const type = 'text' in reading ? reading.type : undefined;
  return { ...answer, headers: { ...answer.headers, etag, ...(type !== undefined && csvHeaders(type)) } };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A proxy that compresses the response marks the tag as weak [https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match]. */
const matches = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) === true;

const jsonAnswer = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
});
const csvHeaders = (type: string) => ({
  'content-type': type,
  'content-disposition': 'attachment; filename="accounts.csv"',
});

async function csvOf({ accounts }: Snapshot, filters: ReturnType<typeof csvQuery>): Promise<string> {
  const lines: string[] = [...csvLines([])];
  await inPortions(matching(accounts, filters), (account) => {
    lines.push(...csvLines([cleaned(account)]).slice(1));
  });
  return `${lines.join('\r\n')}\r\n`;
}

async function eventsAfter(ports: ApiOptions['ports'], id: RolloutId, after: number): Promise<EventsPage> {
  const events = cleaned(await readEvents(ports, id, after, eventsMax));
  return { events, last: after + events.length };
}

async function handleAction(
  options: ApiOptions,
  { who, headers, body, query }: ApiRequest,
  { invalidate }: Snapshots,
  id: string,
  action: Action,
): Promise<ApiResponse> {
  if (who.role !== 'operator') throw errors.onlyLooks(actorName(await who.actor()));
  const rollout = rolloutIdIn(id);
  noQuery(query);
  const request = actionRequestIn(headers, body);
  try {
    await options.inTime(async () => performAction(options, rollout, action, request, await who.actor()));
  } finally {
    invalidate();
  }
  return jsonAnswer(202, '{}');
}
