/** The state that manages an organization: a folder or a table, known by its id. */
export interface StateInCharge {
  readonly state: string;
  /** The person who started the first rollout from this state. */
  readonly by: string;
  /** ISO time. */
  readonly since: string;
}

export interface ManagingState extends StateInCharge {
  /** The state that it replaced. */
  readonly insteadOf?: StateInCharge | undefined;
}

export const managedBy = ({ state, by, since }: StateInCharge): string =>
  `another state, ${state}, manages this organization, since ${since} by ${by}`;
