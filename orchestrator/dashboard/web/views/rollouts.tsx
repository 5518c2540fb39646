/** All rollouts, latest first. */
import type { RolloutRow } from '../../api/contract';
import { formatTime, rolloutKind, rolloutTitle, sentenceCase } from '../labels';
import { useLive } from '../live';
import { Loading } from '../parts/loading';
import { Mark } from '../parts/mark';
import { Person } from '../parts/person';
import { Rows } from '../parts/rows';
import { Text } from '../parts/text';
import { hrefTo } from '../route';

export default function RolloutsView() {
  const { data: rollouts, error } = useLive<readonly RolloutRow[]>('/rollouts');
  if (rollouts === undefined) return <Loading what="rollouts" error={error} />;
  return (
    <>
      <h1>Rollouts</h1>
      <div className="panel">
        <Rows
          label="Rollouts"
          heads={['Rollout', 'Status', 'Details', 'Release', 'Wave', 'Started', 'Started by']}
          rows={rollouts.map((row) => ({
            key: row.id,
            cells: [
              <a key="id" href={hrefTo('rollouts', row.id)}>
                {row.id}
              </a>,
              <Mark key="status" kind={rolloutKind(row)}>
                {rolloutTitle(row)}
              </Mark>,
              <Text key="details">{sentenceCase(row.prompt?.because[0] ?? row.doing)}</Text>,
              row.release,
              waveOf(row),
              formatTime(row.startedAt),
              <span key="by">
                <Person actor={row.by} />
                {row.reason === undefined ? undefined : <Text>{`: ${row.reason}`}</Text>}
              </span>,
            ],
          }))}
          empty="No rollouts yet. Run `strongroom plan` to preview a rollout, and `strongroom rollout` to start one."
        />
      </div>
    </>
  );
}

const waveOf = ({ wave, waveNumber, waves }: RolloutRow): string =>
  wave === '' ? '–' : `${wave} (${waveNumber} of ${waves})`;
