/** All requests to the server go through here. */
import { type Action, type ActionRequest, apiRoot, type ErrorBody } from '../api/contract';
import { ApiError } from './api-error';
import { currentSession } from './session';

export interface Fetched<T> {
  readonly data: T;
  readonly etag: string | undefined;
}

/** After this time a request has failed; the next poll sends another. */
const requestTimeoutMs = 20_000;

/** @returns undefined if nothing has changed since this ETag. */
export async function get<T>(path: string, etag: string | undefined): Promise<Fetched<T> | undefined> {
  const response = await send(path, {
    headers: etag === undefined ? {} : { 'If-None-Match': etag },
    // The page keeps the ETag itself; the browser's cache would hold ten thousand accounts a second time.
    cache: 'no-store',
  });
  if (response.status === 304) return undefined;
  if (!response.ok) throw await errorOf(response);
  return { data: await response.json(), etag: response.headers.get('ETag') ?? undefined };
}

export async function postAction(rollout: string, action: Action, request: ActionRequest): Promise<void> {
  const response = await send(`/rollouts/${encodeURIComponent(rollout)}/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw await errorOf(response);
}

export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, {});
  if (!response.ok) throw await errorOf(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

interface RequestOptions extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(path: string, { headers, ...init }: RequestOptions): Promise<Response> {
  const session = currentSession();
  const token = session?.token();
  if (session !== undefined && token === undefined) throw sessionExpired();
  try {
    return await fetch(`${apiRoot}${path}`, {
      ...init,
      headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      credentials: 'same-origin',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch {
    throw new ApiError(
      undefined,
      'cannot reach the server',
      'check that it is running; the page retries automatically',
    );
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  if (response.status === 401) return sessionExpired();
  const body: Partial<ErrorBody> = await response.json().catch(() => ({}));
  return new ApiError(
    response.status,
    body.message ?? `the server returned status ${response.status}`,
    body.next ?? 'the page retries automatically',
  );
}

const sessionExpired = (): ApiError =>
  new ApiError(
    401,
    'your session has expired',
    currentSession() === undefined
      ? 'run `strongroom dashboard` again and open the address that it prints'
      : 'sign in again',
  );
