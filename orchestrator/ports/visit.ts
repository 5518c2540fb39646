/** Who enters an account, and for what. */
import type { AccountId, RolloutId, SweepId } from '../domain/model/brand';

export interface Visit {
  readonly account: AccountId;
  readonly role: string;
  readonly externalId: string;
  /** Goes into the source identity: CloudTrail ties every call to the rollout, or to the sweep. */
  readonly rollout: RolloutId | SweepId;
}
