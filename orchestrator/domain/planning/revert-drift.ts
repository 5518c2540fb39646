/** Whose drift a rollout reverts. */

import type { AccountRecord } from '../model/account-record';
import { isDrifted } from '../model/account-record';
import type { RolloutRecord } from '../model/rollout';

export const isToRevert = (account: AccountRecord, { request }: Pick<RolloutRecord, 'request'>): boolean =>
  request.includeDrifted === true && isDrifted(account);
