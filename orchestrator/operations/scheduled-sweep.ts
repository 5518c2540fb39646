/**
 * What a schedule calls: accounts that no event announced are discovered and onboarded, and every account is visited and judged, part by
 * part. The desired state was stored by the last rollout, so neither a config file nor a build is needed here.
 */

import type { AccountId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Ports } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { readDesiredState } from '../records/desired-state';
import { loadDocument } from '../records/documents';
import { type DiscoverPorts, discover } from './discover';
import { noteSubscription } from './subscription';
import { type Member, type SweepPorts, sweepPart, type Verified, type VisitingPorts } from './sweep';

export interface ScheduledPart {
  /** Continues after this account; absent at the start of a sweep. */
  readonly after?: AccountId | undefined;
  readonly accountsMax: number;
  readonly startsMax: number;
}

export interface ScheduledSweep {
  /** To be started under the rollouts' ids: started twice with the same input, a rollout starts once. */
  readonly inputs: readonly ExecutionInput[];
  readonly verified: readonly Verified[];
  /** The `after` of the following part; absent once all accounts were visited. */
  readonly next?: AccountId;
}

export const scheduledSweep =
  (ports: DiscoverPorts & SweepPorts & Pick<Ports, 'alerting'>) =>
  async ({ after, accountsMax, startsMax }: ScheduledPart): Promise<ScheduledSweep> => {
    const inputs = after === undefined ? await scheduledDiscovery(ports)({ startsMax }) : [];
    return { inputs, ...(await scheduledVisits(ports)({ after, accountsMax })) };
  };

/** The first half: discovers accounts. */
export const scheduledDiscovery =
  (ports: DiscoverPorts) =>
  async ({ startsMax }: Pick<ScheduledPart, 'startsMax'>): Promise<ScheduledSweep['inputs']> =>
    (await discover(ports, { startsMax })).flatMap((one) => (one.kind === 'start' ? [one.input] : []));

/** The second half: visits and judges every account. */
export const scheduledVisits =
  (ports: VisitingPorts & Pick<Ports, 'alerting'>) =>
  async ({ after, accountsMax }: Omit<ScheduledPart, 'startsMax'>): Promise<Omit<ScheduledSweep, 'inputs'>> => {
    // Before the first rollout there is nothing to visit.
    const wanted = await readDesiredState(ports);
    if (wanted === undefined) return { verified: [] };
    const desiredState = await loadDocument(ports, 'desiredState', wanted.desiredState);
    if (after === undefined) await noteSubscription(ports, desiredState);
    return sweepPart(ports, desiredState, await membersKnown(ports), { after, accountsMax });
  };

/** Every account that belongs to a wave, as it was just recorded. */
async function membersKnown(ports: Pick<VisitingPorts, 'store'>): Promise<readonly Member[]> {
  const known = await listAccounts(ports);
  return known
    .flatMap(({ value: { id, name, ou, because, wave } }) =>
      wave === undefined ? [] : [{ id, name, ou, because, wave }],
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
