/** Whether a rollout brings its whole wave to a release, so that the wave has finished that release. */
import { isWholeWave } from '../domain/decisions/judge-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { valuesOf } from './wave-accounts';

/** Only a rollout over chosen accounts has to ask what the others run. */
export async function coversWave(ports: Pick<Ports, 'store'>, record: RolloutRecord): Promise<boolean> {
  const { accounts, retryFailed } = record.request;
  if (accounts === undefined && retryFailed !== true) return true;
  return isWholeWave(record, valuesOf(await listAccounts(ports)));
}
