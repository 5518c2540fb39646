/** Keeps what a view shows up to date: asks again and again while somebody looks, and knows how old the answer is. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Answer, read } from './ask';
import { Refused } from './refused';

const everyMs = 2_500;
/** Nobody looks at a hidden page, but it should not be a day old when somebody does. */
const hiddenMs = 60_000;
const backoffMaxMs = 20_000;
/** Answers that are kept, so that going back shows something at once. */
const answersMax = 30;
const answers = new Map<string, Answer<unknown>>();

/** When the server was last heard, and what is wrong if it was not. */
export interface Contact {
  readonly heardAt: number | undefined;
  readonly problem: Refused | undefined;
}
let contact: Contact = { heardAt: undefined, problem: undefined };
const listeners = new Set<() => void>();
function setContact(next: Contact): void {
  contact = next;
  for (const tell of listeners) tell();
}
export const useContact = (): Contact =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => contact,
  );

export interface Live<T> {
  readonly data: T | undefined;
  /** What this very question was answered with, if it was refused. */
  readonly refused: Refused | undefined;
  /** The data answers an earlier question; the answer to this one is on its way. */
  readonly isBehind: boolean;
  readonly refresh: () => void;
}

export function useLive<T>(path: string, pollMs = everyMs): Live<T> {
  const [shown, setShown] = useState(() => ({ path, data: known<T>(path)?.data }));
  const [refused, setRefused] = useState<Refused>();
  const again = useRef<() => void>(() => {});

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let isAwaitingApproval = false;
    let failures = 0;
    const kept = known<T>(path);
    if (kept !== undefined) setShown({ path, data: kept.data });
    setRefused(undefined);

    const ask = async (): Promise<void> => {
      if (isAwaitingApproval) return;
      isAwaitingApproval = true;
      clearTimeout(timer);
      try {
        const answer = await read<T>(path, known(path)?.etag);
        failures = 0;
        if (!isOver) {
          setContact({ heardAt: performance.now(), problem: undefined });
          setRefused(undefined);
          if (answer !== undefined) setShown({ path, data: keep(path, answer).data });
        }
      } catch (error) {
        failures += 1;
        if (!isOver && error instanceof Refused) hear(error);
      }
      isAwaitingApproval = false;
      const delay = document.hidden ? hiddenMs : Math.min(pollMs * 2 ** failures, Math.max(pollMs, backoffMaxMs));
      if (!isOver) timer = setTimeout(ask, delay);
    };
    const hear = (error: Refused): void => {
      const isAnswer = error.status === 404 || error.status === 400;
      setContact(isAnswer ? { heardAt: performance.now(), problem: undefined } : { ...contact, problem: error });
      if (isAnswer) setRefused(error);
    };
    const seen = (): void => {
      if (!document.hidden) void ask();
    };
    again.current = () => void ask();
    document.addEventListener('visibilitychange', seen);
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [path, pollMs]);

  const refresh = useCallback(() => again.current(), []);
  return { data: shown.data, refused, isBehind: shown.path !== path, refresh };
}

const known = <T>(path: string): Answer<T> | undefined => answers.get(path) as Answer<T> | undefined;

function keep<T>(path: string, answer: Answer<T>): Answer<T> {
  answers.delete(path);
  answers.set(path, answer);
  const [oldest] = answers.keys();
  if (answers.size > answersMax && oldest !== undefined) answers.delete(oldest);
  return answer;
}
