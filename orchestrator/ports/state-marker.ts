import type { ManagingState } from '../domain/managing-state';

/** A mark in the organization itself, next to the StackSets, where every state looks before it changes anything. */
export interface StateMarker {
  readonly read: () => Promise<ManagingState | undefined>;
  /** Writes the marker if there is none, or replaces the one of `instead`. Of two writers one wins. Returns the marker that is there then. */
  readonly put: (mine: ManagingState, instead?: ManagingState) => Promise<ManagingState | undefined>;
}
