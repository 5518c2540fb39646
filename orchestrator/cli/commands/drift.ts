/** Detects drift in the stack sets of the waves: CloudFormation checks every stack, and no account is entered. */

import { errors } from '../../domain/errors';
import { parseSweepId } from '../../domain/model/brand';
import { advanceDrift, type DriftProgress, type DriftRun } from '../../operations/detect-drift';
import { stamp } from '../../operations/start';
import { createPaint } from '../../presentation/paint';
import { cleaned, json } from '../../presentation/text';
import { listAccounts } from '../../records/accounts';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { type CommonOptions, waveNames } from '../options';
import { driftDocument, driftedIn, driftLines, driftProgressLine } from '../render/drift';
import { createScreen } from '../screen';
import { openSession, type Session } from '../session';
import { interruptible, type VerifyOptions } from './verify';

const pollSeconds = 15;
/** Twelve hours, after which a detection is given up anyway. */
const pollsMax = (12 * 3600) / pollSeconds;

export async function verifyDrift(host: Host, common: CommonOptions, options: VerifyOptions): Promise<ExitStatus> {
  if (options.account !== undefined)
    throw errors.invalidInput(
      'CloudFormation detects drift in whole stack sets, not in single accounts',
      'remove --account, or select waves with --wave',
    );
  const session = await openSession(host, common);
  try {
    return await interruptible(host, common, { ...options, drift: true }, looked(host, session, common, options));
  } finally {
    await session.close();
  }
}

async function looked(
  host: Host,
  session: Session,
  common: CommonOptions,
  options: VerifyOptions,
): Promise<ExitStatus> {
  const waves = options.wave && waveNames(options.wave, session.desiredState);
  const { ports } = session;
  const id = parseSweepId(`sw-${stamp(ports.clock.now(), ports.random)}`);
  const by = await session.run(session.actor);
  const progress = await session.run(() => looking(host, session, { id, by, waves }, common.json));
  const drifted = driftedIn(progress, await session.run(() => listAccounts(ports)));
  if (common.json) host.io.out(json(driftDocument(progress, drifted), 2));
  else driftLines(cleaned(progress), cleaned(drifted), createPaint(host.io.colour)).forEach(host.io.out);
  return statusOf(progress, drifted.length);
}

/** Polls until every stack set is checked, except those that a rollout is changing. */
async function looking(
  { io }: Host,
  { ports, desiredState }: Session,
  run: DriftRun,
  asJson: boolean,
): Promise<DriftProgress> {
  const screen = createScreen(io);
  let said = '';
  try {
    for (let poll = 0; poll < pollsMax; poll++) {
      const progress = await advanceDrift(ports, desiredState, run);
      const line = driftProgressLine(progress);
      if (!asJson) screen.block([line]);
      if (!asJson && !io.isTerminal && line !== said) screen.line(line);
      said = line;
      if (progress.running.length === 0 && progress.waiting.every(({ because }) => because !== '')) return progress;
      await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + pollSeconds * 1000));
    }
    throw errors.limitExceeded('drift detection', `${(pollsMax * pollSeconds) / 3600} hours`);
  } finally {
    screen.block([]);
  }
}

/** A stack set that was not checked does not count as in sync. */
function statusOf({ ended, waiting }: DriftProgress, drifted: number): ExitStatus {
  const isWhole =
    waiting.length === 0 &&
    ended.length > 0 &&
    ended.every((detection) => detection.ended?.because === '' && detection.ended.unrecorded === 0);
  const isClean = drifted === 0 && ended.every((detection) => detection.ended?.unknown === 0);
  return isWhole && isClean ? exitStatus.done : exitStatus.held;
}
