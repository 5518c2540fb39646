import { errors } from '../../domain/errors';
import type { ExitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, wholeNumber } from '../options';
import { command } from '../run';
import { openSession } from '../session';
import { showDashboard } from '../show-dashboard';

const portMax = 65_535;
const portLike = 8080;

export async function dashboard(host: Host, common: CommonOptions, text: string): Promise<ExitStatus> {
  const port = wholeNumber('--port', text, portLike);
  if (port > portMax)
    throw errors.invalidInput(`--port must be at most ${portMax}, got ${port}`, 'remove --port to use a free port');
  const session = await openSession(host, common);
  try {
    // A simulated organization is new each time, so a rollout starts to have something to show.
    const { desiredState, isReal } = session;
    const rollOut = isReal
      ? undefined
      : { desiredState, request: { by: await session.actor(), reason: 'a first look' } };
    return await showDashboard(host, session, {
      engine: session.engine(),
      port,
      rollOut,
      again: command(common, 'dashboard'),
    });
  } finally {
    await session.close();
  }
}
