/** Decides who gets what in which wave, takes the leases, and records where every account stands. */
import pLimit from 'p-limit';
import { deployedOf, failedAccounts } from '../deployed';
import { loadDocument, saveDocument } from '../documents';
import type { AccountRecord } from '../domain/account-record';
import type { Baton } from '../domain/baton';
import type { AccountId, RolloutId } from '../domain/brand';
import { errors } from '../domain/errors';
import type { Intent } from '../domain/intent';
import type { Account, Organization } from '../domain/organization';
import type { ExcludedAccount, ExclusionReason, Plan } from '../domain/plan';
import { buildPlan, lastWaveFirst, narrowPlan, withoutHeld } from '../domain/planning';
import type { ReadinessEvent } from '../domain/readiness';
import type { RolloutRecord, WaveProgress } from '../domain/rollout';
import { target } from '../domain/targeting';
import type { Item, Ports } from '../ports/ports';
import { listAccounts, writeAccount } from '../records';
import { heldByOthers, type TakeoverPorts, takeLease } from '../takeover';
import { moved } from './account-work';
import { type Move, playTurn } from './turn';

/** Account records written at once. */
const writesAtOnceMax = 50;

export const planWaves = (ports: TakeoverPorts) => (baton: Baton) =>
  playTurn(ports, 'PlanWaves', baton, async (record, now): Promise<Move<'PlanWaves'>> => {
    const intent = await loadDocument(ports, 'intent', record.intent);
    const organization = await loadDocument(ports, 'organization', record.stock);
    const lease = await takeHold(ports, record, now);
    if (lease.kind === 'busy') return busy(record, lease.because);

    const known = await listAccounts(ports);
    const whole = wholePlan(record, intent, revived(organization), known, now);
    const wanted = narrowPlan(whole, record.request, failedAccounts(known, record.request));
    const others = await heldByOthers(ports, plannedOf(wanted, known), record.id, now);
    const [rival] = record.request.newAccount ? others.values() : [];
    if (rival !== undefined) return busy(record, `rollout ${rival} holds the account`);
    const narrowed = withoutHeld(wanted, others);
    const plan = record.request.rollback === true ? lastWaveFirst(narrowed) : narrowed;
    const planKey = await saveDocument(ports, 'plan', plan);
    await recordAccounts(ports, {
      record,
      whole,
      plan,
      organization: organization.accounts,
      known,
      others,
      fence: lease.fence,
      now,
    });

    const planned = plan.waves.reduce((sum, wave) => sum + wave.accounts.length, 0);
    return {
      word: planned === 0 ? 'nothingToDo' : 'go',
      record: {
        ...record,
        plan: planKey,
        lease: { fence: lease.fence, expiresAt: now.toISOString() },
        waves: plan.waves.map((wave) => freshWave(wave, intent, record)),
        status: { kind: 'running', doing: 'opening the first wave' },
      },
      events: [
        {
          type: 'planned',
          waves: plan.waves.map(({ name, accounts }) => ({ name, accounts: accounts.length })),
          excluded: plan.excluded.length,
          notes: plan.notes,
        },
      ],
    };
  });

/** An execution for a new account does not hold the organization: all that it holds is in the account's record. */
const takeHold = (
  ports: Parameters<typeof takeLease>[0],
  record: RolloutRecord,
  now: Date,
): ReturnType<typeof takeLease> =>
  record.request.newAccount ? Promise.resolve({ kind: 'taken', fence: 0 }) : takeLease(ports, record, now);

const busy = (record: RolloutRecord, because: string): Move<'PlanWaves'> => ({
  word: 'busy',
  record: { ...record, status: { kind: 'running', doing: because } },
  events: [],
});

const revived = (stored: Awaited<ReturnType<typeof loadDocument<'organization'>>>): Organization => ({
  ...stored,
  ous: { pathOf: new Map(stored.ous.pathOf), idOf: new Map(stored.ous.idOf) },
});

