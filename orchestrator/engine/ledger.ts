/** Counts what Step Functions charges for and limits: history events, payload sizes and transitions. */
import { StatesFailure } from './failure';
import type { State } from './vocabulary';

/** Maximum size of the input or output of a state or task, in UTF-8 [aws-behavior 1.1]. */
export const payloadBytesMax = 262_144;
/** A Standard execution that reaches this number fails [aws-behavior 1.1]. */
export const historyEventsMax = 25_000;

/**
 * Names from [bc:stepfunctions:HistoryEventType]. When a Standard execution writes them:
 * - documented, in published histories: ExecutionStarted, an Entered and an Exited per state, TaskScheduled, TaskStarted and
 *   TaskSucceeded for an optimized integration, TaskSubmitted for one with a token, MapStateStarted, MapIterationStarted and
 *   MapIterationSucceeded, MapStateSucceeded, and one event for the end of the execution;
 * - assumed: an Exited after a caught failure; none after an uncaught one, nor for Fail; no event for the pause before a retry;
 *   MapStateStarted again with each retry of a Map.
 */
export type HistoryEvent =
  | 'ExecutionStarted'
  | `${State['Type']}StateEntered`
  | `${State['Type']}StateExited`
  | `Task${'Scheduled' | 'Started' | 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `MapState${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed'}`;

export interface Figures {
  readonly historyEvents: number;
  /** Among the inputs and outputs of states and functions. */
  readonly largestPayloadBytes: number;
  /** States entered, including those of Map iterations and retries. AWS bills these [aws-behavior 1.8]. */
  readonly transitions: number;
}
export const noFigures: Figures = { historyEvents: 0, largestPayloadBytes: 0, transitions: 0 };

export interface Ledger {
  readonly figures: () => Figures;
  readonly count: (...events: readonly HistoryEvent[]) => void;
  readonly countTransition: () => void;
  /** Counts ExecutionSucceeded or ExecutionFailed, for which the limit always leaves room. */
  readonly countEnd: () => void;
  /** Checks the size of a value, counts it in the figures, and returns a copy that went through JSON. */
  readonly carry: (value: unknown) => unknown;
  /** Checks the size of a value without counting it in the figures. */
  readonly hold: (value: unknown) => void;
}

export function createLedger(from: Figures): Ledger {
  let { historyEvents, largestPayloadBytes, transitions } = from;
  return {
    figures: () => ({ historyEvents, largestPayloadBytes, transitions }),
    count: (...events) => {
      // The last event of the machine itself is number 24,999; ExecutionFailed is number 25,000 [gh:floci-io/floci#2734].
      const room = historyEventsMax - 1 - historyEvents;
      historyEvents += Math.min(events.length, room);
      if (events.length > room)
        throw new StatesFailure(
          'States.Runtime',
          `the execution reached the maximum number of history events (${historyEventsMax})`,
        );
    },
    countTransition: () => {
      transitions++;
    },
    countEnd: () => {
      historyEvents++;
    },
    carry: (value) => {
      const { text, bytes } = weighed(value);
      largestPayloadBytes = Math.max(largestPayloadBytes, bytes);
      return JSON.parse(text);
    },
    hold: (value) => void weighed(value),
  };
}

function weighed(value: unknown): { readonly text: string; readonly bytes: number } {
  const text = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes > payloadBytesMax)
    throw new StatesFailure(
      'States.DataLimitExceeded',
      `a payload of ${bytes} bytes is over the limit of ${payloadBytesMax} bytes`,
    );
  return { text, bytes };
}
