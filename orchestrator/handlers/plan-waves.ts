/** Decides who gets what in which wave, takes the leases, and records where every account stands. */
import pLimit from 'p-limit';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Account, Organization } from '../domain/model/organization';
import type { ExcludedAccount, Plan } from '../domain/model/plan';
import type { RolloutRecord } from '../domain/model/rollout';
import { buildPlan, lastWaveFirst, narrowPlan, withoutHeld } from '../domain/planning/planning';
import { target } from '../domain/planning/targeting';
import type { Item, Ports } from '../ports/ports';
import { loadDocument, organizationOf, saveDocument } from '../records/documents';
import { listAccounts } from '../records/records';
import { freshWave } from '../rollout/current-wave';
import { deployedOf, failedAccounts } from '../rollout/deployed';
import { type Managed, type MarkerPorts, manageOrganization } from '../rollout/managing-state';
import { recordPlace } from '../rollout/placement';
import { ended, planNewAccount } from '../rollout/plan-new-account';
import { type EventBody, type Move, runStep } from '../rollout/step';
import { heldByOthers, type TakeoverPorts, takeLease } from '../rollout/takeover';

/** Account records written at once. */
const writesAtOnceMax = 50;

export const planWaves = (ports: TakeoverPorts & MarkerPorts) => (input: ExecutionInput) =>
  runStep(ports, 'PlanWaves', input, async (record, now): Promise<Move<'PlanWaves'>> => {
    const managed = await manageOrganization(ports, record, now);
    if (managed.kind === 'elsewhere') return ended(record, 'busy', managed.because);
    if (record.request.newAccount === true) return planNewAccount(ports, record, now);
    const desiredState = await loadDocument(ports, 'desiredState', record.desiredState);
    const organization = organizationOf(await loadDocument(ports, 'organization', record.organizationSnapshot));
    const lease = await takeLease(ports, record, now);
    if (lease.kind === 'busy') return ended(record, 'busy', lease.because);

    const known = await listAccounts(ports);
    const whole = wholePlan(record, desiredState, organization, known, now);
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
      fencingToken: lease.fencingToken,
      now,
    });

    const planned = plan.waves.reduce((sum, wave) => sum + wave.accounts.length, 0);
    return {
      decision: planned === 0 ? 'nothingToDo' : 'go',
      record: {
        ...record,
        plan: planKey,
        lease: { fencingToken: lease.fencingToken, expiresAt: now.toISOString() },
        waves: plan.waves.map((wave) => freshWave(wave, desiredState, record.release)),
        status: { kind: 'running', doing: planned === 0 ? 'no account was planned' : 'opening the first wave' },
      },
      events: [
        ...tookOver(record, managed),
        {
          type: 'planned',
          waves: plan.waves.map(({ name, accounts }) => ({ name, accounts: accounts.length })),
          excluded: plan.excluded.length,
          notes: plan.notes,
        },
      ],
    };
  });

const tookOver = ({ request: { by, reason } }: RolloutRecord, managed: Managed): readonly EventBody[] => {
  if (managed.kind === 'elsewhere' || managed.tookOver === undefined) return [];
  const { state, by: former, since } = managed.tookOver;
  return [{ type: 'stateTakenOver', by, reason, state, former, since }];
};

const wholePlan = (
  record: RolloutRecord,
  desiredState: DesiredState,
  organization: Organization,
  known: readonly Item<AccountRecord>[],
  now: Date,
): Plan =>
  buildPlan({
    organization: organization.id,
    release: record.release,
    targeting: target(organization, desiredState, now),
    deployed: deployedOf(known),
    rollbackTargets: record.rollbackTargets,
  });

interface Recording {
  readonly record: RolloutRecord;
  readonly whole: Plan;
  readonly plan: Plan;
  readonly organization: readonly Account[];
  readonly known: readonly Item<AccountRecord>[];
  /** Accounts that another rollout holds: it alone writes them. */
  readonly others: ReadonlyMap<AccountId, RolloutId>;
  readonly fencingToken: number;
  readonly now: Date;
}

/** One write per account that has something new: where it belongs, why, and, if it is planned, who holds it. */
async function recordAccounts(ports: Pick<Ports, 'store'>, recording: Recording): Promise<void> {
  const { record, whole, plan, organization, known, others, fencingToken, now } = recording;
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
        ...(held.has(placed.id) && { holder: { rollout: record.id, fencingToken } }),
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
