/** Alerts about accounts that may hold keys. A rollout alerts when it stops working there: until then a check may fail for a moment. */
import type { AccountRecord } from '../domain/model/account-record';
import { riskNotice } from '../domain/model/notice';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Guarded } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { accountPages, readAccounts } from '../records/accounts';

type TellingPorts = Guarded<'store' | 'notifier'>;

/** For all accounts that the rollout holds. */
export async function alertKeysAtRisk(ports: TellingPorts, record: RolloutRecord): Promise<void> {
  for await (const page of pagesOf(ports, record)) {
    const held = page.flatMap((item) => (item?.value.holder?.rollout === record.id ? [item.value] : []));
    await alertKeysAtRiskAmong(ports, held);
  }
}

/** One alert each time an account becomes at risk, from the rollout or sweep that finds it first. */
export async function alertKeysAtRiskAmong(
  { notifier }: Guarded<'notifier'>,
  accounts: readonly AccountRecord[],
): Promise<void> {
  for (const account of accounts)
    if (account.state === 'KEYS_AT_RISK') await notifier.notify(riskNotice(account, account.stateSince));
}

/** The accounts that the rollout may hold. */
export async function* pagesOf(
  ports: Pick<Ports, 'store'>,
  { request }: RolloutRecord,
): AsyncGenerator<readonly (Item<AccountRecord> | undefined)[]> {
  if (request.accounts === undefined) yield* accountPages(ports);
  else yield await readAccounts(ports, request.accounts);
}
