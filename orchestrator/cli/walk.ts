/** Walks a rollout in this process, tells what happens, and says how it ended. */
import { loadDocument } from '../documents';
import type { RolloutId } from '../domain/brand';
import type { Outcome, RolloutRecord } from '../domain/rollout';
import type { ExecutionEnd } from '../engine/engine';
import type { LocalEngine } from '../local';
import { readAccounts, readRollout } from '../records';
import { type ExitStatus, exitStatus, exitStatusByOutcome } from './exit-status';
import { createFollower, type Follower } from './follow';
import type { Host } from './host';
import type { CommonOptions } from './options';
import { createPaint } from './paint';
import { troubledAccounts } from './render/trouble';
import { summary } from './render/summary';
import type { Session } from './session';
import { cleaned, json } from './text';

export interface WalkOptions {
  readonly common: CommonOptions;
  /** Names the rollout to the follower as soon as there is one, and walks it. */
  readonly begin: (engine: LocalEngine, follower: Follower) => Promise<ExecutionEnd>;
}

export async function walk(host: Host, session: Session, { common, begin }: WalkOptions): Promise<ExitStatus> {
  const follower = createFollower(host, { json: common.json });
  const engine = session.engine(follower.glance);
  const walking = session.run(async () => {
    const stopTicking = session.isReal && host.io.isTerminal && !common.json ? tick(session, follower) : () => {};
    try {
      return await begin(engine, follower);
    } finally {
      stopTicking();
      await follower.settle();
    }
  });
  const ended = await untilInterrupted(host, walking);
  const id = follower.rollout();
  if (ended === 'interrupted' || id === undefined) return interrupted(host, session, common, id);
  return session.run(() => conclude(host, session, common, id, ended));
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

async function untilInterrupted<T>(host: Host, work: Promise<T>): Promise<T | 'interrupted'> {
  let forget = (): void => {};
  const interrupt = new Promise<'interrupted'>((resolve) => {
    forget = host.onInterrupt(() => resolve('interrupted'));
  });
  // After an interruption nobody listens to how the work ends.
  work.catch(() => undefined);
  return Promise.race([work, interrupt]).finally(forget);
}

function interrupted(host: Host, session: Session, common: CommonOptions, id: RolloutId | undefined): ExitStatus {
  const { err } = host.io;
  if (id === undefined) err('stopped; nothing was started');
  else if (!session.isReal) err(`stopped; rollout ${id} was in a made-up organization, which is gone`);
  else {
    err(`stopped following; what AWS has begun goes on there, and rollout ${id} waits`);
    err(`go on with: ${command(common, `resume ${id}`)}`);
  }
  return exitStatus.interrupted;
}

export const command = ({ again }: Pick<CommonOptions, 'again'>, words: string): string =>
  ['strongroom', words, again].filter((part) => part !== '').join(' ');

async function conclude(
  host: Host,
  session: Session,
  common: CommonOptions,
  id: RolloutId,
  end: ExecutionEnd,
): Promise<ExitStatus> {
  const { value: record } = await readRollout(session.ports, id);
  const conclusion = concluded(record, end);
  if (common.json) {
    // Nothing has finished in the store: a held rollout waits there. Who reads the lines still needs a last one.
    if (record.status.kind !== 'finished') {
      const { outcome, because } = conclusion;
      const at = session.ports.clock.now().toISOString();
      host.io.out(json({ type: 'rolloutFinished', outcome, rolloutId: id, because, at }));
    }
  } else {
    const lines = summary(
      cleaned({ record, troubled: await troubled(session, record), ...conclusion }),
      { endedAt: session.ports.clock.now(), command: (words) => command(common, words), isReal: session.isReal },
      createPaint(host.io.colour),
    );
    for (const line of lines) host.io.out(line);
  }
  return exitStatusByOutcome[conclusion.outcome];
}

function concluded(
  { status }: RolloutRecord,
  end: ExecutionEnd,
): { readonly outcome: Outcome; readonly because: readonly string[] } {
  if (status.kind === 'finished') return { outcome: status.outcome, because: status.because };
  if (status.kind === 'asking') return { outcome: 'held', because: status.question.because };
  const because = end.status === 'FAILED' ? `${end.error}: ${end.cause}` : `the walk ended as ${end.status}`;
  return { outcome: 'failed', because: [because] };
}

/** Accounts of the rollout in which something went wrong. */
async function troubled({ ports }: Session, record: RolloutRecord) {
  if (record.plan === undefined) return [];
  const plan = await loadDocument(ports, 'plan', record.plan);
  const ids = plan.waves.slice(0, record.wave + 1).flatMap((wave) => wave.accounts.map(({ id }) => id));
  const items = await readAccounts(ports, ids);
  return troubledAccounts(
    items.flatMap((item) => (item === undefined ? [] : [item.value])),
    record.id,
  );
}
