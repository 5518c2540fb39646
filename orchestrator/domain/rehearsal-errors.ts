/** Errors about the account of a rehearsal. */
import { type ErrorCode, type RetriableCode, StrongroomError } from './error-codes';

const final = (code: Exclude<ErrorCode, RetriableCode>, message: string, next: string) =>
  new StrongroomError(code, message, { retriable: false, next });

export const rehearsalErrors = {
  /** @param what a rehearsal must not touch. */
  notRehearsed: (what: string, why: string) =>
    final('NotAllowed', `${what} ${why}, so no rehearsal touches it`, 'use a spare account without workloads'),
  rehearsedInWave: (account: string, wave: string) =>
    final(
      'NotAllowed',
      `wave ${wave} selects account ${account}`,
      `use a spare account that no wave selects, or confirm with \`--in-wave ${wave}\``,
    ),
};
