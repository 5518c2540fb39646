/** Turns targets into a plan with the change of each account, and narrows a plan to the part that a person requested. */

import { errors } from '../errors';
import type { AccountId, OrganizationId, ReleaseId, RolloutId, WaveName } from '../model/brand';
import type { Change, Deployed, Plan, WavePlan } from '../model/plan';
import type { RollbackTargets, RolloutRequest } from '../model/rollout';
import type { Targeting } from './targeting';

export interface PlanInputs {
  readonly organization: OrganizationId;
  readonly release: ReleaseId;
  readonly targeting: Targeting;
  readonly deployed: ReadonlyMap<AccountId, Deployed>;
  /** For a rollback: the release that each wave goes back to. */
  readonly rollbackTargets?: RollbackTargets | undefined;
}

export function buildPlan({ organization, release, targeting, deployed, rollbackTargets }: PlanInputs): Plan {
  const waves = targeting.waves.map(({ name, accounts }) => {
    const target = rollbackTargets?.[name];
    const changed = (id: AccountId): Change => changeOf(deployed.get(id), name, target ?? release);
    return {
      name,
      ...(target !== undefined && { release: target }),
      accounts: accounts.map((account) => ({ ...account, change: changed(account.id) })),
    };
  });
  const notes = [
    ...targeting.notes,
    ...waves.flatMap((wave) => rehomeNotes(wave, deployed)),
    ...skipNotes(waves, deployed),
  ];
  return { organization, release, waves, excluded: targeting.excluded, notes };
}

/**
 * A rollback begins with the last wave, so that production loses a bad release first. No wave ever has a newer release than the one before
 * it: if the rollback is held, the organization looks as if a forward rollout had stopped there.
 */
export const lastWaveFirst = (plan: Plan): Plan => ({ ...plan, waves: plan.waves.toReversed() });

const rehomeNotes = ({ name, accounts }: WavePlan, deployed: PlanInputs['deployed']): readonly string[] =>
  accounts
    .filter(({ change }) => change === 'rehome')
    .map(
      ({ id }) =>
        `account ${id} moves from wave ${deployed.get(id)?.wave} to wave ${name}: its stacks move to the StackSets of wave ${name}, and nothing is deleted`,
    );

/** One note for each reason, since an outage of a service has the same one in many accounts. */
function skipNotes(waves: readonly WavePlan[], deployed: PlanInputs['deployed']): readonly string[] {
  const accounts = new Map<string, AccountId[]>();
  for (const { id } of waves.flatMap((wave) => wave.accounts))
    for (const { module, region, because } of deployed.get(id)?.skipped ?? []) {
      const what = `${module} skipped in ${region}: ${because}`;
      accounts.set(what, [...(accounts.get(what) ?? []), id]);
    }
  return [...accounts].map(([what, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `account ${first}${more}: ${what}; the next rollout tries again`;
  });
}

function changeOf(deployed: Deployed | undefined, wave: WaveName, release: ReleaseId): Change {
  if (deployed === undefined) return 'create';
  const hasStacks = deployed.modules.length > 0;
  if (hasStacks && deployed.wave !== undefined && deployed.wave !== wave) return 'rehome';
  if (deployed.release === release) return 'none';
  return hasStacks || deployed.release !== undefined ? 'update' : 'create';
}

/**
 * The requested part of a plan. Other accounts are removed, and so are waves that become empty. A requested wave that was empty from the
 * start stays, because the plan says so.
 *
 * @param failed the accounts that failed last, with `retryFailed`.
 * @throws UnknownWave with the known waves, or UnknownAccount with the reason.
 */
export function narrowPlan(
  plan: Plan,
  request: Pick<RolloutRequest, 'waves' | 'accounts'>,
  failed?: ReadonlySet<AccountId>,
): Plan {
  const waves = wavesAskedFor(plan, request.waves);
  if (request.accounts !== undefined) refuseUnplanned(plan, waves, request.accounts);
  const wanted = request.accounts && new Set(request.accounts);
  if (wanted === undefined && failed === undefined) return { ...plan, waves };
  const narrowed = waves.map((wave) => ({
    ...wave,
    accounts: wave.accounts.filter(({ id }) => (wanted?.has(id) ?? true) && (failed?.has(id) ?? true)),
  }));
  return { ...plan, waves: narrowed.filter((wave) => wave.accounts.length > 0) };
}

function wavesAskedFor(plan: Plan, names: readonly WaveName[] | undefined): Plan['waves'] {
  if (names === undefined) return plan.waves;
  const known = plan.waves.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw errors.unknownWave(unknown, known);
  return plan.waves.filter(({ name }) => names.includes(name));
}

function refuseUnplanned(plan: Plan, waves: Plan['waves'], ids: readonly AccountId[]): void {
  const inWaves = new Set(waves.flatMap((wave) => wave.accounts.map(({ id }) => id)));
  const problems = ids.filter((id) => !inWaves.has(id)).map((id) => ({ id, why: whyUnplanned(plan, id) }));
  const [first, ...others] = problems;
  if (first === undefined) return;
  throw errors.unknownAccount(
    [first.id],
    [first.why, ...others.map(({ id, why }) => `account ${id} ${why}`)].join('; '),
  );
}

function whyUnplanned(plan: Plan, id: AccountId): string {
  const excluded = plan.excluded.find((account) => account.id === id);
  if (excluded !== undefined) return `is not a target: ${excluded.because}`;
  const wave = plan.waves.find(({ accounts }) => accounts.some((account) => account.id === id));
  return wave === undefined ? 'is not in the organization' : `is in wave ${wave.name}, which is not selected`;
}

/** Skips accounts that another rollout holds, such as one for a new account; the next rollout finds them done. */
export function withoutHeld(plan: Plan, held: ReadonlyMap<AccountId, RolloutId>): Plan {
  if (held.size === 0) return plan;
  const waves = plan.waves.map((wave) => ({ ...wave, accounts: wave.accounts.filter(({ id }) => !held.has(id)) }));
  const notes = [...held].map(
    ([account, rollout]) => `account ${account} is skipped: rollout ${rollout} is working on it`,
  );
  return { ...plan, waves, notes: [...plan.notes, ...notes] };
}
