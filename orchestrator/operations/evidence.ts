/** The evidence of every visit that is kept, as an auditor takes it away: account by account, oldest first, never all of it at once. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import type { Ports } from '../ports/ports';
import { accountPages, readAccounts } from '../records/accounts';
import { type Evidence, readVisits } from '../records/evidence';

export type EvidenceLine = { readonly accountId: AccountId; readonly name: string } & Evidence;

/** @throws UnknownAccount before the first line. */
export async function* evidenceSince(
  ports: Pick<Ports, 'store'>,
  since: Date,
  ids?: readonly AccountId[],
): AsyncGenerator<EvidenceLine> {
  const from = since.toISOString();
  for await (const accounts of ids === undefined ? everyAccount(ports) : namedAccounts(ports, ids))
    for (const { id, name, checkedAt = '', probes } of accounts) {
      const firstHealthyAt = probes?.results.map(({ at }) => at) ?? [];
      if (![checkedAt, ...firstHealthyAt].some((at) => at >= from)) continue;
      const visits = await readVisits(ports, id);
      for (const visit of visits) if (visit.at >= from) yield { accountId: id, name, ...visit };
    }
}

type Page = readonly Pick<AccountRecord, 'id' | 'name' | 'checkedAt' | 'probes'>[];

async function* everyAccount(ports: Pick<Ports, 'store'>): AsyncGenerator<Page> {
  for await (const items of accountPages(ports)) yield items.map(({ value }) => value);
}

async function* namedAccounts(ports: Pick<Ports, 'store'>, ids: readonly AccountId[]): AsyncGenerator<Page> {
  const items = await readAccounts(ports, ids);
  const unknown = ids.filter((_, index) => items[index] === undefined);
  if (unknown.length > 0) throw errors.unknownAccount(unknown, 'is not recorded yet');
  yield items.flatMap((item) => (item === undefined ? [] : [item.value]));
}
