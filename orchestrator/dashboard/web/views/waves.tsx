/** The waves of a rollout as a timeline. */
import type { RolloutRecord, WaveProgress } from '../../../domain/model/rollout';
import type { RolloutDetail } from '../../api/contract';
import { formatCount, formatTime, type StatusKind, sentenceCase } from '../labels';
import { Mark } from '../parts/mark';
import { Person } from '../parts/person';
import { Text } from '../parts/text';

interface WavesProps {
  readonly rollout: RolloutRecord;
  readonly progress: RolloutDetail['progress'];
}
export function Waves({ rollout: { waves, wave: current, status }, progress }: WavesProps) {
  if (waves.length === 0) return <p className="quiet">The waves have not been planned yet.</p>;
  const pendingWords = status.kind === 'awaitingApproval' ? 'waiting for approval' : 'starting';
  return (
    <ol className="timeline">
      {waves.map((wave, index) => {
        const isCurrent = index === current && status.kind !== 'finished';
        return (
          <li
            key={wave.name}
            className={isCurrent ? 'now' : kindOf(wave)}
            aria-current={isCurrent ? 'step' : undefined}
          >
            <Mark kind={isCurrent && status.kind === 'awaitingApproval' ? 'unsure' : kindOf(wave)}>
              <strong>{wave.name}</strong>
              <span>{isCurrent && wave.status.kind === 'pending' ? pendingWords : wordsOf(wave)}</span>
            </Mark>
            <p className="quiet">
              {formatCount(wave.accounts)} {wave.accounts === 1 ? 'account' : 'accounts'}, release {wave.release}
              {wave.attempt > 1 ? `, attempt ${wave.attempt}` : ''}
              {wave.lost > 0 ? `, ${formatCount(wave.lost)} skipped or failed` : ''}
              {wave.approvedBy === undefined ? '' : ', approved by '}
              {wave.approvedBy === undefined ? undefined : <Person actor={wave.approvedBy} />}
            </p>
            {isCurrent ? <CurrentWave wave={wave} progress={progress} /> : undefined}
            <Reasons wave={wave} />
          </li>
        );
      })}
    </ol>
  );
}

const kindOf = ({ status }: WaveProgress): StatusKind => {
  if (status.kind === 'pending') return 'other';
  if (status.kind === 'open') return 'busy';
  if (status.kind === 'overridden') return 'unsure';
  return status.verdict === 'healthy' ? 'good' : status.verdict === 'failed' ? 'bad' : 'unsure';
};

function wordsOf({ status }: WaveProgress): string {
  switch (status.kind) {
    case 'pending':
      return 'not started';
    case 'open':
      return `in progress since ${formatTime(status.since)}`;
    case 'judged':
      return `${status.verdict}, ${formatTime(status.at)}`;
    case 'overridden':
      return `overridden, ${formatTime(status.at)}`;
  }
}

function CurrentWave({
  wave: { stage, stages, round },
  progress,
}: { readonly wave: WaveProgress } & Pick<WavesProps, 'progress'>) {
  const now = stages[stage];
  return (
    <div className="current-wave">
      {now === undefined ? undefined : (
        <p>
          Stage {Math.min(stage + 1, stages.length)} of {stages.length}: {now.modules.join(', ')} in{' '}
          {[...new Set(Object.values(now.regions).flat())].join(', ')}
        </p>
      )}
      {round > 0 ? <p>Health check {round}</p> : undefined}
      {progress === undefined || progress.total === 0 ? undefined : (
        <>
          <progress value={progress.done + progress.failed} max={progress.total} aria-label="Stacks in this stage" />
          <p>
            {formatCount(progress.done)} of {formatCount(progress.total)} stacks complete,{' '}
            {formatCount(progress.failed)} failed
          </p>
        </>
      )}
    </div>
  );
}

function Reasons({ wave: { status, accounts } }: { readonly wave: WaveProgress }) {
  if (status.kind === 'overridden')
    return (
      <p className="quiet">
        by <Person actor={status.by} />
        <Text>{`${status.deployed === undefined ? '' : ` with ${status.deployed} of ${accounts} deployed`}: ${status.reason}`}</Text>
      </p>
    );
  if (status.kind !== 'judged' || status.because.length === 0) return undefined;
  const [first = '', ...others] = status.because;
  return (
    <div className="reasons">
      <p>
        <Text>{sentenceCase(first)}</Text>
      </p>
      {others.length === 0 ? undefined : (
        <details>
          <summary>
            {others.length} more {others.length === 1 ? 'reason' : 'reasons'}
          </summary>
          <ul>
            {others.map((reason) => (
              <li key={reason}>
                <Text>{sentenceCase(reason)}</Text>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
