/** The summary of a rollout that ended or stopped: its outcome, waves, findings and next steps. */
import { actorName } from '../../domain/model/actor';
import type { WaveProgress } from '../../domain/model/rollout';
import { outcomeWords } from '../../presentation/event';
import { findingLines } from '../../presentation/findings';
import type { Paint } from '../../presentation/paint';
import { duration, plural, table } from '../../presentation/text';
import type { Conclusion } from '../conclusion';

export interface Surroundings {
  readonly endedAt: Date;
  /** Returns a command with the options that lead to this world and state. */
  readonly command: (words: string) => string;
  /** Whether the rollout can continue: a simulated organization ends with its process. */
  readonly isKept: boolean;
}

export function summary(ended: Conclusion, around: Surroundings, paint: Paint): readonly string[] {
  const { record, outcome, because, troubled } = ended;
  const took = duration(around.endedAt.getTime() - new Date(record.startedAt).getTime());
  const colour = outcome === 'completed' ? paint.green : paint.red;
  // The findings below repeat the reasons of single accounts.
  const reasons = because.filter((reason) => !troubled.some(({ id }) => reason.startsWith(id)));
  const next = around.isKept ? nextSteps(ended, around.command) : [];
  return [
    '',
    `${paint.bold(`rollout ${record.id}`)} ${colour(outcomeWords[outcome])} after ${took}`,
    ...table(record.waves.map(waveRow), '  '),
    ...(outcome === 'completed' ? [] : ['', paint.bold('reason'), ...reasons.map((reason) => `  ${reason}`)]),
    ...(troubled.length === 0 ? [] : ['', paint.bold(`${plural(troubled.length, 'account')} with findings`)]),
    ...troubled.flatMap(({ id, name, wave, findings }) => [
      `  ${paint.bold(id)} ${name} (wave ${wave})`,
      ...findingLines(findings, '    '),
    ]),
    ...(next.length === 0 ? [] : ['', paint.bold('next steps'), ...nextLines(next, paint)]),
    ...(around.isKept ? [] : ['', paint.dim('This organization was simulated and no longer exists.')]),
  ];
}

const waveRow = (wave: WaveProgress): readonly string[] => [
  wave.name,
  plural(wave.accounts, 'account'),
  statusOf(wave),
];

function statusOf({ status, accounts }: WaveProgress): string {
  switch (status.kind) {
    case 'pending':
      return 'not started';
    case 'open':
      return 'in progress';
    case 'judged':
      return status.verdict;
    case 'overridden':
      return `overridden by ${actorName(status.by)}${deployedText(status.deployed, accounts)}: ${status.reason}`;
  }
}

const deployedText = (deployed: number | undefined, accounts: number): string =>
  deployed === undefined ? '' : ` with ${deployed} of ${accounts} deployed`;

interface NextStep {
  readonly command: string;
  readonly why: string;
}

/** Commands that apply to this rollout, with their options. */
export function nextSteps(
  { record, outcome, troubled }: Pick<Conclusion, 'record' | 'outcome' | 'troubled'>,
  command: Surroundings['command'],
): readonly NextStep[] {
  const { id, status } = record;
  const [first] = troubled;
  const look: readonly NextStep[] =
    first === undefined ? [] : [{ command: command(`account ${first.id}`), why: 'show all findings of this account' }];
  if (status.kind === 'awaitingApproval') {
    const stop = { command: command(`reject ${id} --reason TEXT`), why: 'end the rollout; completed changes stay' };
    if (status.prompt.about === 'approval')
      return [{ command: command(`approve ${id} --reason TEXT`), why: 'approve the wave under your identity' }, stop];
    if (status.prompt.about === 'pause')
      return [...look, { command: command(`resume ${id}`), why: 'continue; completed work is not repeated' }, stop];
    if (status.prompt.about === 'outage')
      return [
        { command: command(`resume ${id}`), why: 'after the outage: continue; no account was changed by it' },
        stop,
      ];
    return [
      ...look,
      { command: command(`resume ${id}`), why: 'after the fix: retry the wave' },
      { command: command(`approve ${id} --reason TEXT`), why: 'override the gate under your identity' },
      stop,
    ];
  }
  if (status.kind !== 'finished')
    return [...look, { command: command(`resume ${id}`), why: 'continue where the rollout stopped' }];
  if (outcome === 'completed' && troubled.length === 0)
    return [{ command: command('status'), why: 'show the state of every account' }];
  return [
    ...look,
    { command: command('status'), why: 'show the state of every account' },
    { command: command('rollout --retry-failed'), why: 'after the fix: retry only the accounts that failed' },
  ];
}

const nextLines = (steps: readonly NextStep[], paint: Paint): readonly string[] => {
  const width = Math.max(...steps.map((step) => step.command.length));
  return steps.map((step) => `  ${paint.cyan(step.command.padEnd(width))}  ${paint.dim(step.why)}`);
};
