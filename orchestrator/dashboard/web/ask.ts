/** The one place that talks to the server. */
import { type Act, type Action, apiRoot, type Refusal } from '../api/contract';
import { Refused } from './refused';
import { currentSession } from './session';

export interface Answer<T> {
  readonly data: T;
  readonly etag: string | undefined;
}

/** A slow answer is no answer: the next poll asks again. */
const approvalTimeoutMs = 20_000;

/** @returns undefined if nothing has changed since the ETag. */
export async function read<T>(path: string, etag: string | undefined): Promise<Answer<T> | undefined> {
  const response = await send(path, {
    headers: etag === undefined ? {} : { 'If-None-Match': etag },
    // The ETag is ours to keep; the browser's cache would only hold ten thousand accounts twice.
    cache: 'no-store',
  });
  if (response.status === 304) return undefined;
  if (!response.ok) throw await refusedBy(response);
  return { data: await response.json(), etag: response.headers.get('ETag') ?? undefined };
}

export async function act(rollout: string, action: Action, said: Act): Promise<void> {
  const response = await send(`/rollouts/${encodeURIComponent(rollout)}/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(said),
  });
  if (!response.ok) throw await refusedBy(response);
}

export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, {});
  if (!response.ok) throw await refusedBy(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

interface Sent extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(path: string, { headers, ...init }: Sent): Promise<Response> {
  const session = currentSession();
  const token = session?.token();
  if (session !== undefined && token === undefined) throw sessionOver();
  try {
    return await fetch(`${apiRoot}${path}`, {
      ...init,
      headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      credentials: 'same-origin',
      signal: AbortSignal.timeout(approvalTimeoutMs),
    });
  } catch {
    throw new Refused(undefined, 'the server cannot be reached', 'see that it runs; the page asks again by itself');
  }
}

async function refusedBy(response: Response): Promise<Refused> {
  if (response.status === 401) return sessionOver();
  const refusal: Partial<Refusal> = await response.json().catch(() => ({}));
  return new Refused(
    response.status,
    refusal.message ?? `the server answered ${response.status}`,
    refusal.next ?? 'the page asks again by itself',
  );
}

const sessionOver = (): Refused =>
  new Refused(
    401,
    'the session is over',
    currentSession() === undefined ? 'start `strongroom dashboard` again and open what it prints' : 'sign in again',
  );
