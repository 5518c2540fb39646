/**
 * Creates the service-linked roles that templates name and cannot create: the only thing that exists before the deployment. They cost nothing
 * and do nothing. Apart from preflight, so that what looks needs no role that can change something.
 */

import { messageOf } from '../domain/errors';
import { withFailure, withUnreached } from '../domain/model/account-changes';
import { type AccountRecord, failuresOf, isGone, unreachedOf } from '../domain/model/account-record';
import type { RolloutId } from '../domain/model/brand';
import { outageOf } from '../domain/model/outage';
import { linkedServicesNeeded } from '../domain/policies/linked-roles';
import type { Item } from '../ports/ports';
import { changeLatest } from '../rollout/change-account';
import { withRetry } from '../rollout/retry';
import { openShard, type Shard } from '../rollout/shard';
import { isRefusal } from '../rollout/step';
import { visitTo } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

type LinkedRolesPorts = ActingPortsOf<'LinkedRolesShard'>;

export const linkedRolesShard: Handler<'LinkedRolesShard'> = (closed) => async (input) => {
  const { shard, ports } = await openShard(closed, input);
  const entered = shard.accounts.filter(({ value }) => isEntered(value, shard.record.id));
  await Promise.all(entered.map((item) => shard.limit(() => link(ports, shard, item))));
  return { shard: input.shard };
};

/** Preflight entered it and found nothing wrong; what is only waited for comes by itself. */
const isEntered = (account: AccountRecord, rollout: RolloutId): boolean =>
  !isGone(account) &&
  unreachedOf(account, rollout) === undefined &&
  failuresOf(account, rollout).every(({ waitedFor }) => waitedFor === true);

async function link(ports: LinkedRolesPorts, shard: Shard, item: Item<AccountRecord>): Promise<void> {
  const { record, desiredState, release } = shard;
  const services = linkedServicesNeeded(item.value, release);
  if (services.length === 0) return;
  const change = (how: (account: AccountRecord) => AccountRecord) =>
    withRetry(ports, () => changeLatest(ports, record.id, item, how));
  try {
    const visit = visitTo(item.value.id, record.id, desiredState);
    await withRetry(ports, () => ports.accounts.ensureLinkedRoles(visit, services));
  } catch (error) {
    if (isRefusal(error)) throw error;
    const because = messageOf(error);
    const outage = outageOf(error);
    const seenAt = ports.clock.now().toISOString();
    await change((account) =>
      outage === undefined
        ? withFailure(account, record.id, { at: 'preflight', reason: because })
        : withUnreached(account, record.id, { at: 'preflight', ...outage, seenAt }),
    );
  }
}
