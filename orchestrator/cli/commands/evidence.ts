/** Evidence for auditors: one line of JSON for each visit, written as it is read. */
import { errors } from '../../domain/errors';
import { evidenceSince } from '../../operations/evidence';
import { json } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { accountIds, type CommonOptions, instant } from '../options';
import { openSession } from '../session';

export interface EvidenceOptions {
  readonly since: string;
  readonly account?: readonly string[];
}

export async function evidence(host: Host, common: CommonOptions, options: EvidenceOptions): Promise<ExitStatus> {
  const since = instant('--since', options.since);
  const ids = options.account && accountIds(options.account);
  const session = await openSession(host, common);
  try {
    await session.run(async () => {
      if (since > session.ports.clock.now())
        throw errors.invalidInput(`--since ${options.since} is in the future`, 'use a day that has begun');
      for await (const line of evidenceSince(session.ports, since, ids)) host.io.out(json(line));
    });
    return exitStatus.done;
  } finally {
    await session.close();
  }
}
