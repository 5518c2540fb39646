/** The dashboard over a session's world, served by this process until the person interrupts it. */
import { performance } from 'node:perf_hooks';
import { type ExitStatus, exitStatus } from '../cli/exit-status';
import type { Host } from '../cli/host';
import type { Session } from '../cli/session';
import { errors, messageOf } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { RolloutRecord, RolloutRequest } from '../domain/model/rollout';
import { prepareRollout } from '../operations/start';
import { createPaint } from '../presentation/paint';
import { clean } from '../presentation/text';
import { readRollout } from '../records/rollouts';
import type { Runner } from '../runtime/step-functions';
import type { Running } from './api/acts';

export interface Wanted {
  readonly desiredState: DesiredState;
  readonly request: RolloutRequest;
}

export interface ShowOptions {
  readonly engine: Runner;
  readonly port: number;
  /** What opens it again. */
  readonly again: string;
  /** A rollout that goes out while the page is open. */
  readonly rollOut?: Wanted | undefined;
}

export async function showDashboard(
  host: Host,
  session: Session,
  { engine, port, rollOut, again }: ShowOptions,
): Promise<ExitStatus> {
  const { createApi } = await import('./api/router');
  const { readPageFiles } = await import('./page-files');
  const { serveDashboard } = await import('./serve');
  const onFault = tellFault(host);
  const files = await readPageFiles(host.pageFolder);
  const runs = createRuns(session, engine, onFault);
  const api = createApi({
    ports: engine.ports,
    executions: session.executions,
    running: runs,
    desired: async () => session,
    inTime: session.run,
    elapsedMs: () => performance.now(),
    onFault,
  });
  const who = { name: host.user, role: 'operator' } as const;
  const server = await serveDashboard({ api, files, port, who, onFault }).catch((error: unknown) => {
    throw errors.invalidInput(
      `cannot listen on port ${port}: ${messageOf(error)}`,
      'leave --port out: a free one is found',
    );
  });
  try {
    const interrupted = new Promise<void>((resolve) => void host.onInterrupt(resolve));
    if (rollOut !== undefined) await begin(session, engine, runs, rollOut);
    for (const line of welcome(host, server.url, session.isReal)) host.io.out(line);
    await interrupted;
  } finally {
    await server.close();
  }
  return goodbye(host, session, runs.underway(), again);
}

async function begin(session: Session, engine: Runner, running: Running, wanted: Wanted): Promise<void> {
  const { desiredState, request } = wanted;
  await running.start(await session.run(() => prepareRollout(engine.ports, session.baseline, desiredState, request)));
}

const welcome = (host: Host, url: string, isReal: boolean): readonly string[] => [
  '',
  `${createPaint(host.io.colour).bold('The dashboard')} is open on this machine, for the browser that opens this address first:`,
  `  ${url}`,
  ...(isReal ? [] : ['A rollout goes out there while you look, ten minutes in a second.']),
  'Ctrl-C closes it.',
];

function goodbye({ io }: Host, session: Session, underway: readonly RolloutId[], again: string): ExitStatus {
  const gone = session.isReal ? '' : ', and the made-up organization is gone with it';
  io.err(`closed${gone}; open it again with: ${again}`);
  if (!session.isReal || session.executions !== undefined || underway.length === 0) return exitStatus.done;
  for (const id of underway) io.err(`stopped; rollout ${id} waits, go on with: strongroom resume ${id}`);
  return exitStatus.interrupted;
}

const tellFault =
  ({ io, env }: Host) =>
  (error: unknown): void => {
    io.err(`error: ${clean(messageOf(error))}`);
    if (env('STRONGROOM_DEBUG') === '1' && error instanceof Error) io.err(error.stack ?? '');
  };

interface Runs extends Running {
  readonly underway: () => readonly RolloutId[];
}

/** Rollouts that this process walks, each by one walker at a time. */
function createRuns(session: Session, engine: Runner, onFault: (error: unknown) => void): Runs {
  const runs = new Map<RolloutId, Promise<void>>();
  const follow = (id: RolloutId, run: () => Promise<unknown>): void => {
    const before = runs.get(id) ?? Promise.resolve();
    const mine = before
      .then(() => session.runSlowly(run))
      .then(() => undefined)
      .catch(onFault)
      .finally(() => {
        if (runs.get(id) === mine) runs.delete(id);
      });
    runs.set(id, mine);
  };
  return {
    underway: () => [...runs.keys()],
    start: async (input) => follow(input.rolloutId, () => engine.start(input)),
    // The walker that was there may have heard the answer itself, and be past it.
    goOn: async (id) =>
      follow(id, async () => {
        if (isToRun((await readRollout(engine.ports, id)).value)) await engine.resume(id);
      }),
  };
}

const isToRun = ({ status, lastStep }: RolloutRecord): boolean =>
  status.kind !== 'finished' && (status.kind !== 'awaitingApproval' || lastStep?.state === 'AskOperator');
