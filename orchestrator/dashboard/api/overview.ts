/** What needs a person now, what moves, and who is new. */
import type { AccountRecord } from '../../domain/model/account-record';
import type { ReadinessState } from '../../domain/model/readiness';
import type { RolloutRecord } from '../../domain/model/rollout';
import type { Attention, Overview, RolloutRow } from './contract';

const newDays = 7;
const newAccountsMax = 50;
const attentionMax = 50;

/** @param rollouts oldest first. */
export function overviewOf(
  organization: string,
  accounts: readonly AccountRecord[],
  rollouts: readonly RolloutRecord[],
  now: Date,
): Overview {
  const since = new Date(now.getTime() - newDays * 86_400_000).toISOString();
  return {
    at: now.toISOString(),
    organization,
    attention: [...rollouts.toReversed().flatMap(wantedBy), ...statesThatWant(accounts)].slice(0, attentionMax),
    running: rollouts.filter(({ status }) => status.kind !== 'finished').map(rolloutRow),
    newAccounts: accounts
      .filter(({ firstSeenAt }) => firstSeenAt !== undefined && firstSeenAt >= since)
      .toSorted((a, b) => ((a.firstSeenAt ?? '') > (b.firstSeenAt ?? '') ? -1 : 1))
      .slice(0, newAccountsMax)
      .map(({ id, name, state, firstSeenAt = '' }) => ({ id, name, state, since: firstSeenAt })),
  };
}

function wantedBy({ id, status }: RolloutRecord): readonly Attention[] {
  if (status.kind !== 'awaitingApproval') return [];
  const { about, wave, because } = status.prompt;
  const [title, next] =
    about === 'approval'
      ? [`wave ${wave} wants an approval`, 'look at the plan of the wave, then approve or reject it']
      : about === 'pause'
        ? [`rollout ${id} is paused in wave ${wave}`, 'resume it when the reason is gone']
        : [
            `wave ${wave} is held: ${because[0] ?? 'no reason was given'}`,
            'read the reasons, then retry, approve or reject',
          ];
  return [{ kind: about === 'approval' ? 'awaitingApproval' : 'held', title, next, count: 1, rollout: id }];
}

const wanting: Readonly<Partial<Record<ReadinessState, Pick<Attention, 'kind' | 'title' | 'next'>>>> = {
  KEYS_AT_RISK: {
    kind: 'keysAtRisk',
    title: 'ready for keys once, and failing now',
    next: 'keys may be inside: mend what fails, then verify',
  },
  UNPLACED: {
    kind: 'unplaced',
    title: 'in no wave: nothing protects them',
    next: 'let a wave of the config select them',
  },
  UNKNOWN: { kind: 'unknown', title: 'could not be measured', next: 'find out why, then verify' },
  DEPLOY_FAILED: { kind: 'failed', title: 'deployment failed', next: 'mend what is named there, then retry failed' },
  BOOTSTRAP_FAILED: {
    kind: 'failed',
    title: 'cannot be entered',
    next: 'see that the CI role is there, then retry failed',
  },
  UNHEALTHY: { kind: 'failed', title: 'checks fail', next: 'mend what is named there, then verify' },
};

function statesThatWant(accounts: readonly AccountRecord[]): readonly Attention[] {
  const counts = new Map<ReadinessState, number>();
  for (const { state } of accounts) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.entries(wanting).flatMap(([name, wanted]) => {
    const state = name as ReadinessState;
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [{ ...wanted, count, state }];
  });
}

export function rolloutRow({
  id,
  release,
  request,
  startedAt,
  status,
  wave,
  waves,
  paused,
}: RolloutRecord): RolloutRow {
  return {
    id,
    release,
    by: request.by,
    reason: request.reason,
    startedAt,
    status: status.kind,
    doing: status.kind === 'running' || status.kind === 'waiting' ? status.doing : '',
    outcome: status.kind === 'finished' ? status.outcome : undefined,
    prompt: status.kind === 'awaitingApproval' ? status.prompt : undefined,
    wave: waves[wave]?.name ?? '',
    waves: waves.length,
    paused: paused !== undefined,
  };
}
