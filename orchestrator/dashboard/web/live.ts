/** Polls the server while the page is visible, and keeps track of when it last responded. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Fetched, get } from './api-client';
import { ApiError } from './api-error';

const pollDefaultMs = 2_500;
/** A hidden page polls rarely, so that it is not hours old when it is shown again. */
const hiddenMs = 60_000;
/** The board is the largest response, so it is polled less often. */
export const boardPollMs = 5_000;
const backoffMaxMs = 20_000;
/** Responses that are kept, so that going back shows data immediately. */
const responsesMax = 30;
const responses = new Map<string, Fetched<unknown>>();

/** When the server last responded, and the error if the latest request failed. */
export interface Connection {
  readonly respondedAt: number | undefined;
  readonly problem: ApiError | undefined;
}
let connection: Connection = { respondedAt: undefined, problem: undefined };
const listeners = new Set<() => void>();
function setConnection(next: Connection): void {
  connection = next;
  for (const notify of listeners) notify();
}
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (notify) => {
      listeners.add(notify);
      return () => listeners.delete(notify);
    },
    () => connection,
  );

export interface Live<T> {
  readonly data: T | undefined;
  /** Set if the server rejected this request itself, with status 400 or 404. */
  readonly error: ApiError | undefined;
  /** The data is for an earlier path; the response for this one is pending. */
  readonly isBehind: boolean;
  readonly refresh: () => void;
}

export function useLive<T>(path: string, pollMs = pollDefaultMs): Live<T> {
  const [shown, setShown] = useState(() => ({ path, data: cached<T>(path)?.data }));
  const [error, setError] = useState<ApiError>();
  const pollNow = useRef<() => void>(() => {});

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let isPending = false;
    let failures = 0;
    const known = cached<T>(path);
    if (known !== undefined) setShown({ path, data: known.data });
    setError(undefined);

    const poll = async (): Promise<void> => {
      if (isPending) return;
      isPending = true;
      clearTimeout(timer);
      try {
        const response = await get<T>(path, cached(path)?.etag);
        failures = 0;
        if (!isOver) {
          setConnection({ respondedAt: performance.now(), problem: undefined });
          setError(undefined);
          if (response !== undefined) setShown({ path, data: keep(path, response).data });
        }
      } catch (error) {
        failures += 1;
        if (!isOver && error instanceof ApiError) reportError(error);
      }
      isPending = false;
      const delay = document.hidden ? hiddenMs : Math.min(pollMs * 2 ** failures, Math.max(pollMs, backoffMaxMs));
      if (!isOver) timer = setTimeout(poll, delay);
    };
    const reportError = (error: ApiError): void => {
      const isRejected = error.status === 404 || error.status === 400;
      setConnection(
        isRejected ? { respondedAt: performance.now(), problem: undefined } : { ...connection, problem: error },
      );
      if (isRejected) setError(error);
    };
    const onVisible = (): void => {
      if (!document.hidden) void poll();
    };
    pollNow.current = () => void poll();
    document.addEventListener('visibilitychange', onVisible);
    void poll();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [path, pollMs]);

  const refresh = useCallback(() => pollNow.current(), []);
  return { data: shown.data, error, isBehind: shown.path !== path, refresh };
}

const cached = <T>(path: string): Fetched<T> | undefined => responses.get(path) as Fetched<T> | undefined;

function keep<T>(path: string, response: Fetched<T>): Fetched<T> {
  responses.delete(path);
  responses.set(path, response);
  const [oldest] = responses.keys();
  if (responses.size > responsesMax && oldest !== undefined) responses.delete(oldest);
  return response;
}
