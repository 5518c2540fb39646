/**
 * What a schedule calls: accounts that no event told of are found and followed, and every account is visited and judged, a part at a
 * time. What the team wants is what it stored with its last rollout, so neither a config file nor a build is needed here.
 */

import type { AccountId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { type DiscoverPorts, discover } from '../operations/discover';
import { type Member, type SweepPorts, sweepPart, type Verified, type VisitingPorts } from '../operations/sweep';
import { listAccounts } from '../records/accounts';
import { readDesiredState } from '../records/desired-state';
import { loadDocument } from '../records/documents';

export interface ScheduledPart {
  /** Goes on behind this account; a sweep begins without. */
  readonly after?: AccountId | undefined;
  readonly accountsMax: number;
  readonly startsMax: number;
}

export interface ScheduledSweep {
  /** To be started under the rollouts' ids: started twice with the same baton, they are started once. */
  readonly inputs: readonly ExecutionInput[];
  readonly verified: readonly Verified[];
  /** The `after` of the following part; absent when all were visited. */
  readonly next?: AccountId;
}

export const scheduledSweep =
  (ports: DiscoverPorts & SweepPorts) =>
  async ({ after, accountsMax, startsMax }: ScheduledPart): Promise<ScheduledSweep> => {
    const inputs = after === undefined ? await scheduledDiscovery(ports)({ startsMax }) : [];
    return { inputs, ...(await scheduledVisits(ports)({ after, accountsMax })) };
  };

/** The first half: what no event told is found. */
export const scheduledDiscovery =
  (ports: DiscoverPorts) =>
  async ({ startsMax }: Pick<ScheduledPart, 'startsMax'>): Promise<ScheduledSweep['inputs']> =>
    (await discover(ports, { startsMax })).flatMap((one) => (one.kind === 'start' ? [one.input] : []));

/** The second: everybody is visited and judged. */
export const scheduledVisits =
  (ports: VisitingPorts) =>
  async ({ after, accountsMax }: Omit<ScheduledPart, 'startsMax'>): Promise<Omit<ScheduledSweep, 'inputs'>> => {
    // Where no rollout was ever started, there is nothing to look after.
    const wanted = await readDesiredState(ports);
    if (wanted === undefined) return { verified: [] };
    const desiredState = await loadDocument(ports, 'desiredState', wanted.desiredState);
    return sweepPart(ports, desiredState, await membersKnown(ports), { after, accountsMax });
  };

/** Everybody of whom it is recorded, a moment ago, that a wave has them. */
async function membersKnown(ports: Pick<VisitingPorts, 'store'>): Promise<readonly Member[]> {
  const known = await listAccounts(ports);
  return known
    .flatMap(({ value: { id, name, ou, because, wave } }) =>
      wave === undefined ? [] : [{ id, name, ou, because, wave }],
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
