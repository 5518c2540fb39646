/** The dashboard of one process: the API over its world, the page, and the rollouts that run in this process. */
import { performance } from 'node:perf_hooks';
import { errors, messageOf } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { RolloutRecord } from '../domain/model/rollout';
import { readRollout } from '../records/rollouts';
import type { DashboardOptions, OpenDashboard } from '../runtime/local-dashboard';
import type { RolloutRunner } from './api/actions';
import { createApi } from './api/router';
import { readPageFiles } from './page-files';
import { serveDashboard } from './serve';

/** @throws InvalidInput if the port cannot be listened on, or the page was not built. */
export async function openDashboard(options: DashboardOptions): Promise<OpenDashboard> {
  const { engine, executions, desired, inTime, pageFolder, port, actor, onFault } = options;
  const files = await readPageFiles(pageFolder);
  const runs = createRuns(options);
  const api = createApi({
    ports: engine.ports,
    executions,
    runner: runs,
    desired: async () => desired,
    inTime,
    elapsedMs: () => performance.now(),
    onFault,
  });
  const who = { role: 'operator', actor } as const;
  const server = await serveDashboard({ api, files, port, who, onFault }).catch((error: unknown) => {
    throw errors.invalidInput(`cannot listen on port ${port}: ${messageOf(error)}`, 'omit --port to use any free port');
  });
  return { url: server.url, start: runs.start, underway: runs.underway, close: server.close };
}

interface Runs extends RolloutRunner {
  readonly underway: () => readonly RolloutId[];
}

/** Rollouts that this process runs, each by one runner at a time. */
function createRuns({
  engine,
  inTimeSlowly,
  onFault,
}: Pick<DashboardOptions, 'engine' | 'inTimeSlowly' | 'onFault'>): Runs {
  const runs = new Map<RolloutId, Promise<void>>();
  const follow = (id: RolloutId, run: () => Promise<unknown>): void => {
    const before = runs.get(id) ?? Promise.resolve();
    const mine = before
      .then(() => inTimeSlowly(run))
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
    // The runner that was there may have received the answer itself, and be past it.
    resume: async (id) =>
      follow(id, async () => {
        if (needsRunner((await readRollout(engine.ports, id)).value)) await engine.resume(id);
      }),
  };
}

const needsRunner = ({ status, lastStep }: RolloutRecord): boolean =>
  status.kind !== 'finished' && (status.kind !== 'awaitingApproval' || lastStep?.state === 'AskOperator');
