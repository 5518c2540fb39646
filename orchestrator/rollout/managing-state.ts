/**
 * One state manages an organization. Two that do not know of each other would each find what the other did changed by a stranger, and
 * a lease in one table holds nobody in another.
 */
import { errors, isStrongroomError } from '../domain/errors';
import type { RolloutRecord } from '../domain/model/rollout';
import { managedBy } from '../domain/state-errors';
import type { ManagingState, Ports } from '../ports/ports';
import { readStateIdentity, stateIdentity } from '../records/state-identity';

export type MarkerPorts = Pick<Ports, 'store' | 'random' | 'stateMarker'>;

export type Managed =
  | { readonly kind: 'ours'; readonly tookOver?: ManagingState }
  | { readonly kind: 'elsewhere'; readonly because: string };

/** Says that this state manages the organization, unless another does; in its place only if the request says so. */
export async function manageOrganization(
  ports: MarkerPorts,
  { request: { by, takeOverState } }: Pick<RolloutRecord, 'request'>,
  now: Date,
): Promise<Managed> {
  const { id } = await stateIdentity(ports, now);
  const there = await ports.stateMarker.read();
  if (there?.state === id) return { kind: 'ours' };
  if (there !== undefined && takeOverState !== true) return { kind: 'elsewhere', because: managedBy(there) };
  const mine = { state: id, by, since: now.toISOString(), ...(there && { insteadOf: there.state }) };
  const managing = await ports.stateMarker.put(mine, there);
  if (managing?.state !== id)
    return { kind: 'elsewhere', because: managing === undefined ? 'no state could be named' : managedBy(managing) };
  return { kind: 'ours', ...(there && { tookOver: there }) };
}

/** @throws StateElsewhere, before anything is written. A state without a name has managed nothing yet. */
export async function refuseOtherState(ports: Pick<Ports, 'store' | 'stateMarker'>): Promise<void> {
  const there = await ports.stateMarker.read().catch((error: unknown) => {
    // Who only starts the deployed machine need not be allowed this: the machine looks for itself.
    if (isStrongroomError(error) && error.code === 'AccessDenied') return undefined;
    throw error;
  });
  if (there === undefined) return;
  const known = await readStateIdentity(ports);
  if (known?.value.id !== there.state) throw errors.managedElsewhere(there);
}
