/** The rollouts there were, latest first. */
import type { RolloutRow } from '../../api/contract';
import { useLive } from '../live';
import { Loading } from '../parts/loading';
import { Mark } from '../parts/mark';
import { Rows } from '../parts/rows';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { rolloutKind, rolloutTitle, timeOf } from '../say';

export default function RolloutsView() {
  const { data: rollouts, refused } = useLive<readonly RolloutRow[]>('/rollouts');
  if (rollouts === undefined) return <Loading what="rollouts" refused={refused} />;
  return (
    <>
      <h1>Rollouts</h1>
      <div className="panel">
        <Rows
          label="Rollouts"
          heads={['Rollout', 'Status', 'Doing', 'Release', 'Wave', 'Started', 'By']}
          rows={rollouts.map((row) => ({
            key: row.id,
            cells: [
              <a key="id" href={hrefTo('rollouts', row.id)}>
                {row.id}
              </a>,
              <Mark key="status" kind={rolloutKind(row)}>
                {rolloutTitle(row)}
              </Mark>,
              <Text key="doing">{row.prompt?.because[0] ?? row.doing}</Text>,
              row.release,
              row.wave === '' ? '–' : `${row.wave}, one of ${row.waves}`,
              timeOf(row.startedAt),
              <Text key="by">{row.reason === undefined ? row.by : `${row.by}: ${row.reason}`}</Text>,
            ],
          }))}
          empty="Nothing was rolled out yet. `strongroom plan` says what a rollout would do, `strongroom rollout` starts one."
        />
      </div>
    </>
  );
}
