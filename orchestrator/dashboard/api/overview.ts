/** Action items, active rollouts and new accounts. */
import type { AccountRecord } from '../../domain/model/account-record';
import type { SubscriptionRecord } from '../../domain/model/alerting';
import type { ReadinessState } from '../../domain/model/readiness';
import type { RolloutRecord } from '../../domain/model/rollout';
import { plural } from '../../presentation/text';
import type { ActionItem, Overview, RolloutRow } from './contract';

const newDays = 7;
const newAccountsMax = 50;
const actionItemsMax = 50;

/** @param rollouts oldest first. */
export function overviewOf(
  organization: string,
  accounts: readonly AccountRecord[],
  rollouts: readonly RolloutRecord[],
  subscription: SubscriptionRecord | undefined,
  now: Date,
): Overview {
  const since = new Date(now.getTime() - newDays * 86_400_000).toISOString();
  return {
    at: now.toISOString(),
    organization,
    actionItems: [
      ...rollouts.toReversed().flatMap(rolloutItems),
      ...accountItems(accounts),
      ...subscriptionItems(subscription),
    ].slice(0, actionItemsMax),
    running: rollouts.filter(({ status }) => status.kind !== 'finished').map(rolloutRow),
    newAccounts: accounts
      .filter(({ firstSeenAt }) => firstSeenAt !== undefined && firstSeenAt >= since)
      .toSorted((a, b) => ((a.firstSeenAt ?? '') > (b.firstSeenAt ?? '') ? -1 : 1))
      .slice(0, newAccountsMax)
      .map(({ id, name, state, firstSeenAt = '' }) => ({ id, name, state, since: firstSeenAt })),
  };
}

/** Of the installation: no account is failing by it. */
function subscriptionItems(seen: SubscriptionRecord | undefined): readonly ActionItem[] {
  if (seen === undefined || seen.state === 'confirmed') return [];
  const { email, state, since } = seen;
  const day = since.slice(0, 'yyyy-mm-dd'.length);
  return [
    state === 'pending'
      ? {
          kind: 'alerts',
          title: `${email} has not confirmed the subscription of the alerts since ${day}`,
          next: 'Open the link in the mail from AWS within 48 hours.',
          count: 1,
        }
      : {
          kind: 'alerts',
          title: `Nobody receives the alerts since ${day}`,
          next: 'Run strongroom doctor, which shows how to subscribe the address again.',
          count: 1,
        },
  ];
}

function rolloutItems({ id, status }: RolloutRecord): readonly ActionItem[] {
  if (status.kind !== 'awaitingApproval') return [];
  const { about, wave, because } = status.prompt;
  const [title, next] =
    about === 'approval'
      ? [`Wave ${wave} is waiting for approval`, 'Review the wave, then approve or reject it.']
      : about === 'pause'
        ? [`Rollout ${id} is paused in wave ${wave}`, 'Resume it when it can continue.']
        : about === 'outage'
          ? [
              `Rollout ${id} is parked by an outage in wave ${wave}: ${because[0] ?? 'no reason given'}`,
              'Resume it after the outage, which changed no account.',
            ]
          : [
              `Wave ${wave} is held: ${because[0] ?? 'no reason given'}`,
              'Review the reasons, then retry, approve or reject.',
            ];
  return [{ kind: about === 'approval' ? 'awaitingApproval' : 'held', title, next, count: 1, rollout: id }];
}

/** The title follows the number of accounts. */
const itemsByState: Readonly<Partial<Record<ReadinessState, Pick<ActionItem, 'kind' | 'title' | 'next'>>>> = {
  KEYS_AT_RISK: {
    kind: 'keysAtRisk',
    title: 'with keys at risk',
    next: 'Keys may already be in use there. Fix the failing checks, then verify.',
  },
  UNPLACED: {
    kind: 'unplaced',
    title: 'in no wave',
    next: 'The baseline does not protect them. Select them in a wave of the config.',
  },
  UNKNOWN: {
    kind: 'unknown',
    title: 'with unknown health',
    next: 'Find out why checks returned no result, then verify.',
  },
  DEPLOY_FAILED: {
    kind: 'failed',
    title: 'with failed deployments',
    next: 'Fix the reported failures, then roll out with --retry-failed.',
  },
  BOOTSTRAP_FAILED: {
    kind: 'failed',
    title: 'without access',
    next: 'Check that the CI role exists there, then roll out with --retry-failed.',
  },
  UNHEALTHY: { kind: 'failed', title: 'with failing checks', next: 'Fix the failing checks, then verify.' },
};

function accountItems(accounts: readonly AccountRecord[]): readonly ActionItem[] {
  const counts = new Map<ReadinessState, number>();
  for (const { state } of accounts) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.entries(itemsByState).flatMap(([name, item]) => {
    const state = name as ReadinessState;
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [{ ...item, title: `${plural(count, 'account')} ${item.title}`, count, state }];
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
    waveNumber: wave + 1,
    waves: waves.length,
    paused: paused !== undefined,
  };
}
