/** Sums over the board: what the overview draws. */
import { type ReadinessState, readinessStates } from '../../domain/model/readiness';
import type { Board } from '../api/contract';
import { type Kind, stateKinds } from './say';

export interface StateCount {
  readonly state: ReadinessState;
  readonly count: number;
}
/** Those that occur, good ones first. */
export function countStates(board: Board): readonly StateCount[] {
  const counts = new Map<ReadinessState, number>();
  for (const index of board.accounts.states) {
    const state = board.states[index];
    if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const order: readonly Kind[] = ['good', 'busy', 'unsure', 'bad', 'other'];
  return order.flatMap((kind) =>
    readinessStates
      .filter((state) => stateKinds[state] === kind && counts.has(state))
      // Within the good ones the best first, whatever the order of the states' lives.
      .toSorted((a, b) => Number(b === 'READY_FOR_KEYS') - Number(a === 'READY_FOR_KEYS'))
      .map((state) => ({ state, count: counts.get(state) ?? 0 })),
  );
}

export interface WaveTally {
  readonly name: string;
  readonly release: string | undefined;
  readonly accounts: number;
  readonly ready: number;
  readonly kinds: Readonly<Record<Kind, number>>;
}
export function tallyWaves(board: Board): readonly WaveTally[] {
  const tallies = board.waves.map(({ name, release }) => ({
    name,
    release,
    accounts: 0,
    ready: 0,
    kinds: { good: 0, bad: 0, unsure: 0, busy: 0, other: 0 },
  }));
  board.accounts.waves.forEach((wave, account) => {
    const tally = tallies[wave];
    const state = board.states[board.accounts.states[account] ?? -1];
    if (tally === undefined || state === undefined) return;
    tally.accounts += 1;
    tally.ready += state === 'READY_FOR_KEYS' ? 1 : 0;
    tally.kinds[stateKinds[state]] += 1;
  });
  return tallies;
}
