/**
 * The API of the dashboard, whatever carries it: the local server and the deployed function ask the same. Every answer is JSON, or CSV
 * where that was asked for; whatever goes wrong is a refusal in words.
 */
import { createHash } from 'node:crypto';
import { errors } from '../../domain/errors';
import type { RolloutId } from '../../domain/model/brand';
import { csvLines } from '../../presentation/status';
import { cleaned } from '../../presentation/text';
import { readEvents } from '../../records/rollout-events';
import { seeAccount } from './account-seen';
import { accountsPage, matching } from './accounts-page';
import { type ActOptions, act } from './acts';
import { inPortions } from './board';
import { type Action, actions, apiRoot, type EventsPage, type Me } from './contract';
import { overviewOf, rolloutRow } from './overview';
import { refusedWith } from './refusal';
import {
  accountIdIn,
  accountsQuery,
  actIn,
  eventsMax,
  eventsQuery,
  noQuery,
  rolloutIdIn,
  sheetQuery,
} from './request-schema';
import { seeRollout } from './rollout-seen';
import { createSnapshots, type Snapshot } from './snapshot';

export interface ApiRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Proved by whoever carries the request. */
  readonly who: Me;
}
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type Api = (request: ApiRequest) => Promise<ApiResponse>;

export interface ApiOptions extends ActOptions {
  /** Does something in the world's own time. */
  readonly inTime: <T>(work: () => Promise<T>) => Promise<T>;
  /** Milliseconds of the process's clock, from wherever it counts. */
  readonly elapsedMs: () => number;
  /** The process stands still between requests, so nothing is read behind an answer. */
  readonly isFrozenBetween?: boolean | undefined;
  /** A fault of ours, of which the asker is told nothing. */
  readonly onFault: (error: unknown) => void;
}

const rolloutsShown = 100;

export function createApi(options: ApiOptions): Api {
  const snapshots = createSnapshots(options.ports, options.elapsedMs, options.isFrozenBetween);
  const latest = snapshots.latest;
  return async (request) => {
    try {
      return await answered(options, request, { latest, forget: snapshots.forget });
    } catch (error) {
      const { status, refusal } = refusedWith(error);
      if (status === 500) options.onFault(error);
      return jsonAnswer(status, JSON.stringify(refusal));
    }
  };
}

type Snapshots = ReturnType<typeof createSnapshots>;

async function answered(options: ApiOptions, request: ApiRequest, snapshots: Snapshots): Promise<ApiResponse> {
  const { method, path } = request;
  const parts = path.startsWith(`${apiRoot}/`) ? path.slice(apiRoot.length + 1).split('/') : [];
  const [collection = '', id = '', what = '', ...more] = parts;
  const isAct = collection === 'rollouts' && isAction(what);
  if (more.length > 0) throw errors.unknownPath('this path');
  if (method !== (isAct ? 'POST' : 'GET') && isKnown(parts)) throw errors.wrongMethod(methodShown(method), 'this path');
  if (isAct) return acted(options, request, snapshots, id, what);
  return read(options, request, snapshots, parts);
}

const isAction = (text: string): text is Action => actions.some((action) => action === text);
const methodShown = (method: string): string => (/^[A-Z]{1,10}$/.test(method) ? method : 'this method');

/** What there is to read, by its first and third part; the second names one of them. */
const readers: Readonly<Record<string, Reader>> = {
  me: async (_options, { who }) => ({ value: who }),
  board: async (_options, _request, { latest }) => {
    const { board } = await latest();
    return { text: board.json, tag: board.version };
  },
  overview: async (_options, _request, { latest }) => {
    const { accounts, rollouts, at } = await latest();
    const { at: _moves, ...seen } = overviewOf(rollouts.at(-1)?.organization ?? '', accounts, rollouts, at);
    return { value: { at: at.toISOString(), ...cleaned(seen) }, tag: digest(JSON.stringify(seen)) };
  },
  accounts: async (_options, { query }, { latest }) => {
    const asked = accountsQuery(query);
    return { value: cleaned(accountsPage((await latest()).accounts, asked)) };
  },
  'accounts.csv': async (_options, { query }, { latest }) => {
    const asked = sheetQuery(query);
    return { text: await sheet(await latest(), asked), type: 'text/csv; charset=utf-8' };
  },
  'accounts/*': async ({ ports }, _request, _snapshots, id) => ({ value: await seeAccount(ports, accountIdIn(id)) }),
  rollouts: async (_options, _request, { latest }) => {
    const { rollouts } = await latest();
    return { value: cleaned(rollouts.toReversed().slice(0, rolloutsShown).map(rolloutRow)) };
  },
  'rollouts/*': async ({ ports }, _request, _snapshots, id) => ({ value: await seeRollout(ports, rolloutIdIn(id)) }),
  'rollouts/*/events': async ({ ports }, { query }, _snapshots, id) => {
    const { after } = eventsQuery(query);
    return { value: await eventsAfter(ports, rolloutIdIn(id), after) };
  },
};
/** These read their query themselves; the others have none. */
const withQuery: ReadonlySet<string> = new Set(['accounts', 'accounts.csv', 'rollouts/*/events']);

type Reader = (
  options: ApiOptions,
  request: ApiRequest,
  snapshots: Pick<Snapshots, 'latest'>,
  id: string,
) => Promise<Reading>;
type Reading = ({ readonly value: unknown } | { readonly text: string; readonly type?: string }) & {
  /** Changes when the answer does; made from the answer, if it is not known better. */
  readonly tag?: string;
};

const patternOf = (parts: readonly string[]): string =>
  parts.map((part, index) => (index === 1 ? '*' : part)).join('/');
const isKnown = (parts: readonly string[]): boolean =>
  Object.hasOwn(readers, patternOf(parts)) ||
  (parts[0] === 'rollouts' && parts.length === 3 && isAction(parts[2] ?? ''));

async function read(
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
  if (wants(request.headers['if-none-match'], etag)) return { status: 304, headers: { etag }, body: '' };
  const answer = jsonAnswer(200, body);
  const type = 'text' in reading ? reading.type : undefined;
  return { ...answer, headers: { ...answer.headers, etag, ...(type !== undefined && sheetHeaders(type)) } };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A compressing proxy marks the tag as weak [https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match]. */
const wants = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) === true;

const jsonAnswer = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
});
const sheetHeaders = (type: string) => ({
  'content-type': type,
  'content-disposition': 'attachment; filename="accounts.csv"',
});

async function sheet({ accounts }: Snapshot, asked: ReturnType<typeof sheetQuery>): Promise<string> {
  const lines: string[] = [...csvLines([])];
  await inPortions(matching(accounts, asked), (account) => {
    lines.push(...csvLines([cleaned(account)]).slice(1));
  });
  return `${lines.join('\r\n')}\r\n`;
}

async function eventsAfter(ports: ApiOptions['ports'], id: RolloutId, after: number): Promise<EventsPage> {
  const events = cleaned(await readEvents(ports, id, after, eventsMax));
  return { events, last: after + events.length };
}

async function acted(
  options: ApiOptions,
  { who, headers, body, query }: ApiRequest,
  { forget }: Snapshots,
  id: string,
  action: Action,
): Promise<ApiResponse> {
  if (who.role !== 'operator') throw errors.onlyLooks(who.name);
  const rollout = rolloutIdIn(id);
  noQuery(query);
  const said = actIn(headers, body);
  try {
    await options.inTime(() => act(options, rollout, action, said, who));
  } finally {
    forget();
  }
  return jsonAnswer(202, '{}');
}
