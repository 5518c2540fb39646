/** Action items, active rollouts, and the readiness of all accounts. */
import type { ReactNode } from 'react';
import type { ActionItem, Board, Overview, RolloutRow } from '../../api/contract';
import { countStates, summarizeWaves, type WaveSummary } from '../board-summary';
import {
  formatCount,
  formatPercent,
  formatTime,
  rolloutKind,
  rolloutTitle,
  type StatusKind,
  sentenceCase,
  stateKinds,
  stateTitle,
} from '../labels';
import { boardPollMs, useLive } from '../live';
import { Bar } from '../parts/bar';
import { Loading } from '../parts/loading';
import { Mark, StateMark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Person } from '../parts/person';
import { Text } from '../parts/text';
import { hrefTo } from '../route';

export function OverviewView({ overview }: { readonly overview: Overview | undefined }) {
  const { data: board, error } = useLive<Board>('/board', boardPollMs);
  if (overview === undefined || board === undefined) return <Loading what="organization" error={error} />;
  const waves = summarizeWaves(board);
  return (
    <>
      <h1>Overview</h1>
      <Figures overview={overview} waves={waves} board={board} />
      <div className="columns">
        <div>
          <Panel title="Action items" id="actions">
            <ActionItems items={overview.actionItems} />
          </Panel>
          <Panel title="Accounts by readiness" id="readiness">
            <Readiness board={board} />
          </Panel>
        </div>
        <div>
          <Panel title="Active rollouts" id="active">
            <RunningList running={overview.running} />
          </Panel>
          <Panel title="New accounts (last 7 days)" id="new">
            <NewAccounts accounts={overview.newAccounts} />
          </Panel>
        </div>
      </div>
      <Panel title="Accounts by wave" id="waves">
        <Waves waves={waves} />
      </Panel>
    </>
  );
}

