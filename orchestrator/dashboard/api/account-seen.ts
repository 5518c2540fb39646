/** One account with all that is known of it. */

import { errors } from '../../domain/errors';
import type { AccountId } from '../../domain/model/brand';
import type { CheckOutcome } from '../../domain/model/gate';
import type { Ports } from '../../ports/ports';
import { nextStep } from '../../presentation/next-step';
import { cleaned } from '../../presentation/text';
import { readAccount } from '../../records/accounts';
import { type Evidence, readVisits } from '../../records/evidence';
import type { AccountSeen } from './contract';

export async function seeAccount(ports: Pick<Ports, 'store'>, id: AccountId): Promise<AccountSeen> {
  const [item, visits] = await Promise.all([readAccount(ports, id), readVisits(ports, id)]);
  if (item === undefined) throw errors.unknownAccount([id], 'is not recorded');
  const account = cleaned(item.value);
  return {
    account,
    evidence: cleaned(visits.findLast(({ probes }) => probes === undefined)),
    history: cleaned(visits.map(visited).toReversed()),
    nextSteps: nextStep(account, (words) => `strongroom ${words}`),
  };
}

function visited(visit: Evidence): AccountSeen['history'][number] {
  const results = visit.probes ?? visit.results;
  const count = (wanted: CheckOutcome): number => results.filter(({ outcome }) => outcome === wanted).length;
  return {
    at: visit.at,
    by: 'rollout' in visit ? visit.rollout : visit.sweep,
    release: visit.release,
    passed: count('pass'),
    failed: count('fail'),
    unknown: count('unknown'),
  };
}