const wholePlan = (
  record: RolloutRecord,
  intent: Intent,
  organization: Organization,
  known: readonly Item<AccountRecord>[],
  now: Date,
): Plan =>
  buildPlan({
    organization: organization.id,
    release: record.release,
    targeting: target(organization, intent, now),
    deployed: deployedOf(known),
    goals: record.goals,
  });

function freshWave(wave: Plan['waves'][number], intent: Intent, record: RolloutRecord): WaveProgress {
  const spec = intent.waves.find(({ name }) => name === wave.name);
  if (spec === undefined) throw errors.internal(`wave ${wave.name} is planned but not in the config`);
  return {
    name: wave.name,
    spec,
    accounts: wave.accounts.length,
    status: { kind: 'pending' },
    attempt: 0,
    release: wave.release ?? record.release,
    lost: 0,
    stages: [],
    stage: 0,
    round: 0,
  };
}

const eventOfExclusion: Readonly<Record<ExclusionReason, ReadinessEvent>> = {
  managementAccount: 'outOfScope',
  excluded: 'outOfScope',
  suspended: 'suspended',
  pending: 'seen',
  exempt: 'exempted',
  unplaced: 'unplaced',
};

interface Recording {
  readonly record: RolloutRecord;
  readonly whole: Plan;
  readonly plan: Plan;
  readonly organization: readonly Account[];
  readonly known: readonly Item<AccountRecord>[];
  /** Accounts that another rollout holds: it alone writes them. */
  readonly others: ReadonlyMap<AccountId, RolloutId>;
  readonly fence: number;
  readonly now: Date;
}

/** One write per account that has something new: where it belongs, why, and, if it is planned, who holds it. */
async function recordAccounts(ports: Pick<Ports, 'store'>, recording: Recording): Promise<void> {
  const { record, whole, plan, organization, known, others, fence, now } = recording;
  const before = new Map(known.map((item) => [item.value.id, item]));
  const orgState = new Map(organization.map(({ id, state }) => [id, state]));
  const held = new Set(plan.waves.flatMap((wave) => wave.accounts.map(({ id }) => id)));
  const limit = pLimit(writesAtOnceMax);

  const write = (placed: ExcludedAccount | Plan['waves'][number]['accounts'][number], wave: AccountRecord['wave']) =>
    limit(async () => {
      const item = before.get(placed.id);
      const old = item?.value ?? undiscovered(placed.id, now);
      const event = 'reason' in placed ? eventOfExclusion[placed.reason] : 'seen';
      if (others.has(placed.id)) return;
      const holder = held.has(placed.id) ? { holder: { rollout: record.id, fence } } : {};
      const { name, ou, because } = placed;
      const renewed: AccountRecord = {
        ...moved(old, event, now),
        name,
        ou,
        because,
        wave,
        orgState: orgState.get(placed.id) ?? 'CLOSED',
        ...holder,
      };
      if (item === undefined || !sameRecord(item.value, renewed))
        await writeAccount(ports, renewed, item?.version ?? 0);
    });

  await Promise.all([
    ...whole.waves.flatMap((wave) => wave.accounts.map((account) => write(account, wave.name))),
    ...whole.excluded.map((account) => write(account, undefined)),
  ]);
}

/** What is recorded of the accounts that are planned. */
function plannedOf(plan: Plan, known: readonly Item<AccountRecord>[]): readonly AccountRecord[] {
  const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  return known.map(({ value }) => value).filter(({ id }) => planned.has(id));
}

const sameRecord = (a: AccountRecord, b: AccountRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

const undiscovered = (id: AccountId, now: Date): AccountRecord => ({
  id,
  name: '',
  ou: '',
  orgState: 'ACTIVE',
  because: '',
  state: 'DISCOVERED',
  stateSince: now.toISOString(),
  modules: [],
  gates: {},
  failing: [],
});
