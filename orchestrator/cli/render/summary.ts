/** What a person reads when a rollout has ended or stopped: how, wave by wave, who failed and why, and what to do next. */
import type { WaveProgress } from '../../domain/model/rollout';
import { findingLines } from '../../presentation/findings';
import type { Paint } from '../../presentation/paint';
import { duration, plural, table } from '../../presentation/text';
import type { Conclusion } from '../conclusion';

export interface Surroundings {
  readonly endedAt: Date;
  /** A command as it must be typed here, with the options that lead to this world and state. */
  readonly command: (words: string) => string;
  /** Whether the rollout can be gone on with: what was made up is gone with its process. */
  readonly isKept: boolean;
}

export function summary(ended: Conclusion, around: Surroundings, paint: Paint): readonly string[] {
  const { record, outcome, because, troubled } = ended;
  const took = duration(around.endedAt.getTime() - new Date(record.startedAt).getTime());
  const colour = outcome === 'completed' ? paint.green : paint.red;
  // What is named account by account below need not be said twice.
  const reasons = because.filter((reason) => !troubled.some(({ id }) => reason.startsWith(id)));
  const next = around.isKept ? nextSteps(ended, around.command) : [];
  return [
    '',
    `${paint.bold(`rollout ${record.id}`)} ${colour(outcome)} after ${took}`,
    ...table(record.waves.map(waveRow), '  '),
    ...(outcome === 'completed' ? [] : ['', paint.bold('why'), ...reasons.map((reason) => `  ${reason}`)]),
    ...(troubled.length === 0 ? [] : ['', paint.bold(`${plural(troubled.length, 'account')} with findings`)]),
    ...troubled.flatMap(({ id, name, wave, findings }) => [
      `  ${paint.bold(id)} ${name} (wave ${wave})`,
      ...findingLines(findings, '    '),
    ]),
    ...(next.length === 0 ? [] : ['', paint.bold('what to do next'), ...nextLines(next, paint)]),
    ...(around.isKept ? [] : ['', paint.dim('This organization was made up, and is gone now.')]),
  ];
}

const waveRow = (wave: WaveProgress): readonly string[] => [
  wave.name,
  plural(wave.accounts, 'account'),
  statusOf(wave),
];

function statusOf({ status }: WaveProgress): string {
  switch (status.kind) {
    case 'pending':
      return 'not started';
    case 'open':
      return 'at work';
    case 'judged':
      return status.verdict;
    case 'overridden':
      return `overridden by ${status.by}: ${status.reason}`;
  }
}

interface NextStep {
  readonly command: string;
  readonly why: string;
}

/** Only commands that there are, as they must be typed. */
export function nextSteps(
  { record, outcome, troubled }: Pick<Conclusion, 'record' | 'outcome' | 'troubled'>,
  command: Surroundings['command'],
): readonly NextStep[] {
  const { id, status } = record;
  const [first] = troubled;
  const look: readonly NextStep[] =
    first === undefined ? [] : [{ command: command(`account ${first.id}`), why: 'everything about this account' }];
  if (status.kind === 'awaitingApproval') {
    const stop = { command: command(`reject ${id} --reason TEXT`), why: 'end it here; what was done stays' };
    if (status.prompt.about === 'approval')
      return [{ command: command(`approve ${id} --reason TEXT`), why: 'let the wave start, under your name' }, stop];
    if (status.prompt.about === 'pause')
      return [...look, { command: command(`resume ${id}`), why: 'go on: what is done is not done again' }, stop];
    return [
      ...look,
      { command: command(`resume ${id}`), why: 'when it is mended: try the wave again' },
      { command: command(`approve ${id} --reason TEXT`), why: 'go on in spite of it, under your name' },
      stop,
    ];
  }
  if (status.kind !== 'finished')
    return [...look, { command: command(`resume ${id}`), why: 'go on from where it stopped' }];
  if (outcome === 'completed' && troubled.length === 0)
    return [{ command: command('status'), why: 'where every account stands' }];
  return [
    ...look,
    { command: command('status'), why: 'where every account stands' },
    { command: command('rollout --retry-failed'), why: 'when it is mended: only the accounts that failed' },
  ];
}

const nextLines = (steps: readonly NextStep[], paint: Paint): readonly string[] => {
  const width = Math.max(...steps.map((step) => step.command.length));
  return steps.map((step) => `  ${paint.cyan(step.command.padEnd(width))}  ${paint.dim(step.why)}`);
};
