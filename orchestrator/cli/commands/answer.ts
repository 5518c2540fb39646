/** Commands that act on an existing rollout: pause, resume, approve, reject, abort. */

import { errors } from '../../domain/errors';
import type { RolloutId } from '../../domain/model/brand';
import type { RolloutRecord } from '../../domain/model/rollout';
import { pauseRollout, resumeRollout } from '../../operations/pause';
import type { ClosedExecutions, Ports } from '../../ports/ports';
import { refuseOtherOrganization } from '../../records/owner';
import { readRollout } from '../../records/rollouts';
import { abortEverywhere } from '../../rollout/abort';
import { answer } from '../../rollout/answer';
import { refuseReplacedState } from '../../rollout/managing-state';
import { type ExitStatus, exitStatus } from '../exit-status';
import { createFollower } from '../follow';
import type { Host } from '../host';
import { type CommonOptions, rolloutId } from '../options';
import { run } from '../run';
import { openSession, type Session } from '../session';

/** Continues after an interruption, a crash or a pause, and retries a held wave. It does not replace an approval. */
export const resume = (host: Host, common: CommonOptions, id: string, reason = 'retry') =>
  goOn(host, common, rolloutId(id), (ports, rollout) => resumeRollout(ports, rollout, { by: host.user, reason }));

export const approve = (host: Host, common: CommonOptions, id: string, reason: string) =>
  goOn(host, common, rolloutId(id), (ports, rollout) =>
    answer(ports, rollout, { decision: 'approve', by: host.user, reason }),
  );

/** The rollout ends as held, which is what the person requested, so the command succeeds. */
export async function reject(host: Host, common: CommonOptions, id: string, reason: string): Promise<ExitStatus> {
  const status = await goOn(host, common, rolloutId(id), (ports, rollout) =>
    answer(ports, rollout, { decision: 'reject', by: host.user, reason }),
  );
  return status === exitStatus.held ? exitStatus.done : status;
}

/** Sends a decision to a rollout and continues it. */
async function goOn(
  host: Host,
  common: CommonOptions,
  id: RolloutId,
  say: (ports: Ports, id: RolloutId) => Promise<void>,
): Promise<ExitStatus> {
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    refuseEnded(record);
    const { ports } = session;
    await session.run(() => refuseReplacedState(ports, record));
    session = await session.forWriting();
    return await run(host, session, {
      common,
      begin: async (engine, follower) => {
        follower.watch(engine.ports, id, record.events);
        await say(engine.ports, id);
        return engine.resume(id);
      },
    });
  } finally {
    await session.close();
  }
}

const findRollout = ({ ports, run }: Session, id: RolloutId): Promise<RolloutRecord> =>
  run(async () => {
    const { value: record } = await readRollout(ports, id);
    await refuseOtherOrganization(ports, (await ports.directory.identity()).id);
    return record;
  });

/** Checked before anything is opened for writing. */
function refuseEnded({ id, status }: RolloutRecord): void {
  if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
}

export const pause = (host: Host, common: CommonOptions, id: string, reason: string) =>
  tellOnly(host, common, rolloutId(id), (ports, rollout) => pauseRollout(ports, rollout, { by: host.user, reason }));

export const abort = (host: Host, common: CommonOptions, id: string, reason: string) =>
  tellOnly(host, common, rolloutId(id), (ports, rollout, executions) =>
    abortEverywhere(ports, executions, rollout, { by: host.user, reason }),
  );

/** Sends a decision to a rollout that runs elsewhere or not at all, and prints the resulting events. */
async function tellOnly(
  host: Host,
  common: CommonOptions,
  id: RolloutId,
  say: (ports: Ports, id: RolloutId, executions: ClosedExecutions | undefined) => Promise<void>,
): Promise<ExitStatus> {
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    session = await session.forWriting();
    const { ports, run, executions } = session;
    await run(async () => {
      const follower = createFollower(host, common);
      follower.watch(ports, id, record.events);
      await say(ports, id, executions);
      await follower.settle();
    });
    return exitStatus.done;
  } finally {
    await session.close();
  }
}
