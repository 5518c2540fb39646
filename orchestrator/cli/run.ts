/** Walks a rollout in this process, tells what happens, and says how it ended. */
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
  /** Names the rollout to the follower as soon as there is one, and walks it. */
  readonly begin: (engine: Runner, follower: Follower) => Promise<ExecutionEnd>;
  /** How it is meant to end, where that is not by completing it. */
  readonly wanted?: Outcome;
  /** It is only watched, whoever walks it. */
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
  const ended = await untilInterrupted(host, running);
  const id = follower.rollout();
  if (ended === 'interrupted' || id === undefined) return interrupted(host, session, options, id);
  const outcome = await session.run(() => conclude(host, session, common, id, ended));
  return outcome === wanted ? exitStatus.done : exitStatusByOutcome[outcome];
}

/** Stacks come and go between transitions, and soaks are long: the block is kept fresh. */
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
  if (id === undefined) err('stopped; nothing was started');
  else if (!session.isReal) err(`stopped; rollout ${id} was in a made-up organization, which is gone`);
  else if (isWatched) {
    err(`stopped watching; rollout ${id} goes on where it is walked`);
    err(`watch it again with: ${command(common, `watch ${id}`)}`);
  } else {
    err(`stopped following; what AWS has begun goes on there, and rollout ${id} waits`);
    err(`go on with: ${command(common, `resume ${id}`)}`);
  }
  return exitStatus.interrupted;
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
    // Nothing has finished in the store: a held rollout waits there. Who reads the lines still needs a last one.
    const at = ports.clock.now().toISOString();
    host.io.out(json({ at, rolloutId: id, type: 'rolloutFinished', outcome, because }));
  }
  return outcome;
}
