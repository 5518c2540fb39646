/** Previews a plan, and prepares a rollout. The CLI and the dashboard call these. */

import { buildRelease } from '../../stackset-templates/release';
import { errors } from '../domain/errors';
import { actorText } from '../domain/model/actor';
import { parseRolloutId, type ReleaseId, type RolloutId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Plan } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import {
  approvalTimeoutSeconds,
  type RollbackTargets,
  type RolloutRecord,
  type RolloutRequest,
} from '../domain/model/rollout';
import { deployedOf, failedAccounts } from '../domain/planning/deployed';
import { buildPlan, lastWaveFirst, narrowPlan } from '../domain/planning/planning';
import { target } from '../domain/planning/targeting';
import { guard } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import type { Baseline } from '../records/baseline';
import { writeDesiredState } from '../records/desired-state';
import { saveDocument, saveRelease, saveTemplate } from '../records/documents';
import { refuseOtherOrganization } from '../records/owner';
import { holderOf } from '../rollout/lease';
import { refuseOtherState } from '../rollout/managing-state';
import { snapshotOrganization } from '../rollout/organization-snapshot';
import { begin } from '../rollout/step';
import { valuesOf } from '../rollout/wave-accounts';

type PreviewPorts = Pick<Ports, 'directory' | 'store' | 'clock'>;
export type PreparePorts = PreviewPorts & Pick<Ports, 'artifacts' | 'random' | 'stateMarker' | 'signs'>;
/** The templates of which releases are made. */
export type Templates = Pick<Baseline, 'templates'>;

/** Which account would get what, and why. Nothing is written. */
export async function previewPlan(
  ports: PreviewPorts,
  baseline: Templates,
  desiredState: DesiredState,
  request: Pick<RolloutRequest, 'waves' | 'accounts' | 'retryFailed' | 'includeDrifted'> = {},
  rollbackTargets?: RollbackTargets,
): Promise<{ readonly plan: Plan; readonly release: Release }> {
  const organization = await snapshotOrganization(ports, desiredState);
  await refuseOtherOrganization(ports, organization.id);
  const release = buildRelease(desiredState, baseline.templates);
  const known = valuesOf(await listAccounts(ports));
  const whole = buildPlan({
    organization: organization.id,
    // For a rollback any of its targets: each wave has its own.
    release: Object.values(rollbackTargets ?? {})[0] ?? release.id,
    targeting: target(organization, desiredState, ports.clock.now()),
    deployed: deployedOf(known),
    rollbackTargets,
  });
  const plan = narrowPlan(whole, request, failedAccounts(known, request));
  return { plan: rollbackTargets === undefined ? plan : lastWaveFirst(plan), release };
}

/**
 * Prepares a rollout, and returns the input that starts the state machine. The plan is made twice, here and by the machine: here so that a
 * typing error is refused before anything exists.
 * @throws RolloutBusy, which says which rollout has the lease and since when, and StateElsewhere.
 */
export async function prepareRollout(
  ports: PreparePorts,
  baseline: Templates,
  desiredState: DesiredState,
  request: RolloutRequest,
): Promise<ExecutionInput> {
  if (request.emergency === true && !request.reason?.trim()) throw errors.emergencyWithoutReason();
  if (request.takeOverState === true && !request.reason?.trim()) throw errors.takeOverWithoutReason();
  const { plan, release } = await previewPlan(ports, baseline, desiredState, request);
  if (request.takeOverState !== true) await refuseOtherState(ports);
  await refuseBusy(ports);
  await saveWithTemplates(ports, baseline, release);
  return recordRollout(ports, {
    organization: plan.organization,
    release: plan.release,
    wanted: release.id,
    desiredState,
    request,
  });
}

/** @throws RolloutBusy */
export async function refuseBusy(ports: Pick<Ports, 'store' | 'clock' | 'signs'>): Promise<void> {
  const busy = await holderOf(ports, ports.clock.now());
  // One that has ended without recording that is closed when the next one takes the lease.
  if (busy !== undefined && (await ports.signs.end(busy.holder)) === undefined)
    throw errors.rolloutBusy(busy.holder, actorText(busy.by), busy.since);
}

export interface Beginning extends Pick<RolloutRecord, 'organization' | 'release' | 'rollbackTargets' | 'request'> {
  readonly desiredState: DesiredState;
  /** The release of the desired state, also if this rollout rolls back. */
  readonly wanted: ReleaseId;
}

export async function recordRollout(
  ports: Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random' | 'signs'>,
  { organization, release, rollbackTargets, request, desiredState, wanted }: Beginning,
): Promise<ExecutionInput> {
  const now = ports.clock.now();
  // A laptop may have slept since it was found that nobody has the lease, and the desired state is everybody's.
  const acting = guard(ports, { ask: () => refuseBusy(ports) });
  const record: RolloutRecord = {
    id: newRolloutId(now, ports.random),
    organization,
    release,
    rollbackTargets,
    desiredState: await saveDocument(ports, 'desiredState', desiredState),
    request,
    startedAt: now.toISOString(),
    status: { kind: 'running', doing: 'listing the organization' },
    direction: rollbackTargets === undefined ? 'forward' : 'back',
    waves: [],
    wave: -1,
    events: 0,
    answers: [],
  };
  // Written first: if this process dies, a sweep still knows the desired state of every rollout that exists.
  await writeDesiredState(acting, { desiredState: record.desiredState, release: wanted });
  const { by, reason, emergency } = request;
  await begin(acting, record, { type: 'rolloutStarted', by, release: record.release, reason, emergency });
  return firstInput(record);
}

async function saveWithTemplates(
  ports: Pick<Ports, 'artifacts'>,
  baseline: Templates,
  release: Release,
): Promise<void> {
  await saveRelease(ports, release);
  const bodies = new Map(Object.values(baseline.templates).map(({ hash, body }) => [hash, body]));
  for (const { module, template } of release.modules) {
    const body = bodies.get(template);
    if (body === undefined) throw errors.internal(`module ${module} has no template ${template} in the build`);
    await saveTemplate(ports, template, body);
  }
}

/** What starts the state machine; a rollout that died before it started begins with the same input. */
export const firstInput = ({
  id,
  startedAt,
  status,
}: Pick<RolloutRecord, 'id' | 'startedAt' | 'status'>): ExecutionInput => ({
  rolloutId: id,
  step: 0,
  decision: 'go',
  wave: '',
  shards: [],
  until: startedAt,
  approvalTimeoutSeconds: approvalTimeoutSeconds(status, new Date(startedAt)),
});

const newRolloutId = (now: Date, random: () => number): RolloutId => parseRolloutId(`ro-${stamp(now, random)}`);

/** Readable, sortable by time, and unlikely to collide: `20261122-150405-k3f9`. */
export function stamp(now: Date, random: () => number): string {
  const [date, time] = now.toISOString().split('T');
  const suffix = Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date?.replaceAll('-', '')}-${time?.slice(0, 8).replaceAll(':', '')}-${suffix}`;
}
