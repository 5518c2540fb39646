/**
 * One state manages an organization. A lease in one state is unknown to another, so two of them would change the same accounts at once,
 * and each would find stacks that it did not write.
 */
import { errors, isStrongroomError } from '../domain/errors';
import { type ManagingState, managedBy, type StateInCharge } from '../domain/managing-state';
import { actorText } from '../domain/model/actor';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Guarded } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { readStateIdentity, stateIdentity } from '../records/state-identity';

export type MarkerPorts = Guarded<'store' | 'random' | 'stateMarker'>;

export type Managed =
  | { readonly kind: 'ours'; readonly tookOver?: StateInCharge | undefined }
  | { readonly kind: 'elsewhere'; readonly because: string };

/** Marks the organization as managed by this state. If another state manages it, only a request to take over replaces that state. */
export async function manageOrganization(
  ports: MarkerPorts,
  record: Pick<RolloutRecord, 'request' | 'startedAt'>,
  now: Date,
): Promise<Managed> {
  const { by, takeOverState } = record.request;
  const { id } = await stateIdentity(ports, now);
  const there = await ports.stateMarker.read();
  if (there?.state === id) return ours(there, record);
  if (there !== undefined && takeOverState !== true) return { kind: 'elsewhere', because: managedBy(there) };
  const { state, by: former, since } = there ?? {};
  const insteadOf = state && former && since ? { state, by: former, since } : undefined;
  const managing = await ports.stateMarker.put(
    { state: id, by: actorText(by), since: now.toISOString(), insteadOf },
    there,
  );
  if (managing?.state === id) return ours(managing, record);
  return {
    kind: 'elsewhere',
    because: managing === undefined ? 'the marker of the organization was deleted' : managedBy(managing),
  };
}

/** The marker keeps what it replaced, so that the event of a takeover is not lost if this step dies after it wrote the marker. */
const ours = (
  { insteadOf, since }: ManagingState,
  { request, startedAt }: Pick<RolloutRecord, 'request' | 'startedAt'>,
): Managed => ({ kind: 'ours', ...(request.takeOverState === true && since >= startedAt && { tookOver: insteadOf }) });

/** @throws StateElsewhere, before anything is written. */
export async function refuseOtherState(ports: Pick<Ports, 'store' | 'stateMarker'>): Promise<void> {
  const there = await ports.stateMarker.read().catch((error: unknown) => {
    // A person who only starts the deployed state machine does not need this permission: PlanWaves looks again.
    if (isStrongroomError(error) && error.code === 'AccessDenied') return undefined;
    throw error;
  });
  if (there === undefined) return;
  const known = await readStateIdentity(ports);
  if (known?.value.id !== there.state) throw errors.managedElsewhere(there);
}

/**
 * A rollout of a state that was replaced does not continue: it would change accounts beside the rollouts of the other state.
 * @throws StateElsewhere
 */
export async function refuseReplacedState(
  ports: Pick<Ports, 'store' | 'stateMarker'>,
  { request, plan }: Pick<RolloutRecord, 'request' | 'plan'>,
): Promise<void> {
  const isAboutToTakeOver = request.takeOverState === true && plan === undefined;
  if (!isAboutToTakeOver) await refuseOtherState(ports);
}
