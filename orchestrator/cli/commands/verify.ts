/** `strongroom verify`: runs the health checks now. Nothing is deployed, and accounts are only read. */
import { errors } from '../../domain/errors';
import type { Actor } from '../../domain/model/actor';
import { membersToProbe, type Probed, probeMembers } from '../../operations/probe';
import { type Member, membersMeant, type Verified, verifyMembers } from '../../operations/sweep';
import { createPaint } from '../../presentation/paint';
import { cleaned, json, plural } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { untilInterrupted } from '../interruptible';
import type { CommonOptions } from '../options';
import { allProbesPassed, probedEntry, probedLines } from '../render/probes';
import { isVerified, verifiedEntry, verifyLines } from '../render/verify';
import { command } from '../run';
import { createScreen } from '../screen';
import { openSession, type Session } from '../session';
import { narrowing, type Selection } from './plan';

export type VerifyOptions = Pick<Selection, 'wave' | 'account'> & {
  readonly probe?: boolean;
  readonly operatorProfile?: string;
};

export async function verify(host: Host, common: CommonOptions, options: VerifyOptions): Promise<ExitStatus> {
  const { probe = false, operatorProfile } = options;
  if (operatorProfile !== undefined && !(probe && options.account?.length === 1))
    throw errors.invalidInput(
      '--operator-profile requires --probe and exactly one account, because the operator role trusts only its own account',
      'add --probe, and select the account with --account',
    );
  // Without a state folder nothing was rolled out, so no account is visited and nothing is written.
  const session = await openSession(host, common);
  try {
    return await interruptible(host, common, options, verified(host, session, common, options));
  } finally {
    await session.close();
  }
}

/** Results from before an interruption are recorded. */
export async function interruptible(
  host: Host,
  common: CommonOptions,
  { account = [], wave = [], probe, drift }: VerifyOptions & { readonly drift?: boolean },
  work: Promise<ExitStatus>,
): Promise<ExitStatus> {
  const ended = await untilInterrupted(host, work);
  if (ended !== 'interrupted') return ended;
  const named = (option: string, names: readonly string[]) => (names.length === 0 ? [] : [option, ...names]);
  const flags = [...(probe === true ? ['--probe'] : []), ...(drift === true ? ['--drift'] : [])];
  const words = ['verify', ...flags, ...named('--account', account), ...named('--wave', wave)];
  const left = probe === true ? 'the next probe removes leftover resources' : 'no account was changed';
  host.io.err(`interrupted; results so far are recorded, and ${left}`);
  host.io.err(`to verify again: ${command(common, words.join(' '))}`);
  return exitStatus.interrupted;
}

async function verified(
  host: Host,
  session: Session,
  common: CommonOptions,
  options: VerifyOptions,
): Promise<ExitStatus> {
  const { probe = false, operatorProfile } = options;
  const request = narrowing(options, session);
  const { ports, baseline, desiredState } = session;
  const members = await session.run(() => membersMeant(ports, baseline, desiredState, request));
  const isNamed = options.account !== undefined || options.wave !== undefined;
  const by = await session.run(session.actor);
  const willing = probe ? membersToProbe(desiredState, members, isNamed) : undefined;
  // Probes run first, so that the state of an account after the checks includes their results.
  const passing =
    willing && (await runProbes(host, session, willing, { by, asJson: common.json, profile: operatorProfile }));
  const visited = await verifying(host, session, members, { by, asJson: common.json });
  const paint = createPaint(host.io.colour);
  if (common.json) host.io.out(json(entries(visited, passing), 2));
  else {
    if (passing !== undefined) probedLines(cleaned(passing), paint).forEach(host.io.out);
    verifyLines(cleaned(visited), paint).forEach(host.io.out);
  }
  const status = statusOf(visited, options.account !== undefined);
  return status === exitStatus.done && !allProbesPassed(passing ?? []) ? exitStatus.held : status;
}

function entries(verified: readonly Verified[], passing: readonly Probed[] | undefined) {
  if (passing === undefined) return verified.map(verifiedEntry);
  const byId = new Map(passing.map((one) => [one.member.id, one]));
  return verified.map((one) => ({ ...verifiedEntry(one), probes: probedEntry(byId.get(one.member.id)) }));
}

interface Verifying {
  readonly by: Actor;
  readonly asJson: boolean;
}

async function runProbes(
  { io, ask }: Host,
  { ports, desiredState, run }: Session,
  members: readonly Member[],
  { by, asJson, profile }: Verifying & { readonly profile: string | undefined },
): Promise<readonly Probed[]> {
  const screen = createScreen(io);
  const askCode = async (device: string): Promise<string> => {
    if (ask === undefined) throw errors.noMfaCode(device);
    screen.block([]);
    return ask(`MFA code for ${device}: `);
  };
  let done = 0;
  const tell = (line: string): void => {
    if (asJson) return;
    screen.block([line]);
    if (!io.isTerminal && done % lineEvery === 0) screen.line(line);
  };
  tell(`probing ${plural(members.length, 'account')}; waiting up to 20 minutes for deliveries`);
  try {
    return await run(() =>
      probeMembers(ports, desiredState, members, {
        by,
        operatorCredentials: profile === undefined ? undefined : { profile, askCode },
        tell: () => {
          done += 1;
          tell(`probed ${done} of ${plural(members.length, 'account')}`);
        },
      }),
    );
  } finally {
    screen.block([]);
  }
}

/** Without a terminal, a progress line is printed after this many accounts. */
const lineEvery = 100;

async function verifying(
  { io }: Host,
  { ports, desiredState, run }: Session,
  members: readonly Member[],
  { by, asJson }: Verifying,
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
    return await run(() => verifyMembers(ports, desiredState, members, by, tell));
  } finally {
    screen.block([]);
  }
}

/** An account selected by id must be verified to count as healthy, and so must at least one account of an organization. */
function statusOf(verified: readonly Verified[], isNamed: boolean): ExitStatus {
  const looked = verified.filter(isVerified);
  const isWhole = isNamed ? looked.length === verified.length : looked.length > 0;
  return isWhole && looked.every(({ verdict }) => verdict === 'healthy') ? exitStatus.done : exitStatus.held;
}
