/** What a rollout has found in accounts that may hold keys is told when it stops to work there: while it does, a check may fail for a moment. */
import type { AccountRecord } from '../domain/model/account-record';
import { riskNotice } from '../domain/model/notice';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { accountPages, readAccounts } from '../records/accounts';

type TellingPorts = Pick<Ports, 'store' | 'notifier'>;

/** Of all accounts that it holds. */
export async function alertKeysAtRisk(ports: TellingPorts, record: RolloutRecord): Promise<void> {
  for await (const page of pagesOf(ports, record)) {
    const held = page.flatMap((item) => (item?.value.holder?.rollout === record.id ? [item.value] : []));
    await alertKeysAtRiskAmong(ports, held);
  }
}

/** Told once for each fall, by whoever finds it first: a rollout or a sweep. */
export async function alertKeysAtRiskAmong(
  { notifier }: Pick<Ports, 'notifier'>,
  accounts: readonly AccountRecord[],
): Promise<void> {
  for (const account of accounts)
    if (account.state === 'KEYS_AT_RISK') await notifier.notify(riskNotice(account, account.stateSince));
}

/** Those that it may hold. */
export async function* pagesOf(
  ports: Pick<Ports, 'store'>,
  { request }: RolloutRecord,
): AsyncGenerator<readonly (Item<AccountRecord> | undefined)[]> {
  if (request.accounts === undefined) yield* accountPages(ports);
  else yield await readAccounts(ports, request.accounts);
}
