/** The lookups of preflight, answered by the simulator: one function per row of the table. */
import type { AccountId, Region } from '../domain/model/brand';
import type { LookupId, LookupsWanted, LookupValues, Preflight, Singletons, Unanswered } from '../domain/model/lookups';
import type { Faults } from './faults';
import type { Watch } from './security-services';

interface Looking {
  readonly watch: Watch;
  readonly account: AccountId;
  readonly region: Region;
}

export const lookupAnswers: { readonly [Id in LookupId]: (looking: Looking) => LookupValues[Id] | undefined } = {
  recorder: ({ watch, account, region }) => {
    const recorder = watch.recorder(account, region);
    return recorder && { name: recorder.name, ours: watch.isOurs(account, 'recorders', region) };
  },
  detector: ({ watch, account, region }) => {
    const detector = watch.detector(account, region);
    const ours = watch.isOurs(account, 'detectors', region);
    return detector && { id: detector.id, ours, administrator: detector.administrator };
  },
  hub: ({ watch, account, region }) => watch.hub(account, region) && { ours: watch.isOurs(account, 'hubs', region) },
  analyzer: ({ watch, account, region }) => {
    const analyzer = watch.analyzers(account, region).find(({ type }) => type === 'ACCOUNT');
    const ours = watch.isOurs(account, 'analyzers', region);
    return analyzer && { name: analyzer.name, status: analyzer.status, ours };
  },
  snapshotsHeld: ({ watch, account, region }) => {
    const { state, managedBy } = watch.snapshotBlock(account, region);
    return managedBy === 'declarative-policy' ? { state } : undefined;
  },
  trails: ({ watch, account, region }) =>
    watch.trails(account, region).map(({ name, organizationTrail: organization, multiRegion }) => ({
      name,
      ours: !organization,
      organization,
      multiRegion,
    })),
};

export interface Unusable {
  readonly why: string;
  readonly activating?: boolean;
}

/** @param closed why the region refuses the account. */
export function lookUp(
  { watch, faults }: { readonly watch: Watch; readonly faults: Faults },
  account: AccountId,
  wanted: LookupsWanted,
  closed: (region: Region) => Unusable | undefined,
): Preflight {
  const unusable: Preflight['unusable'][number][] = [];
  const unanswered: Unanswered[] = [];
  const singletons: Singletons[] = [];
  for (const { region, lookups } of wanted) {
    const why = closed(region);
    const silent = faults.failLookup(account, region, undefined);
    if (why !== undefined) unusable.push({ region, ...why });
    else if (silent !== undefined) unanswered.push({ region, error: silent });
    else {
      const answers = lookups.flatMap((lookup) => {
        const error = faults.failLookup(account, region, lookup);
        if (error !== undefined) unanswered.push({ region, lookup, error });
        const value = error === undefined ? lookupAnswers[lookup]({ watch, account, region }) : undefined;
        return value === undefined ? [] : [[lookup, value] as const];
      });
      singletons.push({ region, ...Object.fromEntries(answers) });
    }
  }
  return { unusable, unanswered, singletons };
}
