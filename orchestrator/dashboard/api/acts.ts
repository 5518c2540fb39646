/** What a person does from the page: the same as from the terminal, by the same functions, under the person's name. */

import { errors } from '../../domain/errors';
import type { RolloutId } from '../../domain/model/brand';
import type { DesiredState } from '../../domain/model/desired-state';
import type { ExecutionInput } from '../../domain/model/execution-input';
import type { Answered } from '../../domain/model/rollout';
import { pauseRollout, resumeRollout } from '../../operations/pause';
import { prepareRollback, type RollbackPorts } from '../../operations/rollback';
import type { Templates } from '../../operations/start';
import type { Executions, Ports, UsesStackSets } from '../../ports/ports';
import { refuseOtherOrganization } from '../../records/owner';
import { readRollout } from '../../records/rollouts';
import { abortEverywhere } from '../../rollout/abort';
import { answer } from '../../rollout/answer';
import { refuseMovedOn } from '../../rollout/step';
import type { Act, Action, Me } from './contract';

/** Who walks rollouts. Where the deployed machine does, its callback has woken it, and `goOn` has nothing to do. */
export interface Running {
  readonly start: (input: ExecutionInput) => Promise<void>;
  /** It has asked, and was answered. */
  readonly goOn: (id: RolloutId) => Promise<void>;
}

/** Everything that the page asks and does; of operations it only stops some. */
export type ApiPorts = RollbackPorts & Pick<Ports, 'callbacks'> & UsesStackSets<'stop'>;

/** What the team wants now, by which a rollback is planned. */
export interface DesiredBaseline {
  readonly desiredState: DesiredState;
  readonly baseline: Templates;
}

export interface ActOptions {
  readonly ports: ApiPorts;
  readonly running: Running;
  /** Of the deployed machine, where there is one. */
  readonly executions?: Pick<Executions, 'stop'> | undefined;
  readonly desired: () => Promise<DesiredBaseline>;
}

/**
 * An answer is to what was seen, so a rollout that has moved on since refuses it. Pause and abort mean the rollout whatever it is
 * doing: one that runs moves on every second.
 */
export async function act(
  options: ActOptions,
  id: RolloutId,
  action: Action,
  { reason, step }: Act,
  { name: by }: Me,
): Promise<void> {
  const { ports, running } = options;
  await refuseOtherOrganization(ports, (await ports.directory.identity()).id);
  const say = async (decision: Answered['decision']): Promise<void> => {
    await answer(ports, id, { decision, by, reason }, step);
    await running.goOn(id);
  };
  switch (action) {
    case 'approve':
      return say('approve');
    case 'reject':
      return say('reject');
    case 'retry':
      await refuseApproval(ports, id);
      return say('retry');
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

/** A missing approval stays missing, however often it is asked for. */
async function refuseApproval(ports: ApiPorts, id: RolloutId): Promise<void> {
  const { status } = (await readRollout(ports, id)).value;
  if (status.kind === 'awaitingApproval' && status.prompt.about === 'approval')
    throw errors.notWaiting(id, 'asking for an approval');
}

/** On the page, a held wave is tried again by a button of its own. */
async function resume({ ports, running }: ActOptions, id: RolloutId, { reason, step }: Act, by: string): Promise<void> {
  const { status, paused } = (await readRollout(ports, id)).value;
  if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
  if (paused === undefined) throw errors.notWaiting(id, `${status.kind} and not paused`);
  await resumeRollout(ports, id, { by, reason }, step);
  // One that had not come to a stop yet is walked by whoever walks it.
  if (status.kind === 'awaitingApproval') await running.goOn(id);
}

/** A rollout that asks turns back where it stands; one that has ended is taken back by another. */
async function rollBack(
  { ports, running, desired }: ActOptions,
  id: RolloutId,
  { reason, step }: Act,
  by: string,
): Promise<void> {
  const { value: original } = await readRollout(ports, id);
  refuseMovedOn(original, step);
  const { status } = original;
  if (status.kind === 'finished') {
    const { baseline, desiredState } = await desired();
    return running.start(await prepareRollback(ports, baseline, desiredState, { original }, { by, reason }));
  }
  if (status.kind !== 'awaitingApproval') throw errors.notEnded(id, status.doing);
  const { about, wave } = status.prompt;
  if (about !== 'stage' && about !== 'gate')
    throw errors.notEnded(id, `it asks before anything of wave ${wave} was changed`);
  await answer(ports, id, { decision: 'rollBack', by, reason }, step);
  return running.goOn(id);
}
