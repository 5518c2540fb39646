/** Decides who gets what in which wave, takes the leases, and records where every account stands. */
import pLimit from 'p-limit';
import { deployedOf, failedAccounts } from '../deployed';
import { loadDocument, organizationOf, saveDocument } from '../documents';
import type { AccountRecord } from '../domain/account-record';
import type { Baton } from '../domain/baton';
import type { AccountId, RolloutId } from '../domain/brand';
import type { Intent } from '../domain/intent';
import type { Account, Organization } from '../domain/organization';
import type { ExcludedAccount, Plan } from '../domain/plan';
import { buildPlan, lastWaveFirst, narrowPlan, withoutHeld } from '../domain/planning';
import type { RolloutRecord } from '../domain/rollout';
import { target } from '../domain/targeting';
import type { Item, Ports } from '../ports/ports';
import { listAccounts } from '../records';
import { heldByOthers, type TakeoverPorts, takeLease } from '../takeover';
import { ended, planNewAccount } from './plan-new-account';
import { recordPlace } from './record-place';
import { type Move, playTurn } from './turn';
import { freshWave } from './wave-at-work';

/** Account records written at once. */
const writesAtOnceMax = 50;

export const planWaves = (ports: TakeoverPorts) => (baton: Baton) =>
  playTurn(ports, 'PlanWaves', baton, async (record, now): Promise<Move<'PlanWaves'>> => {
    if (record.request.newAccount === true) return planNewAccount(ports, record, now);
    const intent = await loadDocument(ports, 'intent', record.intent);
    const organization = organizationOf(await loadDocument(ports, 'organization', record.stock));
    const lease = await takeLease(ports, record, now);
    if (lease.kind === 'busy') return ended(record, 'busy', lease.because);

    const known = await listAccounts(ports);
    const whole = wholePlan(record, intent, organization, known, now);
    const wanted = narrowPlan(whole, record.request, failedAccounts(known, record.request));
    const others = await heldByOthers(ports, plannedOf(wanted, known), record.id, now);
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
        waves: plan.waves.map((wave) => freshWave(wave, intent, record.release)),
        status: { kind: 'running', doing: planned === 0 ? 'no account was planned' : 'opening the first wave' },
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
      if (others.has(placed.id)) return;
      await recordPlace(ports, {
        item: before.get(placed.id),
        placed,
        wave,
        orgState: orgState.get(placed.id) ?? 'CLOSED',
        ...(held.has(placed.id) && { holder: { rollout: record.id, fence } }),
        now,
      });
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
