/** What a rehearsal refuses to touch. */
import { StrongroomError } from './error-codes';

const notAllowed = (message: string, next: string) =>
  new StrongroomError('NotAllowed', message, { retriable: false, next });

export const rehearsalErrors = {
  /** @param what an account, a name or an effect. */
  notRehearsed: (what: string, why: string) =>
    notAllowed(`${what} ${why}, so no rehearsal touches it`, 'use a spare account without workloads'),
  rehearsedInWave: (account: string, wave: string) =>
    notAllowed(
      `wave ${wave} selects account ${account}`,
      `use a spare account that no wave selects, or confirm with \`--in-wave ${wave}\``,
    ),
} as const;
