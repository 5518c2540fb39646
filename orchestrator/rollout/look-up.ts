/** The lookups of preflight, with retries for those alone that did not answer. */
import type { LookupsWanted, Preflight, Unanswered } from '../domain/model/lookups';
import { outageInside } from '../domain/model/outage';
import type { Guarded, GuardedAccounts } from '../ports/guard';
import type { Visit } from '../ports/ports';
import { withRetry } from './retry';

/**
 * A lookup that still fails is reported with the others.
 * @throws the error of the visit: the account cannot be entered, or nothing in it answers, which says nothing about a single lookup.
 */
export async function lookUp(
  ports: Guarded<'clock' | 'random'> & GuardedAccounts<'preflight'>,
  visit: Visit,
  wanted: LookupsWanted,
): Promise<Preflight> {
  let seen: Preflight = { unusable: [], unanswered: [], singletons: [] };
  let open = wanted;
  await withRetry(
    ports,
    async () => {
      seen = joined(seen, await ports.accounts.preflight(visit, open));
      open = worthAsking(wanted, seen.unanswered);
    },
    () => open.length === 0,
  );
  // Our own network or credentials are not about a module.
  const own = seen.unanswered.find(({ error }) => outageInside(error)?.fault === 'ours');
  if (own !== undefined) throw own.error;
  const [first] = seen.unanswered.filter(({ error }) => error.retriable);
  if (first !== undefined && seen.singletons.length === 0) throw first.error;
  return seen;
}

/** Of each lookup, and each region, the latest answer. */
function joined(before: Preflight, latest: Preflight): Preflight {
  const found = new Map(before.singletons.map((one) => [one.region, one]));
  for (const one of latest.singletons) found.set(one.region, { ...found.get(one.region), ...one });
  return {
    unusable: [...before.unusable, ...latest.unusable],
    unanswered: [...before.unanswered.filter(({ error }) => !error.retriable), ...latest.unanswered],
    singletons: [...found.values()],
  };
}

/** What may answer when it is asked again: single lookups, and everything where the region did not answer. */
function worthAsking(wanted: LookupsWanted, unanswered: readonly Unanswered[]): LookupsWanted {
  const retriable = unanswered.filter(({ error }) => error.retriable);
  return wanted.flatMap(({ region, lookups }) => {
    const here = retriable.filter((one) => one.region === region);
    if (here.length === 0) return [];
    const isSilent = here.some(({ lookup }) => lookup === undefined);
    return [{ region, lookups: isSilent ? lookups : lookups.filter((id) => here.some(({ lookup }) => lookup === id)) }];
  });
}
