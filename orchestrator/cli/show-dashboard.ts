/** Shows the dashboard over a session's world until the person interrupts it. */
import { messageOf } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { RolloutRequest } from '../domain/model/rollout';
import { prepareRollout } from '../operations/start';
import { createPaint } from '../presentation/paint';
import { clean } from '../presentation/text';
import type { Runner } from '../runtime/step-functions';
import { type ExitStatus, exitStatus } from './exit-status';
import type { Host } from './host';
import type { Session } from './session';

export interface NextRollout {
  readonly desiredState: DesiredState;
  readonly request: RolloutRequest;
}

export interface ShowOptions {
  readonly engine: Runner;
  readonly port: number;
  /** The command that opens the dashboard again. */
  readonly again: string;
  /** A rollout to start while the page is open. */
  readonly rollOut?: NextRollout | undefined;
}

export async function showDashboard(
  host: Host,
  session: Session,
  { engine, port, rollOut, again }: ShowOptions,
): Promise<ExitStatus> {
  const opened = await host.openDashboard({
    engine,
    desired: session,
    executions: session.executions,
    inTime: session.run,
    inTimeSlowly: session.runSlowly,
    pageFolder: host.pageFolder,
    port,
    actor: session.actor,
    onFault: reportFault(host),
  });
  try {
    const interrupted = new Promise<void>((resolve) => void host.onInterrupt(resolve));
    if (rollOut !== undefined) {
      const { desiredState, request } = rollOut;
      await opened.start(
        await session.run(() => prepareRollout(engine.ports, session.baseline, desiredState, request)),
      );
    }
    for (const line of welcome(host, opened.url, session.isReal)) host.io.out(line);
    await interrupted;
  } finally {
    await opened.close();
  }
  return goodbye(host, session, opened.underway(), again);
}

const welcome = (host: Host, url: string, isReal: boolean): readonly string[] => [
  '',
  `${createPaint(host.io.colour).bold('The dashboard')} is open on this machine. Only the first browser that opens this address gets in:`,
  `  ${url}`,
  ...(isReal ? [] : ['A rollout runs while you watch, ten minutes per second.']),
  'Press Ctrl-C to close it.',
];

function goodbye({ io }: Host, session: Session, underway: readonly RolloutId[], again: string): ExitStatus {
  const gone = session.isReal ? '' : '; the simulated organization is gone';
  io.err(`closed${gone}. To open it again: ${again}`);
  if (!session.isReal || session.executions !== undefined || underway.length === 0) return exitStatus.done;
  for (const id of underway) io.err(`stopped rollout ${id}; to continue: strongroom resume ${id}`);
  return exitStatus.interrupted;
}

const reportFault =
  ({ io, env }: Host) =>
  (error: unknown): void => {
    io.err(`error: ${clean(messageOf(error))}`);
    if (env('STRONGROOM_DEBUG') === '1' && error instanceof Error) io.err(error.stack ?? '');
  };
