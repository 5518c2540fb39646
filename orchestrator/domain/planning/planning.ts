/** From targets to a plan: what changes for each account; and from a plan to the part of it that a person asked for. */

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
  /** Of a rollback: to what each of its waves goes back. */
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
  const notes = [...targeting.notes, ...waves.flatMap((wave) => rehomeNotes(wave, deployed))];
  return { organization, release, waves, excluded: targeting.excluded, notes };
}

/**
 * The way back begins with the last wave. Production is rid of a bad release first, and at every moment no wave has a newer release than
 * the one before it: where the way back is held, what stands is what a rollout forward would have left.
 */
export const lastWaveFirst = (plan: Plan): Plan => ({ ...plan, waves: plan.waves.toReversed() });

const rehomeNotes = ({ name, accounts }: WavePlan, deployed: PlanInputs['deployed']): readonly string[] =>
  accounts
    .filter(({ change }) => change === 'rehome')
    .map(
      ({ id }) =>
        `account ${id} has moved to wave ${name}: its stacks leave the StackSets of wave ${deployed.get(id)?.wave} and join those of ${name}; nothing is deleted`,
    );

function changeOf(deployed: Deployed | undefined, wave: WaveName, release: ReleaseId): Change {
  if (deployed === undefined) return 'create';
  const hasStacks = deployed.modules.length > 0;
  if (hasStacks && deployed.wave !== undefined && deployed.wave !== wave) return 'rehome';
  if (deployed.release === release) return 'none';
  return hasStacks || deployed.release !== undefined ? 'update' : 'create';
}

/**
 * The part of a plan that was asked for. Accounts that were not asked for leave it, and so do waves that this leaves empty; a wave that
 * was empty before stays if it is asked for, since saying so is its purpose.
 *
 * @param failed the accounts that failed last; asked for with `retryFailed`.
 * @throws UnknownWave or UnknownAccount, which say what is known or why not.
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
  return wave === undefined ? 'is not in the organization' : `is in wave ${wave.name}, which was not asked for`;
}

/** Accounts that another rollout holds, as that of a new account, are left to it; whoever comes next finds them done. */
export function withoutHeld(plan: Plan, held: ReadonlyMap<AccountId, RolloutId>): Plan {
  if (held.size === 0) return plan;
  const waves = plan.waves.map((wave) => ({ ...wave, accounts: wave.accounts.filter(({ id }) => !held.has(id)) }));
  const notes = [...held].map(
    ([account, rollout]) => `account ${account} is held by rollout ${rollout}, so it is left out of this one`,
  );
  return { ...plan, waves, notes: [...plan.notes, ...notes] };
}
