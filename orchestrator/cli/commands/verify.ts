/** The health checks now: nothing is deployed, and accounts are entered to read only. */
import { type Member, membersMeant, type Verified, verifyMembers } from '../../events/sweep';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import type { CommonOptions } from '../options';
import { createPaint } from '../paint';
import { isVerified, verifiedEntry, verifyLines } from '../render/verify';
import { createScreen } from '../screen';
import { openSession, type Session } from '../session';
import { cleaned, json, plural } from '../text';
import { narrowing, type Selection } from './plan';

export type VerifyOptions = Pick<Selection, 'wave' | 'account'>;

export async function verify(host: Host, common: CommonOptions, options: VerifyOptions): Promise<ExitStatus> {
  // Where there is no state yet, nothing was rolled out, and no visit is made that would be written down.
  const session = await openSession(host, common);
  try {
    const request = narrowing(options, session);
    const { ports, baseline, intent } = session;
    const members = await session.run(() => membersMeant(ports, baseline, intent, request));
    const verified = await verifying(host, session, members, common.json);
    if (common.json) host.io.out(json(verified.map(verifiedEntry), 2));
    else verifyLines(cleaned(verified), createPaint(host.io.colour)).forEach(host.io.out);
    return statusOf(verified, options.account !== undefined);
  } finally {
    await session.close();
  }
}

/** Accounts between two lines of progress, where there is no terminal to redraw it on. */
const lineEvery = 100;

async function verifying(
  { io }: Host,
  { ports, intent, run }: Session,
  members: readonly Member[],
  asJson: boolean,
): Promise<readonly Verified[]> {
  const screen = createScreen(io);
  let [done, findings] = [0, 0];
  const tell = (one: Verified): void => {
    done += 1;
    if (isVerified(one) && one.verdict !== 'healthy') findings += 1;
    if (asJson) return;
    const line = `verified ${done} of ${plural(members.length, 'account')}, ${findings} with findings`;
    screen.block([line]);
    if (!io.isTerminal && done % lineEvery === 0) screen.line(line);
  };
  try {
    return await run(() => verifyMembers(ports, intent, members, tell));
  } finally {
    screen.block([]);
  }
}

/** What was not measured did not pass: neither an account that was asked for by its id, nor an organization of which nothing could be. */
function statusOf(verified: readonly Verified[], isNamed: boolean): ExitStatus {
  const looked = verified.filter(isVerified);
  const isWhole = isNamed ? looked.length === verified.length : looked.length > 0;
  return isWhole && looked.every(({ verdict }) => verdict === 'healthy') ? exitStatus.done : exitStatus.held;
}
