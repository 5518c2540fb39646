/** Which accounts may be touched: those of the plan, and the plan's are those that the config selects. */
import type { Plan } from '../../../orchestrator/domain/model/plan';
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import type { History, Invariant } from '../history';
import { accountsOf, isSweep, isTouch, type Touch } from './common';

/** What the organization was like before it was listed and afterwards; an account may have moved in between. */
interface Listed {
  readonly forbidden: ReadonlySet<string>;
  readonly ous: ReadonlyMap<string, string | undefined>;
}

/** 2. Accounts out of scope are computed from the organization as it was when it was listed. */
export const onlyPlanned = (): Invariant => {
  const before = new Map<string, Listed>();
  const entered = new Set<string>();
  /** The part of a divided OU in which an account is. */
  const slices = new Map<string, string>();
  return (moment, history) => {
    const { rollouts, planOf, forbidden } = history;
    if (moment.kind === 'rollout') {
      const { after } = moment;
      if (after.organizationSnapshot === undefined) before.set(after.id, listedNow(history));
      if (after.plan === undefined || moment.before?.plan === after.plan) return undefined;
      return strangely(after, history, before.get(after.id), slices);
    }
    if (moment.kind === 'preflighted') entered.add(`${moment.by} ${moment.account}`);
    if (!isTouch(moment)) return undefined;
    if (isSweep(moment)) return onlyLooked(moment);
    const record = rollouts.get(moment.by);
    const plan = record && planOf(record);
    if (plan === undefined) return `${moment.kind} of ${moment.by}, which has no plan`;
    const planned = new Set(plan.waves.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
    const stranger = accountsOf(moment).find((id) => !planned.has(id));
    if (stranger !== undefined) return `${moment.kind} of ${moment.by} in ${stranger}, which is not planned`;
    const outside = before.get(moment.by)?.forbidden;
    const guarded = accountsOf(moment).find((id) => outside?.has(id) && forbidden().has(id));
    if (guarded !== undefined) return `${moment.kind} of ${moment.by} in ${guarded}, which nobody may touch`;
    const unseen =
      moment.kind === 'operation' && moment.request.accounts.find((id) => !entered.has(`${moment.by} ${id}`));
    return unseen ? `${moment.request.operationId} in ${unseen}, which was never entered` : undefined;
  };
};

const onlyLooked = (touch: Touch): string | undefined =>
  touch.kind === 'entered' && touch.purpose === 'collectFacts' ? undefined : `${touch.kind} of ${touch.by}, a sweep`;

const listedNow = ({ forbidden, accounts, ouOf }: History): Listed => ({
  forbidden: forbidden(),
  ous: new Map([...accounts.values()].map(({ id }) => [id, ouOf(id)])),
});

/** What is strange about a plan: waves out of order, or an account that its wave does not select. */
function strangely(
  record: RolloutRecord,
  history: History,
  before: Listed | undefined,
  slices: Map<string, string>,
): string | undefined {
  const plan = history.planOf(record);
  if (plan === undefined) return `${record.id} names a plan that nobody has written`;
  return (
    outOfOrder(record, plan, history) ?? misplaced(record, plan, history, before) ?? resliced(plan, history, slices)
  );
}

function outOfOrder({ id, request }: RolloutRecord, { waves }: Plan, { config }: History): string | undefined {
  const places = waves.map(({ name }) => config.waves.findIndex((wave) => wave.name === name));
  // A requested rollback goes through the waves from the last to the first.
  const forward = request.rollback === true ? places.toReversed() : places;
  return forward.every((place, index) => place > (forward[index - 1] ?? -1))
    ? undefined
    : `the waves of ${id} are ${places}`;
}

function misplaced(
  { id }: RolloutRecord,
  { waves }: Plan,
  { config, ouOf, forbidden }: History,
  before: Listed | undefined,
): string | undefined {
  for (const { name, accounts } of waves) {
    const ou = config.waves.find((wave) => wave.name === name)?.ou;
    for (const { id: account } of accounts) {
      if (before?.forbidden.has(account) && forbidden().has(account))
        return `${id} plans ${account}, which nobody may touch`;
      const wasThere = before?.ous.has(account) !== true || before.ous.get(account) === ou;
      if (!wasThere && ouOf(account) !== ou) return `${id} plans ${account} in ${name}, which is not in ${ou}`;
    }
  }
  return undefined;
}

/** An account stays in its part of a divided OU: the part is a hash of its id, and no matter of chance. */
function resliced({ waves }: Plan, { config }: History, slices: Map<string, string>): string | undefined {
  for (const { name, accounts } of waves) {
    const ou = config.waves.find((wave) => wave.name === name)?.ou;
    if (config.waves.filter((wave) => wave.ou === ou).length < 2) continue;
    for (const { id } of accounts) {
      const known = slices.get(`${ou} ${id}`) ?? name;
      slices.set(`${ou} ${id}`, known);
      if (known !== name) return `${id} was planned in ${known}, and now in ${name}`;
    }
  }
  return undefined;
}
