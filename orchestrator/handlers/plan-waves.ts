/** Plans which account gets what in which wave, takes the leases, and records every account's place. */
import pLimit from 'p-limit';
import {
  decidePlanWaves,
  endPlanning,
  finalPlan,
  type Places,
  placesOf,
  plannedAmong,
  requestedPlan,
  wholePlan,
} from '../domain/decisions/plan-waves';
import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { Region } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { Plan } from '../domain/model/plan';
import type { Guarded } from '../ports/guard';
import type { Item } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { loadDocument, organizationOf, saveDocument } from '../records/documents';
import { manageOrganization } from '../rollout/managing-state';
import { nameAccounts } from '../rollout/name-accounts';
import { recordPlace } from '../rollout/placement';
import { planNewAccount } from '../rollout/plan-new-account';
import { runStep } from '../rollout/step';
import { heldByOthers, takeLease } from '../rollout/takeover';
import { valuesOf } from '../rollout/wave-accounts';
import type { Handler } from '../tasks/table';

/** Account records written at once. */
const writesAtOnceMax = 50;

export const planWaves: Handler<'PlanWaves'> = (closed) => (input) =>
  runStep(closed, 'PlanWaves', input, async (record, now, ports) => {
    const managed = await manageOrganization(ports, record, now);
    if (managed.kind === 'elsewhere') return endPlanning(record, 'busy', managed.because);
    const desiredState = await loadDocument(ports, 'desiredState', record.desiredState);
    await assertRegionsOpen(desiredState.regions, (regions) => ports.stackSets.closedRegions(regions));
    if (record.request.newAccount === true) {
      const planned = await planNewAccount(ports, record, now);
      await nameAccounts(ports, desiredState, valuesOf(await listAccounts(ports)), now);
      return planned;
    }
    const organization = organizationOf(await loadDocument(ports, 'organization', record.organizationSnapshot));
    const lease = await takeLease(ports, record, now);
    if (lease.kind === 'busy') return endPlanning(record, 'busy', lease.because);

    const { fencingToken } = lease;
    const items = await listAccounts(ports);
    const known = valuesOf(items);
    const whole = wholePlan(record, { desiredState, organization, known }, now);
    const requested = requestedPlan(whole, record, known);
    const others = await heldByOthers(ports, plannedAmong(known, requested), record.id, now);
    const plan = finalPlan(requested, record, others);
    const key = await saveDocument(ports, 'plan', plan);
    const holder = { rollout: record.id, fencingToken };
    await recordPlaces(ports, items, { whole, plan, organization, others, holder }, now);
    await nameAccounts(ports, desiredState, listedIn(whole), now);
    return decidePlanWaves(record, { plan, key, desiredState, fencingToken, tookOver: managed.tookOver }, now);
  });

const listedIn = ({ waves, excluded }: Plan) => [
  ...waves.flatMap(({ name: wave, accounts }) => accounts.map((account) => ({ ...account, wave }))),
  ...excluded,
];

/** Before any account is changed: StackSets would report the Region as a failure of each account. */
async function assertRegionsOpen(
  { home, governed }: DesiredState['regions'],
  closedAmong: (regions: readonly Region[]) => Promise<readonly Region[]>,
): Promise<void> {
  const others = governed.filter((region) => region !== home);
  const closed = others.length === 0 ? [] : await closedAmong(others);
  if (closed.length > 0) throw errors.regionsClosed(closed);
}

/** One write per account that has something new. */
async function recordPlaces(
  ports: Guarded<'store'>,
  known: readonly Item<AccountRecord>[],
  places: Places,
  now: Date,
): Promise<void> {
  const before = new Map(known.map((item) => [item.value.id, item]));
  const limit = pLimit(writesAtOnceMax);
  await Promise.all(
    placesOf(places).map((placing) => limit(() => recordPlace(ports, before.get(placing.placed.id), placing, now))),
  );
}
