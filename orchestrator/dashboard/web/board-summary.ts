/** Counts over the board, for the overview. */
import { type ReadinessState, readinessStates } from '../../domain/model/readiness';
import type { Board } from '../api/contract';
import { type StatusKind, stateKinds } from './labels';

export interface StateCount {
  readonly state: ReadinessState;
  readonly count: number;
}
/** States that occur, good ones first. */
export function countStates(board: Board): readonly StateCount[] {
  const counts = new Map<ReadinessState, number>();
  for (const index of board.accounts.states) {
    const state = board.states[index];
    if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const order: readonly StatusKind[] = ['good', 'busy', 'unsure', 'bad', 'other'];
  return order.flatMap((kind) =>
    readinessStates
      .filter((state) => stateKinds[state] === kind && counts.has(state))
      // READY_FOR_KEYS comes before BASELINE_HEALTHY, unlike in the order of the lifecycle.
      .toSorted((a, b) => Number(b === 'READY_FOR_KEYS') - Number(a === 'READY_FOR_KEYS'))
      .map((state) => ({ state, count: counts.get(state) ?? 0 })),
  );
}

export interface WaveSummary {
  readonly name: string;
  readonly release: string | undefined;
  readonly accounts: number;
  readonly ready: number;
  readonly kinds: Readonly<Record<StatusKind, number>>;
}
export function summarizeWaves(board: Board): readonly WaveSummary[] {
  const summaries = board.waves.map(({ name, release }) => ({
    name,
    release,
    accounts: 0,
    ready: 0,
    kinds: { good: 0, bad: 0, unsure: 0, busy: 0, other: 0 },
  }));
  board.accounts.waves.forEach((wave, account) => {
    const summary = summaries[wave];
    const state = board.states[board.accounts.states[account] ?? -1];
    if (summary === undefined || state === undefined) return;
    summary.accounts += 1;
    summary.ready += state === 'READY_FOR_KEYS' ? 1 : 0;
    summary.kinds[stateKinds[state]] += 1;
  });
  return summaries;
}
