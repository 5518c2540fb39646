/** Runs a rollout in this process, prints its events and its summary. */
import { isStrongroomError } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { Outcome } from '../domain/model/rollout';
import type { ExecutionEnd } from '../engine/engine';
import { createPaint } from '../presentation/paint';
import { cleaned, json } from '../presentation/text';
import type { Runner } from '../runtime/step-functions';
import { conclusionOf } from './conclusion';
import { type ExitStatus, exitStatus, exitStatusByOutcome } from './exit-status';
import { createFollower, type Follower } from './follow';
import type { Host } from './host';
import { untilInterrupted } from './interruptible';
import type { CommonOptions } from './options';
import { summary } from './render/summary';
import type { Session } from './session';

export interface RunOptions {
  readonly common: CommonOptions;
  /** Passes the rollout to the follower as soon as it exists, and runs it. */
  readonly begin: (engine: Runner, follower: Follower) => Promise<ExecutionEnd>;
  /** The outcome that counts as success, if it is not `completed`. */
  readonly wanted?: Outcome;
  /** The rollout is only watched; it runs elsewhere. */
  readonly isWatched?: boolean;
}

export async function run(host: Host, session: Session, options: RunOptions): Promise<ExitStatus> {
  const { common, begin, wanted } = options;
  const follower = createFollower(host, { json: common.json });
  const engine = session.engine(follower.glance);
  const running = session.run(async () => {
    const stopTicking = session.isReal && host.io.isTerminal && !common.json ? tick(session, follower) : () => {};
    try {
      return await begin(engine, follower);
    } finally {
      stopTicking();
      await follower.settle();
    }
  });
  const ended = await untilInterrupted(host, running).catch((error: unknown) => {
    stopped(host, session, options, follower.rollout(), error);
    throw error;
  });
  const id = follower.rollout();
  if (ended === 'interrupted' || id === undefined) return interrupted(host, session, options, id);
  const outcome = await session.run(() => conclude(host, session, common, id, ended));
  return outcome === wanted ? exitStatus.done : exitStatusByOutcome[outcome];
}

/** Stacks change between transitions and soaks are long, so the block is redrawn at this interval. */
const tickSeconds = 2;

function tick({ ports: { clock } }: Session, follower: Follower): () => void {
  const stopping = new AbortController();
  void (async () => {
    while (!stopping.signal.aborted) {
      await clock.sleepUntil(new Date(clock.now().getTime() + tickSeconds * 1000), stopping.signal);
      follower.glance();
    }
  })();
  return () => stopping.abort();
}

function interrupted(
  host: Host,
  session: Session,
  { common, isWatched = session.executions !== undefined }: RunOptions,
  id: RolloutId | undefined,
): ExitStatus {
  const { err } = host.io;
  if (id === undefined) err('interrupted; nothing was started');
  else if (!session.isReal) err(`interrupted; rollout ${id} ran in a simulated organization, which no longer exists`);
  else if (isWatched) {
    err(`stopped watching; rollout ${id} continues`);
    err(`to watch it again: ${command(common, `watch ${id}`)}`);
  } else {
    err(`interrupted; rollout ${id} is stopped, operations that AWS has begun continue`);
    err(`to continue: ${command(common, `resume ${id}`)}`);
  }
  return exitStatus.interrupted;
}

/** An outage of the state, or of AWS while the state is a table, stops the process as a crash would. The error itself follows. */
function stopped(
  host: Host,
  { ports, isReal, executions }: Session,
  { common, isWatched = executions !== undefined }: RunOptions,
  id: RolloutId | undefined,
  error: unknown,
): void {
  const isOutage = isStrongroomError(error) && ['ours', 'aws'].includes(error.fault);
  if (id === undefined || !isReal || isWatched || !isOutage) return;
  const at = ports.clock.now().toISOString();
  const { message: because, code } = error;
  if (common.json) host.io.out(json({ at, rolloutId: id, type: 'rolloutStopped', because, code }));
  else {
    host.io.err(`rollout ${id} is stopped, operations that AWS has begun continue`);
    host.io.err(`to continue: ${command(common, `resume ${id}`)}`);
  }
}

export const command = ({ again }: Pick<CommonOptions, 'again'>, words: string): string =>
  ['strongroom', words, again].filter((part) => part !== '').join(' ');

async function conclude(
  host: Host,
  { ports, isReal }: Session,
  common: CommonOptions,
  id: RolloutId,
  end: ExecutionEnd,
): Promise<Outcome> {
  const conclusion = await conclusionOf(ports, id, end);
  const { record, outcome, because } = conclusion;
  if (!common.json) {
    const around = { endedAt: ports.clock.now(), command: (words: string) => command(common, words), isKept: isReal };
    summary(cleaned(conclusion), around, createPaint(host.io.colour)).forEach(host.io.out);
  } else if (record.status.kind !== 'finished') {
    // A held rollout has not finished in the store, but readers of the JSON lines need a last one.
    const at = ports.clock.now().toISOString();
    host.io.out(json({ at, rolloutId: id, type: 'rolloutFinished', outcome, because }));
  }
  return outcome;
}
