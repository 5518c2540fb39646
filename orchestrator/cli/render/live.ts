/** The progress block at the bottom of the terminal: wave and stage, accounts, time left, and the current activity. */
import type { RolloutRecord, StageRecord } from '../../domain/model/rollout';
import type { Paint } from '../../presentation/paint';
import { promptState } from '../../presentation/prompt';
import { clockTime, duration, plural } from '../../presentation/text';
import { accountsIn, isVerifying } from '../progress';

export interface Situation {
  readonly record: RolloutRecord;
  /** The current stage, if there is one. */
  readonly stage: StageRecord | undefined;
  readonly now: Date;
  /** undefined until the first stage has finished. */
  readonly leftMs: number | undefined;
}

const barColumns = 24;

export function liveBlock({ record, stage, now, leftMs }: Situation, paint: Paint): readonly string[] {
  const wave = record.waves[record.wave];
  if (wave === undefined || record.status.kind === 'finished') return [];
  const { done, failed } = accountsIn(record);
  const share = wave.accounts === 0 ? 1 : done / wave.accounts;
  const filled = Math.round(share * barColumns);
  const bar = paint.green('█'.repeat(filled)) + paint.dim('░'.repeat(barColumns - filled));
  const stages =
    wave.stages.length > 0 && !isVerifying(record) ? `  stage ${wave.stage + 1} of ${wave.stages.length}` : '';
  const left = leftMs === undefined ? '' : `  about ${duration(leftMs)} left`;
  return [
    '',
    `${paint.bold(`wave ${record.wave + 1} of ${record.waves.length}  ${wave.name}`)}${stages}${paint.dim(left)}`,
    `${bar}  ${done} of ${plural(wave.accounts, 'account')} done, ${failed > 0 ? paint.red(`${failed} failed`) : '0 failed'}`,
    paint.dim(doing(record, stage, now)),
  ];
}

function doing({ status, lastStep }: RolloutRecord, stage: StageRecord | undefined, now: Date): string {
  switch (status.kind) {
    case 'waiting': {
      const until = new Date(status.until);
      return `${status.doing} until ${clockTime(status.until, now)} UTC (${duration(until.getTime() - now.getTime())})`;
    }
    case 'awaitingApproval':
      return `${promptState(status.prompt.about)}${status.prompt.because[0] === undefined ? '' : `: ${status.prompt.because[0]}`}`;
    case 'running': {
      const { done, failed, total } = stage?.progress ?? { done: 0, failed: 0, total: 0 };
      const stacks =
        lastStep?.state === 'DeployStage' && total > 0
          ? `: ${done} of ${plural(total, 'stack')} done, ${failed} failed`
          : '';
      return `${status.doing}${stacks}`;
    }
    case 'finished':
      return '';
  }
}
