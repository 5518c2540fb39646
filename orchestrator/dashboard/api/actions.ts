/** Actions on a rollout. They call the same operations as the command line, under the identity of the user. */
import { errors } from '../../domain/errors';
import type { Actor } from '../../domain/model/actor';
import type { RolloutId } from '../../domain/model/brand';
import type { DesiredState } from '../../domain/model/desired-state';
import type { ExecutionInput } from '../../domain/model/execution-input';
import type { Answered } from '../../domain/model/rollout';
import { pauseRollout, resumeRollout } from '../../operations/pause';
import { prepareRollback, type RollbackPorts } from '../../operations/rollback';
import type { Templates } from '../../operations/start';
import type { ClosedExecutions, Ports, UsesStackSets } from '../../ports/ports';
import { refuseOtherOrganization } from '../../records/owner';
import { readRollout } from '../../records/rollouts';
import { abortEverywhere } from '../../rollout/abort';
import { answer } from '../../rollout/answer';
import { refuseMovedOn } from '../../rollout/step';
import type { Action, ActionRequest } from './contract';

/** Runs rollouts. In a deployment the state machine does, and its callback continues it, so `resume` does nothing. */
export interface RolloutRunner {
  readonly start: (input: ExecutionInput) => Promise<void>;
  /** Continues a rollout after its prompt was answered. */
  readonly resume: (id: RolloutId) => Promise<void>;
}

/** All ports of the API. Of the StackSet operations it can only stop one. */
export type ApiPorts = RollbackPorts & Pick<Ports, 'callbacks'> & UsesStackSets<'stop'>;

/** The desired state now, which a rollback is planned from. */
export interface DesiredBaseline {
  readonly desiredState: DesiredState;
  readonly baseline: Templates;
}

export interface ActionOptions {
  readonly ports: ApiPorts;
  readonly runner: RolloutRunner;
  /** Executions of the deployed state machine, if there is one. */
  readonly executions?: Pick<ClosedExecutions, 'stop'> | undefined;
  readonly desired: () => Promise<DesiredBaseline>;
}

/**
 * A decision applies only to the step that the user saw, so it is rejected if the rollout has moved on. Pause and abort apply to any
 * step, because a running rollout moves on every second.
 */
export async function performAction(
  options: ActionOptions,
  id: RolloutId,
  action: Action,
  { reason, step }: ActionRequest,
  by: Actor,
): Promise<void> {
  const { ports, runner } = options;
  await refuseOtherOrganization(ports, (await ports.directory.identity()).id);
  const answerAs = async (decision: Answered['decision']): Promise<void> => {
    await answer(ports, id, { decision, by, reason }, step);
    await runner.resume(id);
  };
  switch (action) {
    case 'approve':
      return answerAs('approve');
    case 'reject':
      return answerAs('reject');
    case 'retry':
      await refuseApproval(ports, id);
      return answerAs('retry');
    case 'pause':
      return pauseRollout(ports, id, { by, reason });
    case 'resume':
      return resume(options, id, { reason, step }, by);
    case 'abort':
      return abortEverywhere(ports, options.executions, id, { by, reason });
    case 'rollback':
      return rollBack(options, id, { reason, step }, by);
  }
}

/** A retry cannot replace a missing approval. */
async function refuseApproval(ports: ApiPorts, id: RolloutId): Promise<void> {
  const { status } = (await readRollout(ports, id)).value;
  if (status.kind === 'awaitingApproval' && status.prompt.about === 'approval')
    throw errors.notWaiting(id, 'waiting for approval');
}

/** Resumes a paused rollout. Unlike on the command line, a held wave has an action of its own, `retry`. */
async function resume(
  { ports, runner }: ActionOptions,
  id: RolloutId,
  { reason, step }: ActionRequest,
  by: Actor,
): Promise<void> {
  const { status, paused } = (await readRollout(ports, id)).value;
  if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
  if (paused === undefined) throw errors.notWaiting(id, `${status.kind} and not paused`);
  await resumeRollout(ports, id, { by, reason }, { seen: step });
  // A rollout that has not stopped yet is still being run.
  if (status.kind === 'awaitingApproval') await runner.resume(id);
}

/** A rollout that waits for a decision rolls back its wave. An ended rollout is rolled back by a new one. */
async function rollBack(
  { ports, runner, desired }: ActionOptions,
  id: RolloutId,
  { reason, step }: ActionRequest,
  by: Actor,
): Promise<void> {
  const { value: original } = await readRollout(ports, id);
  refuseMovedOn(original, step);
  const { status } = original;
  if (status.kind === 'finished') {
    const { baseline, desiredState } = await desired();
    return runner.start(await prepareRollback(ports, baseline, desiredState, { original }, { by, reason }));
  }
  if (status.kind !== 'awaitingApproval') throw errors.notEnded(id, status.doing);
  const { about, wave } = status.prompt;
  if (about !== 'stage' && about !== 'gate') throw errors.notEnded(id, `nothing in wave ${wave} has changed yet`);
  await answer(ports, id, { decision: 'rollBack', by, reason }, step);
  return runner.resume(id);
}