interface FiguresProps {
  readonly overview: Overview;
  readonly waves: readonly WaveSummary[];
  readonly board: Board;
}
function Figures({ overview, waves, board }: FiguresProps) {
  const inWaves = waves.reduce((sum, { accounts }) => sum + accounts, 0);
  const ready = waves.reduce((sum, wave) => sum + wave.ready, 0);
  const failing = waves.reduce((sum, { kinds }) => sum + kinds.bad, 0);
  return (
    <dl className="figures">
      <Figure title="Ready for keys" figure={formatPercent(ready, inWaves)}>
        {formatCount(ready)} of {formatCount(inWaves)} accounts in waves
      </Figure>
      <Figure title="Failing" figure={formatCount(failing)}>
        of {formatCount(board.accounts.ids.length)} accounts
      </Figure>
      <Figure title="Action items" figure={formatCount(overview.actionItems.length)}>
        open
      </Figure>
      <Figure title="Active rollouts" figure={formatCount(overview.running.length)}>
        in progress or waiting
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly title: string;
  readonly figure: string;
  readonly children: ReactNode;
}
const Figure = ({ title, figure, children }: FigureProps) => (
  <div className="figure">
    <dt>{title}</dt>
    <dd>
      <strong>{figure}</strong>
      <span className="quiet">{children}</span>
    </dd>
  </div>
);

const actionItemKinds: Readonly<Record<ActionItem['kind'], StatusKind>> = {
  awaitingApproval: 'unsure',
  held: 'bad',
  keysAtRisk: 'bad',
  unplaced: 'unsure',
  unknown: 'unsure',
  failed: 'bad',
  alerts: 'unsure',
};

function ActionItems({ items }: { readonly items: readonly ActionItem[] }) {
  if (items.length === 0)
    return <p className="quiet">No action items. No rollout is waiting for approval, and no account is failing.</p>;
  return (
    <ul className="entries">
      {items.map((item) => (
        <li key={`${item.kind} ${item.rollout ?? item.state ?? ''}`}>
          <Mark kind={actionItemKinds[item.kind]}>
            {item.kind === 'alerts' ? (
              <Text>{item.title}</Text>
            ) : (
              <a href={hrefOf(item)}>
                <Text>{item.title}</Text>
              </a>
            )}
          </Mark>
          <p className="quiet">
            <Text>{item.next}</Text>
          </p>
        </li>
      ))}
    </ul>
  );
}
const hrefOf = ({ rollout, state }: ActionItem): string =>
  rollout === undefined ? hrefTo('accounts', '', { state: state ?? '' }) : hrefTo('rollouts', rollout);

function RunningList({ running }: { readonly running: readonly RolloutRow[] }) {
  if (running.length === 0)
    return (
      <p className="quiet">
        No active rollouts. <a href={hrefTo('rollouts')}>View past rollouts</a>
      </p>
    );
  return (
    <ul className="entries">
      {running.map((row) => (
        <li key={row.id}>
          <Mark kind={rolloutKind(row)}>
            <a href={hrefTo('rollouts', row.id)}>{row.id}</a> {rolloutTitle(row)}
          </Mark>
          <p className="quiet">
            {row.wave === '' ? '' : `Wave ${row.wave} (${row.waveNumber} of ${row.waves}). `}
            <Text>{sentenceCase(row.prompt?.because[0] ?? row.doing)}</Text>
          </p>
          <p className="quiet">
            Release {row.release}, started by <Person actor={row.by} /> at {formatTime(row.startedAt)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Readiness({ board }: { readonly board: Board }) {
  const counts = countStates(board);
  return (
    <>
      <Bar
        shares={counts.map(({ state, count }) => ({
          key: state,
          kind: stateKinds[state],
          count,
          title: stateTitle(state),
        }))}
      />
      <ul className="states">
        {counts.map(({ state, count }) => (
          <li key={state}>
            <a href={hrefTo('accounts', '', { state })}>
              <StateMark state={state} />
            </a>
            <span className="number">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function NewAccounts({ accounts }: { readonly accounts: Overview['newAccounts'] }) {
  if (accounts.length === 0) return <p className="quiet">No new accounts in the last 7 days.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need focus to scroll it
    <ul className="entries scroll" tabIndex={0} aria-label="Accounts discovered in the last 7 days">
      {accounts.map(({ id, name, state, since }) => (
        <li key={id} className="line">
          <a href={hrefTo('accounts', id)}>
            {id} <Text>{name}</Text>
          </a>
          <StateMark state={state} />
          <span className="quiet">{formatTime(since)}</span>
        </li>
      ))}
    </ul>
  );
}

const kindLabels: Readonly<Record<StatusKind, string>> = {
  good: 'healthy',
  busy: 'in progress',
  unsure: 'unknown or outdated',
  bad: 'failing',
  other: 'not started or excluded',
};
const kindOrder: readonly StatusKind[] = ['good', 'busy', 'unsure', 'bad', 'other'];

const Waves = ({ waves }: { readonly waves: readonly WaveSummary[] }) => (
  <div className="wide">
    <table className="plain waves">
      <thead>
        <tr>
          <th scope="col">Wave</th>
          <th scope="col">Completed release</th>
          <th scope="col" className="number">
            Accounts
          </th>
          <th scope="col" className="number">
            Ready for keys
          </th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {waves.map(({ name, release, accounts, ready, kinds }) => (
          <tr key={name}>
            <th scope="row">
              <a href={hrefTo('accounts', '', { wave: name })}>{name}</a>
            </th>
            <td>{release ?? 'None yet'}</td>
            <td className="number">{formatCount(accounts)}</td>
            <td className="number">{formatPercent(ready, accounts)}</td>
            <td>
              <Bar
                shares={kindOrder.map((kind) => ({ key: kind, kind, count: kinds[kind], title: kindLabels[kind] }))}
              />
              <span className="kinds">
                {kindOrder
                  .filter((kind) => kinds[kind] > 0)
                  .map((kind) => (
                    <Mark key={kind} kind={kind}>
                      {formatCount(kinds[kind])} {kindLabels[kind]}
                    </Mark>
                  ))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
