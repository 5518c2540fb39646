import { errors } from '../../domain/errors';
import type { Plan } from '../../domain/model/plan';
import type { RolloutRequest } from '../../domain/model/rollout';
import { prepareRollout, previewPlan } from '../../operations/start';
import { cleaned } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import type { CommonOptions } from '../options';
import { planFigures, planSummary } from '../render/plan';
import { run } from '../run';
import { openSession, type Session } from '../session';
import { type Narrowing, narrowing, type Selection } from './plan';

export interface RolloutOptions extends Selection {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly emergency?: boolean;
  readonly takeOverState?: boolean;
}

export async function rollout(host: Host, common: CommonOptions, options: RolloutOptions): Promise<ExitStatus> {
  if (options.emergency === true && !options.reason?.trim()) throw errors.emergencyWithoutReason();
  if (options.takeOverState === true && !options.reason?.trim()) throw errors.takeOverWithoutReason();
  const mustAsk = common.world.kind === 'aws' && options.yes !== true;
  if (mustAsk && (common.json || host.confirm === undefined))
    throw errors.invalidInput('the rollout cannot be confirmed here', 'review `strongroom plan`, then add --yes');

  let session = await openSession(host, common);
  try {
    const request = narrowing(options, session);
    await showPlan(host, session, common, request);
    if (mustAsk && (await host.confirm?.('Start this rollout?')) !== true) {
      host.io.err('cancelled; nothing was started');
      return exitStatus.done;
    }
    const by = await session.run(session.actor);
    session = await session.forWriting();
    const { reason, emergency, takeOverState } = options;
    return await started(host, session, common, { ...request, by, reason, emergency, takeOverState });
  } finally {
    await session.close();
  }
}

const started = (host: Host, session: Session, common: CommonOptions, request: RolloutRequest): Promise<ExitStatus> =>
  run(host, session, {
    common,
    begin: async (engine, follower) => {
      const input = await prepareRollout(engine.ports, session.baseline, session.desiredState, request);
      follower.watch(engine.ports, input.rolloutId, 0);
      return engine.start(input);
    },
  });

/** Planning before the start rejects an invalid plan before anything is written. */
async function showPlan(host: Host, session: Session, common: CommonOptions, request: Narrowing): Promise<void> {
  const { ports, baseline, desiredState } = session;
  const { plan } = await session.run(() => previewPlan(ports, baseline, desiredState, request));
  tellPlan(host, common, plan);
}

export function tellPlan(host: Host, { json }: CommonOptions, plan: Plan): void {
  // The events include the figures of the plan, and `plan --json` prints all of it.
  if (json) return;
  const shown = cleaned(plan);
  for (const line of [`release ${shown.release}: ${planFigures(shown)}`, ...planSummary(shown)]) host.io.out(line);
  for (const note of shown.notes) host.io.out(`  note: ${note}`);
  host.io.out('');
}
