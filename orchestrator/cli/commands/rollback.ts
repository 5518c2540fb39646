/** `strongroom rollback`: a held rollout rolls back its current wave; another rollout rolls back one that has ended. */

import { isChecking } from '../../domain/decisions/ask-operator';
import { errors } from '../../domain/errors';
import type { Actor } from '../../domain/model/actor';
import type { ReleaseId, RolloutId, WaveName } from '../../domain/model/brand';
import { currentWave } from '../../domain/model/current-wave';
import type { RolloutRecord } from '../../domain/model/rollout';
import { prepareRollback, previewRollback, releaseForWave } from '../../operations/rollback';
import { refuseOtherOrganization } from '../../records/owner';
import { readRollout } from '../../records/rollouts';
import { answer } from '../../rollout/answer';
import { refuseReplacedState } from '../../rollout/managing-state';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, rolloutId, waveNames } from '../options';
import { type RunOptions, run } from '../run';
import { openSession, type Session } from '../session';
import { tellPlan } from './rollout';

export interface RollbackOptions {
  readonly wave?: readonly string[];
  readonly to?: string;
  readonly reason: string;
  readonly yes?: boolean;
}

export async function rollback(
  host: Host,
  common: CommonOptions,
  text: string,
  { wave, to, reason, yes }: RollbackOptions,
): Promise<ExitStatus> {
  const id = rolloutId(text);
  const mustAsk = common.world.kind === 'aws' && yes !== true;
  if (mustAsk && (common.json || host.confirm === undefined))
    throw errors.invalidInput('the rollback cannot be confirmed here', 'review `strongroom status`, then add --yes');

  let session = await openSession(host, common);
  try {
    const waves = wave && waveNames(wave, session.desiredState);
    const original = await findRollout(session, id);
    const isAwaitingApproval = refuseUnlessStill(original, waves);
    const { ports } = session;
    await session.run(() => refuseReplacedState(ports, original));
    if (!isAwaitingApproval) await showRollback(host, session, common, { original, waves, to });
    if (mustAsk && (await host.confirm?.(`Roll back rollout ${id}?`)) !== true) {
      host.io.err('cancelled; nothing was changed');
      return exitStatus.done;
    }
    const release =
      isAwaitingApproval && to !== undefined
        ? await session.run(() => releaseForWave(ports, currentWave(original), to))
        : undefined;
    const given = { by: await session.run(session.actor), reason };
    session = await session.forWriting();
    const begin = isAwaitingApproval
      ? rollBackWave(original, { ...given, to: release })
      : rollbackScope(session, { original, waves, to }, given);
    return await run(host, session, { common, begin, wanted: 'rolledBack' });
  } finally {
    await session.close();
  }
}

interface Given {
  readonly by: Actor;
  readonly reason: string;
}

const rollBackWave =
  ({ id, events }: RolloutRecord, given: Given & { readonly to: ReleaseId | undefined }): RunOptions['begin'] =>
  async (engine, follower) => {
    follower.watch(engine.ports, id, events);
    await answer(engine.ports, id, { decision: 'rollBack', ...given });
    return engine.resume(id);
  };

const rollbackScope =
  (
    { baseline, desiredState }: Session,
    what: Parameters<typeof prepareRollback>[3],
    given: Given,
  ): RunOptions['begin'] =>
  async (engine, follower) => {
    const input = await prepareRollback(engine.ports, baseline, desiredState, what, given);
    follower.watch(engine.ports, input.rolloutId, 0);
    return engine.start(input);
  };

const findRollout = ({ ports, run }: Session, id: RolloutId): Promise<RolloutRecord> =>
  run(async () => {
    const { value: record } = await readRollout(ports, id);
    await refuseOtherOrganization(ports, (await ports.directory.identity()).id);
    return record;
  });

/** Whether the rollout waits for a decision. A rollout in progress must end first, because only one may change a wave. */
function refuseUnlessStill(record: RolloutRecord, waves: readonly WaveName[] | undefined): boolean {
  const { id, status } = record;
  if (status.kind === 'finished') return false;
  if (status.kind !== 'awaitingApproval') throw errors.notEnded(id, status.doing);
  const { about, wave } = status.prompt;
  const isElsewhere = waves !== undefined && (waves.length > 1 || waves[0] !== wave);
  if (about === 'stage' || about === 'gate' || (about === 'outage' && isChecking(record))) {
    if (!isElsewhere) return true;
    throw errors.notEnded(id, `it is held at wave ${wave}`);
  }
  throw errors.notEnded(id, `it waits before the first change of wave ${wave}`);
}

async function showRollback(
  host: Host,
  session: Session,
  common: CommonOptions,
  what: Parameters<typeof previewRollback>[3],
): Promise<void> {
  const { ports, baseline, desiredState } = session;
  tellPlan(host, common, await session.run(() => previewRollback(ports, baseline, desiredState, what)));
}
