/** From account records to what a plan compares with. */
import type { AccountRecord } from './domain/account-record';
import type { AccountId } from './domain/brand';
import type { Deployed } from './domain/plan';
import type { Item } from './ports/ports';

export function deployedOf(known: readonly Item<AccountRecord>[]): ReadonlyMap<AccountId, Deployed> {
  return new Map(
    known
      .filter(({ value }) => value.modules.length > 0 || value.settingsRelease !== undefined)
      .map(({ value }) => [
        value.id,
        {
          release: value.release,
          wave: value.modules[0]?.wave,
          modules: [...new Set(value.modules.map(({ module }) => module))],
        },
      ]),
  );
}

/** Whom `--retry-failed` means: accounts whose last work or last proof went wrong. */
export const failedAccounts = (known: readonly Item<AccountRecord>[]): ReadonlySet<AccountId> =>
  new Set(
    known
      .filter(({ value }) =>
        ['BOOTSTRAP_FAILED', 'DEPLOY_FAILED', 'UNHEALTHY', 'KEYS_AT_RISK', 'UNKNOWN'].includes(value.state),
      )
      .map(({ value }) => value.id),
  );
