/** One account with its evidence, history and next steps. */
import { errors } from '../../domain/errors';
import type { AccountId } from '../../domain/model/brand';
import type { CheckOutcome } from '../../domain/model/gate';
import type { Ports } from '../../ports/ports';
import { nextStep } from '../../presentation/next-step';
import { cleaned } from '../../presentation/text';
import { readAccount } from '../../records/accounts';
import { type Evidence, readVisits } from '../../records/evidence';
import type { AccountDetail } from './contract';

export async function readAccountDetail(ports: Pick<Ports, 'store'>, id: AccountId): Promise<AccountDetail> {
  const [item, visits] = await Promise.all([readAccount(ports, id), readVisits(ports, id)]);
  if (item === undefined) throw errors.unknownAccount([id], 'is not recorded');
  const account = cleaned(item.value);
  return {
    account,
    evidence: cleaned(visits.findLast(({ probes }) => probes === undefined)),
    history: cleaned(visits.map(visitSummary).toReversed()),
    nextSteps: nextStep(account, (words) => `strongroom ${words}`),
  };
}

function visitSummary(visit: Evidence): AccountDetail['history'][number] {
  const results = visit.probes ?? visit.results;
  const count = (outcome: CheckOutcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    at: visit.at,
    run: 'rollout' in visit ? visit.rollout : visit.sweep,
    by: visit.by,
    release: visit.release,
    passed: count('pass'),
    failed: count('fail'),
    unknown: count('unknown'),
  };
}
