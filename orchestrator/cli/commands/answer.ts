/** Commands that act on an existing rollout: pause, resume, approve, reject, abort. */

import { errors, isStrongroomError } from '../../domain/errors';
import type { Actor } from '../../domain/model/actor';
import type { RolloutId } from '../../domain/model/brand';
import type { RolloutRecord } from '../../domain/model/rollout';
import { pauseRollout, recordContinuation, resumeRollout } from '../../operations/pause';
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
  goOn(host, common, rolloutId(id), async (ports, rollout, { by, executions, hasEnded }) => {
    if (hasEnded) return recordContinuation(ports, rollout, { by, reason });
    const isInterrupted = executions === undefined || (await hasStopped(executions, rollout));
    await resumeRollout(ports, rollout, { by, reason }, { isInterrupted });
  });

/** A process that died early may not have started the execution. */
async function hasStopped(executions: ClosedExecutions, id: RolloutId): Promise<boolean> {
  try {
    return (await executions.end(id)) !== undefined;
  } catch (error) {
    if (isStrongroomError(error) && error.code === 'UnknownRollout') return true;
    throw error;
  }
}

export const approve = (host: Host, common: CommonOptions, id: string, reason: string) =>
  goOn(host, common, rolloutId(id), decide('approve', reason));

/** The rollout ends as held, which is what the person requested, so the command succeeds. */
export async function reject(host: Host, common: CommonOptions, id: string, reason: string): Promise<ExitStatus> {
  const status = await goOn(host, common, rolloutId(id), decide('reject', reason));
  return status === exitStatus.held ? exitStatus.done : status;
}

/** A rollout whose execution has ended waits for nobody, and a decision must not continue it. */
const decide =
  (decision: 'approve' | 'reject', reason: string): Say =>
  async (ports, id, { by, hasEnded }) => {
    if (hasEnded) throw errors.notWaiting(id, 'interrupted: resume it first');
    await answer(ports, id, { decision, by, reason });
  };

type Say = (
  ports: Ports,
  id: RolloutId,
  context: {
    readonly by: Actor;
    readonly executions: ClosedExecutions | undefined;
    /** Its execution has ended without recording that. */
    readonly hasEnded: boolean;
  },
) => Promise<void>;

/** Sends a decision to a rollout and continues it. */
async function goOn(host: Host, common: CommonOptions, id: RolloutId, say: Say): Promise<ExitStatus> {
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    refuseEnded(record);
    const { ports } = session;
    await session.run(() => refuseReplacedState(ports, record));
    const by = await session.run(session.actor);
    session = await session.forWriting();
    const { executions } = session;
    return await run(host, session, {
      common,
      begin: async (engine, follower) => {
        follower.watch(engine.ports, id, record.events);
        const hasEnded = (await engine.ports.signs.end(id)) !== undefined;
        await say(engine.ports, id, { by, executions, hasEnded });
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
  tellOnly(host, common, rolloutId(id), (ports, rollout, { by }) => pauseRollout(ports, rollout, { by, reason }));

export const abort = (host: Host, common: CommonOptions, id: string, reason: string) =>
  tellOnly(host, common, rolloutId(id), (ports, rollout, { by, executions }) =>
    abortEverywhere(ports, executions, rollout, { by, reason }),
  );

/** Sends a decision to a rollout that runs elsewhere or not at all, and prints the resulting events. */
async function tellOnly(host: Host, common: CommonOptions, id: RolloutId, say: Say): Promise<ExitStatus> {
  let session = await openSession(host, common);
  try {
    const record = await findRollout(session, id);
    const by = await session.run(session.actor);
    session = await session.forWriting();
    const { ports, run, executions } = session;
    await run(async () => {
      const follower = createFollower(host, common);
      follower.watch(ports, id, record.events);
      await say(ports, id, { by, executions, hasEnded: false });
      await follower.settle();
    });
    return exitStatus.done;
  } finally {
    await session.close();
  }
}
