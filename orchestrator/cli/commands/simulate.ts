/** `strongroom simulate`: a rollout over a simulated organization in virtual time, with its figures. */
import type { AccountRecord } from '../../domain/model/account-record';
import type { Outcome } from '../../domain/model/rollout';
import type { Figures } from '../../engine/engine';
import { prepareRollout } from '../../operations/start';
import { outcomeWords } from '../../presentation/event';
import { createPaint } from '../../presentation/paint';
import { countsByState } from '../../presentation/status';
import { clean, duration, json, table } from '../../presentation/text';
import { listAccounts } from '../../records/accounts';
import type { SimulatedWorld } from '../../simulated/world';
import { conclusionOf } from '../conclusion';
import { type ExitStatus, exitStatusByOutcome } from '../exit-status';
import type { Host } from '../host';
import { wholeNumber } from '../options';
import { madeUpDesiredState, type SimulatedSession, simulatedSession } from '../session';

export interface SimulateOptions {
  readonly accounts: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** A fixed start, because the same seed must give the same run. */
export const simulatedStart = new Date('2026-01-05T08:00:00.000Z');

export interface Simulated {
  readonly accounts: number;
  readonly seed: number;
  readonly rolloutId: string;
  readonly outcome: Outcome;
  readonly because: readonly string[];
  readonly wallMs: number;
  readonly virtualMs: number;
  readonly states: Readonly<Record<string, number>>;
  readonly historyEvents: number;
  readonly transitions: number;
  readonly largestStateInputBytes: number;
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly peakMemoryBytes: number;
}

export async function simulate(host: Host, options: SimulateOptions): Promise<ExitStatus> {
  const seed = wholeNumber('--seed', options.seed);
  const accounts = wholeNumber('--accounts', options.accounts);
  const { drizzle } = await import('../../simulated/rates');
  const startedAt = host.now();
  const world = await host.openSimulated({ seed, accounts, start: simulatedStart, weather: drizzle });
  const session = await simulatedSession(host, world, await madeUpDesiredState(world));
  const ran = await session.run(() => rolledOut(session, `simulate --seed ${seed}`));
  const simulated: Simulated = {
    accounts,
    seed,
    ...ran.ended,
    wallMs: host.now().getTime() - startedAt.getTime(),
    virtualMs: world.clock.nowMs() - simulatedStart.getTime(),
    states: countOf(ran.records),
    historyEvents: ran.figures.historyEvents,
    transitions: ran.figures.transitions,
    largestStateInputBytes: ran.figures.largestPayloadBytes,
    apiCalls: callsOf(world),
    peakMemoryBytes: host.peakMemoryBytes(),
  };
  if (options.json === true) host.io.out(json(simulated, 2));
  else for (const line of figureLines(simulated, ran.records, host)) host.io.out(line);
  return exitStatusByOutcome[simulated.outcome];
}

interface Ran {
  readonly ended: Pick<Simulated, 'rolloutId' | 'outcome' | 'because'>;
  readonly figures: Figures;
  readonly records: readonly AccountRecord[];
}

async function rolledOut(session: SimulatedSession, name: string): Promise<Ran> {
  const engine = session.engine();
  const input = await prepareRollout(engine.ports, session.baseline, session.desiredState, {
    by: { kind: 'simulated', name },
  });
  const end = await engine.start(input);
  const { outcome, because } = await conclusionOf(session.ports, input.rolloutId, end);
  return {
    ended: { rolloutId: input.rolloutId, outcome, because },
    figures: await engine.figures(input.rolloutId),
    records: (await listAccounts(session.ports)).map(({ value }) => value),
  };
}

const countOf = (records: readonly AccountRecord[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { state } of records) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

const callsOf = ({ calls }: SimulatedWorld): Readonly<Record<string, number>> =>
  Object.fromEntries([...calls.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));

const mebibyte = 1_048_576;

function figureLines(figures: Simulated, records: readonly AccountRecord[], host: Host): readonly string[] {
  const paint = createPaint(host.io.colour);
  const calls = Object.entries(figures.apiCalls).toSorted(([, a], [, b]) => b - a);
  const { outcome } = figures;
  return [
    `${paint.bold(`rollout ${figures.rolloutId}`)} over ${figures.accounts} simulated accounts (seed ${figures.seed}): ${
      outcome === 'completed' ? paint.green(outcomeWords[outcome]) : paint.red(outcomeWords[outcome])
    }`,
    ...(outcome === 'completed' ? [] : figures.because.map((reason) => `  ${clean(reason)}`)),
    ...table(
      [
        ['wall time', `${(figures.wallMs / 1000).toFixed(1)} s`],
        ['virtual time', duration(figures.virtualMs)],
        ['accounts', countsByState(records)],
        ['history events', `${figures.historyEvents} (the limit of Step Functions is 25000)`],
        ['state transitions', String(figures.transitions)],
        ['largest state input', `${figures.largestStateInputBytes} bytes`],
        ['API calls', String(calls.reduce((sum, [, count]) => sum + count, 0))],
        ['peak memory', `${Math.round(figures.peakMemoryBytes / mebibyte)} MiB`],
      ],
      '  ',
    ),
    '',
    paint.bold('API calls by kind'),
    ...table(
      calls.map(([api, count]) => [String(count), api]),
      '  ',
    ),
  ];
}
