/** The state that manages an organization, by its name, and who began with it. */
export interface ManagingState {
  readonly state: string;
  readonly by: string;
  /** ISO time. */
  readonly since: string;
  /** Which state it took the place of. */
  readonly insteadOf?: string | undefined;
}

/** Kept in the organization itself, beside the StackSets, where every state that would change it looks. */
export interface StateMarker {
  readonly read: () => Promise<ManagingState | undefined>;
  /** Puts it where none is, or in the place of `instead`. Of several that try, one wins: returns what is there afterwards. */
  readonly put: (mine: ManagingState, instead?: ManagingState) => Promise<ManagingState | undefined>;
}
