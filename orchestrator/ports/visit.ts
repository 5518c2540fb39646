/** Who enters an account, and for what. */
import type { AccountId, RolloutId, SweepId } from '../domain/model/brand';

/** Roles of the account: to look, and to change something. */
export interface VisitRoles {
  readonly reader: string;
  readonly ci: string;
}

export interface Visit {
  readonly account: AccountId;
  readonly roles: VisitRoles;
  readonly externalId: string;
  /** Goes into the source identity: CloudTrail ties every call to the rollout, or to the sweep. */
  readonly rollout: RolloutId | SweepId;
}
