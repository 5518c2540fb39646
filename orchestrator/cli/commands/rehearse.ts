/** `strongroom rehearse`: asks AWS, in one spare account, what the code assumes about it. */
import { open, writeFile } from 'node:fs/promises';
import { errors, messageOf } from '../../domain/errors';
import { type Answer, endingOf, markdownOf, type Report } from '../../domain/rehearsal/report';
import { parseStackSetEvent } from '../../events/stack-set-event';
import {
  assertSpare,
  cleanUpAfter,
  type RehearsalRequest,
  type RehearsePorts,
  rehearse as rehearseIn,
} from '../../operations/rehearse';
import { createPaint } from '../../presentation/paint';
import { cleaned, json } from '../../presentation/text';
import { type ExitStatus, exitStatus, exitStatusByEnding } from '../exit-status';
import type { Host } from '../host';
import { accountId, type CommonOptions, regionNamed, waveNames } from '../options';
import { answerLine, intentionLines, remainsLines, reportLines } from '../render/rehearsal';
import { command } from '../run';
import { openSession, type Session } from '../session';

export interface RehearseOptions {
  readonly account: string;
  readonly optInRegion?: string;
  readonly inWave?: string;
  readonly report?: string;
  readonly cleanup?: boolean;
  readonly yes?: boolean;
}

export async function rehearse(host: Host, common: CommonOptions, options: RehearseOptions): Promise<ExitStatus> {
  const account = accountId(options.account);
  const mustAsk = common.world.kind === 'aws' && options.yes !== true;
  if (mustAsk && (common.json || host.confirm === undefined))
    throw errors.invalidInput(
      'the rehearsal cannot be confirmed here',
      'read `strongroom rehearse --help`, then add --yes',
    );
  const optInRegion = options.optInRegion === undefined ? undefined : regionNamed(options.optInRegion);
  if (options.report !== undefined) await assertWritable(options.report);

  const session = await openSession(host, common);
  try {
    const [inWave] = options.inWave === undefined ? [] : waveNames([options.inWave], session.desiredState);
    const request = { account, optInRegion, inWave };
    const ports = { ...session.ports, rehearsal: await session.openRehearsal() };
    const { home } = session.desiredState.regions;
    if (options.cleanup !== true) await session.run(() => assertSpare(ports, session.desiredState, request));
    if (!common.json) intentionLines({ ...request, home, isCleanup: options.cleanup === true }).forEach(host.io.out);
    const prompt = options.cleanup === true ? 'Remove it?' : 'Start this rehearsal?';
    if (mustAsk && (await host.confirm?.(prompt)) !== true) {
      host.io.err('cancelled; nothing was changed');
      return exitStatus.done;
    }
    return options.cleanup === true
      ? await cleaningUp(host, session, common, { ports, request })
      : await rehearsing(host, session, common, { ports, request, file: options.report });
  } finally {
    await session.close();
  }
}

/** What takes an hour should not fail at its end. */
async function assertWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (error) {
    throw errors.invalidInput(`cannot write ${file}: ${messageOf(error)}`, 'use another file with --report');
  }
}

interface Prepared {
  readonly ports: RehearsePorts;
  readonly request: RehearsalRequest;
}

async function cleaningUp(
  host: Host,
  { run, desiredState }: Session,
  { json: asJson }: CommonOptions,
  { ports, request }: Prepared,
): Promise<ExitStatus> {
  const remains = await run(() => cleanUpAfter(ports, desiredState, request));
  if (asJson) host.io.out(json({ remains }, 2));
  else remainsLines(cleaned(remains)).forEach(host.io.out);
  return remains.length === 0 ? exitStatus.done : exitStatus.held;
}

async function rehearsing(
  host: Host,
  { run, desiredState }: Session,
  common: CommonOptions,
  { ports, request, file }: Prepared & { readonly file: string | undefined },
): Promise<ExitStatus> {
  const { io } = host;
  const paint = createPaint(io.colour);
  const again = command(common, `rehearse --account ${request.account} --cleanup`);
  const interruption = new AbortController();
  const forget = host.onInterrupt(() => {
    io.err('interrupted; removing what the rehearsal has created');
    io.err(`if you interrupt this too, remove the rest with: ${again}`);
    interruption.abort();
  });
  const watching = {
    parseEvent: parseStackSetEvent,
    signal: interruption.signal,
    tell: (answer: Answer) => {
      if (!common.json) io.out(answerLine(cleaned(answer), paint));
    },
    cleaning: () => {
      if (!common.json) io.out('removing what the rehearsal has created');
    },
  };
  const report = await run(() => rehearseIn(ports, desiredState, request, watching)).finally(forget);
  if (file !== undefined) await writeFile(file, written(report, file));
  if (common.json) io.out(json(report, 2));
  else reportLines(cleaned(report), { paint, again, file }).forEach(io.out);
  if (interruption.signal.aborted) return exitStatus.interrupted;
  return exitStatusByEnding[endingOf(report)];
}

const written = (report: Report, file: string): string =>
  file.endsWith('.json') ? `${json(report, 2)}\n` : markdownOf(report);
