import { errors } from '../../domain/errors';
import { prepareRollout, previewPlan } from '../../rollouts';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import type { CommonOptions } from '../options';
import { planFigures, planSummary } from '../render/plan';
import { openSession, type Session } from '../session';
import { cleaned } from '../text';
import { walk } from '../walk';
import { type Narrowing, narrowing, type Selection } from './plan';

export interface RolloutOptions extends Selection {
  readonly engine: string;
  readonly yes?: boolean;
  readonly reason?: string;
}

export async function rollout(host: Host, common: CommonOptions, options: RolloutOptions): Promise<ExitStatus> {
  refuseOtherEngines(options.engine);
  const session = await openSession(host, common, 'write');
  try {
    const request = narrowing(options, session);
    if (!(await isWanted(host, session, common, request, options.yes === true))) {
      host.io.err('nothing was started');
      return exitStatus.done;
    }
    const { reason } = options;
    return await walk(host, session, {
      common,
      begin: async (engine, follower) => {
        const wanted = { ...request, by: host.user, ...(reason !== undefined && { reason }) };
        const baton = await prepareRollout(engine.ports, session.baseline, session.intent, wanted);
        follower.watch(engine.ports, baton.rolloutId, 0);
        return engine.start(baton);
      },
    });
  } finally {
    await session.close();
  }
}

function refuseOtherEngines(engine: string): void {
  if (engine === 'local') return;
  throw errors.invalidInput(
    engine === 'stepfunctions'
      ? 'this version walks rollouts in this process only, not on Step Functions'
      : `there is no engine "${engine}"`,
    'leave --engine out, or write `--engine local`',
  );
}

/** Shows the plan, and asks where something real would change. */
async function isWanted(
  host: Host,
  session: Session,
  { json }: CommonOptions,
  request: Narrowing,
  isSaid: boolean,
): Promise<boolean> {
  const mustAsk = session.isReal && !isSaid;
  if (mustAsk && (json || host.confirm === undefined))
    throw errors.invalidInput('nobody can confirm the rollout here', 'look at `strongroom plan`, then add --yes');
  // The one who reads JSON has the plan from `plan --json`, and the log begins with its figures.
  if (json) return true;
  const { ports, baseline, intent } = session;
  const { plan } = await session.run(() => previewPlan(ports, baseline, intent, request));
  const shown = cleaned(plan);
  for (const line of [`release ${shown.release}: ${planFigures(shown)}`, ...planSummary(shown)]) host.io.out(line);
  for (const note of shown.notes) host.io.out(`  note: ${note}`);
  host.io.out('');
  return !mustAsk || (await host.confirm?.('Start this rollout?')) === true;
}
