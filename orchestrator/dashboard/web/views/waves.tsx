/** A rollout's waves as a timeline, in the order in which they are reached. */
import type { RolloutRecord, WaveProgress } from '../../../domain/model/rollout';
import type { RolloutSeen } from '../../api/contract';
import { Mark } from '../parts/mark';
import { Text } from '../parts/text';
import { counted, type Kind, timeOf } from '../say';

interface WavesProps {
  readonly rollout: RolloutRecord;
  readonly progress: RolloutSeen['progress'];
}
export function Waves({ rollout: { waves, wave: atWork, status }, progress }: WavesProps) {
  if (waves.length === 0) return <p className="quiet">The waves are not planned yet.</p>;
  const nextWords = status.kind === 'awaitingApproval' ? 'waits for a person' : 'is about to begin';
  return (
    <ol className="timeline">
      {waves.map((wave, index) => {
        const isAtWork = index === atWork && status.kind !== 'finished';
        return (
          <li key={wave.name} className={isAtWork ? 'now' : kindOf(wave)} aria-current={isAtWork ? 'step' : undefined}>
            <Mark kind={isAtWork && status.kind === 'awaitingApproval' ? 'unsure' : kindOf(wave)}>
              <strong>{wave.name}</strong>
              <span>{isAtWork && wave.status.kind === 'pending' ? nextWords : wordsOf(wave)}</span>
            </Mark>
            <p className="quiet">
              {counted(wave.accounts)} {wave.accounts === 1 ? 'account' : 'accounts'}, release {wave.release}
              {wave.attempt > 1 ? `, attempt ${wave.attempt}` : ''}
              {wave.lost > 0 ? `, ${counted(wave.lost)} left out or failed` : ''}
              {wave.approvedBy === undefined ? '' : ', approved by '}
              {wave.approvedBy === undefined ? undefined : <Text>{wave.approvedBy}</Text>}
            </p>
            {isAtWork ? <AtWork wave={wave} progress={progress} /> : undefined}
            <Reasons wave={wave} />
          </li>
        );
      })}
    </ol>
  );
}

const kindOf = ({ status }: WaveProgress): Kind => {
  if (status.kind === 'pending') return 'other';
  if (status.kind === 'open') return 'busy';
  if (status.kind === 'overridden') return 'unsure';
  return status.verdict === 'healthy' ? 'good' : status.verdict === 'failed' ? 'bad' : 'unsure';
};

function wordsOf({ status }: WaveProgress): string {
  switch (status.kind) {
    case 'pending':
      return 'not reached yet';
    case 'open':
      return `at work since ${timeOf(status.since)}`;
    case 'judged':
      return `${status.verdict}, ${timeOf(status.at)}`;
    case 'overridden':
      return `let pass, ${timeOf(status.at)}`;
  }
}

function AtWork({
  wave: { stage, stages, round },
  progress,
}: { readonly wave: WaveProgress } & Pick<WavesProps, 'progress'>) {
  const now = stages[stage];
  return (
    <div className="at-work">
      {now === undefined ? undefined : (
        <p>
          Stage {Math.min(stage + 1, stages.length)} of {stages.length}: {now.modules.join(', ')} in{' '}
          {[...new Set(Object.values(now.regions).flat())].join(', ')}
        </p>
      )}
      {round > 0 ? <p>Health round {round}</p> : undefined}
      {progress === undefined || progress.total === 0 ? undefined : (
        <>
          <progress value={progress.done + progress.failed} max={progress.total} aria-label="Stacks of this stage" />
          <p>
            {counted(progress.done)} of {counted(progress.total)} stacks done, {counted(progress.failed)} failed
          </p>
        </>
      )}
    </div>
  );
}

function Reasons({ wave: { status } }: { readonly wave: WaveProgress }) {
  if (status.kind === 'overridden')
    return (
      <p className="quiet">
        <Text>{`by ${status.by}: ${status.reason}`}</Text>
      </p>
    );
  if (status.kind !== 'judged' || status.because.length === 0) return undefined;
  const [first = '', ...others] = status.because;
  return (
    <div className="reasons">
      <p>
        <Text>{first}</Text>
      </p>
      {others.length === 0 ? undefined : (
        <details>
          <summary>
            {others.length} more {others.length === 1 ? 'reason' : 'reasons'}
          </summary>
          <ul>
            {others.map((reason) => (
              <li key={reason}>
                <Text>{reason}</Text>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
