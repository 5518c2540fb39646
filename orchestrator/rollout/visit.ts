/**
 * One visit to one account: its facts are read, judged against a release, and recorded. Rollouts and sweeps visit in the same way. They
 * differ in when they may write, and in what counts as a passed visit after the soak.
 */

import { messageOf } from '../domain/errors';
import { runChecks } from '../domain/health/check';
import { ciRoleAccess } from '../domain/health/checks/bootstrap';
import { checkTable } from '../domain/health/checks/table';
import { factsWanted } from '../domain/health/checks/wanted';
import { hasOnlyDrifted } from '../domain/health/drift';
import { type AccountFacts, outageInFacts } from '../domain/health/fact-sources';
import { moved } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import { type CheckResult, gatesOf, type Verdict, verdictOfAccount } from '../domain/model/gate';
import { type Outage, outageOf, type Unreached } from '../domain/model/outage';
import { failedProbes } from '../domain/model/probe';
import { isReadyForKeys, type ReadinessEvent } from '../domain/model/readiness';
import type { Release } from '../domain/model/release';
import type { Guarded, GuardedAccounts } from '../ports/guard';
import type { Visit } from '../ports/ports';
import type { Evidence, Visitor } from '../records/evidence';
import { withRetry } from './retry';
import { isRefusal } from './step';

export interface Seen {
  /** When the visit ended. */
  readonly at: Date;
  readonly release: Release['id'];
  readonly results: readonly CheckResult[];
  readonly verdict: Verdict;
  readonly facts?: AccountFacts | undefined;
  /** Why nothing could be seen. */
  readonly error?: unknown;
  /** What kept the visit from a verdict is not about the account, so nothing is recorded there. */
  readonly outage?: Outage | undefined;
}

export async function visitAccount(
  ports: Guarded<'clock' | 'random'> & GuardedAccounts<'collectFacts'>,
  {
    visit,
    release,
    ...known
  }: { readonly visit: Visit; readonly release: Release } & Pick<AccountRecord, 'adopted' | 'skipped' | 'drift'>,
): Promise<Seen> {
  const seen = await looked(async () => {
    const facts = await withRetry(ports, () => ports.accounts.collectFacts(visit, factsWanted(release)));
    return { facts, results: runChecks(checkTable, facts, release, known) };
  });
  const verdict = verdictOfAccount(seen.results);
  return { ...seen, at: ports.clock.now(), release: release.id, verdict, outage: outageOfVisit(seen, verdict) };
}

/** What was measured counts, even if the rest could not be read. */
function outageOfVisit({ facts, error }: Pick<Seen, 'facts' | 'error'>, verdict: Verdict): Outage | undefined {
  if (error !== undefined) return outageOf(error);
  return facts === undefined || verdict !== 'inconclusive' ? undefined : outageInFacts(facts);
}

/** An account that cannot be entered any more is neither healthy nor unhealthy but unknown. */
async function looked(
  look: () => Promise<Pick<Seen, 'facts' | 'results'>>,
): Promise<Pick<Seen, 'facts' | 'results' | 'error'>> {
  try {
    return await look();
  } catch (error) {
    if (isRefusal(error)) throw error;
    return { results: [notEntered(messageOf(error))], error };
  }
}

/** What is known of an account that refused the visit. */
export const refusedVisit = ({ because, seenAt }: Unreached, release: Release['id']): Seen => ({
  at: new Date(seenAt),
  release,
  results: [notEntered(because)],
  verdict: 'inconclusive',
});

function notEntered(because: string): CheckResult {
  const { title, severity, gate, id: check, control, module } = ciRoleAccess;
  return {
    title,
    severity,
    gate,
    check,
    control,
    module,
    region: 'global',
    outcome: 'unknown',
    observed: because,
    expected: 'access to the account through the CI role',
    remediation:
      'Check the CI role of the account and its trust policy, then run `strongroom verify` on the account again',
  };
}

export const evidenceOf = ({ at, release, facts, results }: Seen, by: Visitor): Evidence => ({
  at: at.toISOString(),
  release,
  ...by,
  facts,
  results: results.map(({ remediation: _sameForAll, ...result }) => result),
});

/** @param hasSoaked if the account passes now, it has passed before and soaked since. */
export function withVisit(account: AccountRecord, seen: Seen, hasSoaked: boolean): AccountRecord {
  const { at, release, results, verdict } = seen;
  // A probe that failed shows that a safeguard does not work, even if its configuration looks right.
  const hasFailedProbe = failedProbes(account.probes, release).length > 0;
  const event = hasFailedProbe && verdict !== 'inconclusive' ? 'failed' : eventOf(seen, hasSoaked);
  const judged = moved(moved(account, 'checksStarted', at), event, at);
  const isPassing = verdict === 'healthy' && !hasFailedProbe;
  const isSoaked = event === 'passedAgain' && isReadyForKeys(judged.state);
  return {
    ...judged,
    gates: gatesOf(results),
    failing: results.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown'),
    checkedAt: at.toISOString(),
    visits: (account.visits ?? 0) + 1,
    passing: isPassing ? passingSince(account, seen) : undefined,
    // An account that failed has to soak again.
    soaked: isSoaked ? release : isPassing ? account.soaked : undefined,
  };
}

function eventOf({ verdict, results }: Pick<Seen, 'verdict' | 'results'>, hasSoaked: boolean): ReadinessEvent {
  if (verdict === 'failed') return hasOnlyDrifted(results) ? 'driftFound' : 'failed';
  if (verdict === 'inconclusive') return 'unmeasured';
  return hasSoaked ? 'passedAgain' : 'passed';
}

/** The first passed visit with a release starts the soak. */
const passingSince = ({ passing }: AccountRecord, { release, at }: Seen): NonNullable<AccountRecord['passing']> =>
  passing?.release === release ? passing : { release, at: at.toISOString() };
