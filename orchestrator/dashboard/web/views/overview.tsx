/** What needs a person now, what moves, and where all accounts stand. */
import type { ReactNode } from 'react';
import type { Attention, Board, Overview, RolloutRow } from '../../api/contract';
import { useLive } from '../live';
import { Bar } from '../parts/bar';
import { Loading } from '../parts/loading';
import { Mark, StateMark } from '../parts/mark';
import { Panel } from '../parts/panel';
import { Text } from '../parts/text';
import { hrefTo } from '../route';
import { counted, type Kind, percent, rolloutKind, rolloutTitle, stateKinds, stateTitle, timeOf } from '../say';
import { countStates, tallyWaves, type WaveTally } from '../tally';

/** The board is the largest answer; at most every five seconds it is asked for anew. */
export const boardPollMs = 5_000;

export function OverviewView({ overview }: { readonly overview: Overview | undefined }) {
  const { data: board, refused } = useLive<Board>('/board', boardPollMs);
  if (overview === undefined || board === undefined) return <Loading what="the organization" refused={refused} />;
  const waves = tallyWaves(board);
  return (
    <>
      <h1>Overview</h1>
      <Figures overview={overview} waves={waves} board={board} />
      <div className="columns">
        <div>
          <Panel title="Needs a person now" id="attention">
            <AttentionList attention={overview.attention} />
          </Panel>
          <Panel title="Accounts by readiness" id="readiness">
            <Readiness board={board} />
          </Panel>
        </div>
        <div>
          <Panel title="Running rollouts" id="running">
            <RunningList running={overview.running} />
          </Panel>
          <Panel title="New this week" id="new">
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
  readonly waves: readonly WaveTally[];
  readonly board: Board;
}
function Figures({ overview, waves, board }: FiguresProps) {
  const inWaves = waves.reduce((sum, { accounts }) => sum + accounts, 0);
  const ready = waves.reduce((sum, wave) => sum + wave.ready, 0);
  const failing = waves.reduce((sum, { kinds }) => sum + kinds.bad, 0);
  return (
    <dl className="figures">
      <Figure title="Ready for keys" figure={percent(ready, inWaves)}>
        {counted(ready)} of {counted(inWaves)} accounts in waves
      </Figure>
      <Figure title="Failing" figure={counted(failing)}>
        of {counted(board.accounts.ids.length)} accounts in all
      </Figure>
      <Figure title="Needs a person" figure={counted(overview.attention.length)}>
        {overview.attention.length === 1 ? 'matter' : 'matters'}, listed below
      </Figure>
      <Figure title="Running" figure={counted(overview.running.length)}>
        {overview.running.length === 1 ? 'rollout' : 'rollouts'}
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

const attentionKinds: Readonly<Record<Attention['kind'], Kind>> = {
  awaitingApproval: 'unsure',
  held: 'bad',
  keysAtRisk: 'bad',
  unplaced: 'unsure',
  unknown: 'unsure',
  failed: 'bad',
};

function AttentionList({ attention }: { readonly attention: readonly Attention[] }) {
  if (attention.length === 0) return <p className="quiet">Nothing: no rollout asks, and no account fails.</p>;
  return (
    <ul className="entries">
      {attention.map((one) => (
        <li key={`${one.kind} ${one.rollout ?? one.state ?? ''}`}>
          <Mark kind={attentionKinds[one.kind]}>
            <a href={hrefOf(one)}>
              {one.rollout === undefined ? `${counted(one.count)} ${one.count === 1 ? 'account' : 'accounts'}: ` : ''}
              <Text>{one.title}</Text>
            </a>
          </Mark>
          <p className="quiet">
            Next: <Text>{one.next}</Text>
          </p>
        </li>
      ))}
    </ul>
  );
}
const hrefOf = ({ rollout, state }: Attention): string =>
  rollout === undefined ? hrefTo('accounts', '', { state: state ?? '' }) : hrefTo('rollouts', rollout);

function RunningList({ running }: { readonly running: readonly RolloutRow[] }) {
  if (running.length === 0)
    return (
      <p className="quiet">
        None. <a href={hrefTo('rollouts')}>Earlier rollouts</a>
      </p>
    );
  return (
    <ul className="entries">
      {running.map((row) => (
        <li key={row.id}>
          <Mark kind={rolloutKind(row)}>
            <a href={hrefTo('rollouts', row.id)}>{row.id}</a> {rolloutTitle(row).toLowerCase()}
          </Mark>
          <p className="quiet">
            {row.wave === '' ? '' : `Wave ${row.wave}, one of ${row.waves}: `}
            <Text>{row.prompt?.because[0] ?? row.doing}</Text>
          </p>
          <p className="quiet">
            Release {row.release}, by <Text>{row.by}</Text>, since {timeOf(row.startedAt)}
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
            <span className="number">{counted(count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function NewAccounts({ accounts }: { readonly accounts: Overview['newAccounts'] }) {
  if (accounts.length === 0) return <p className="quiet">No account was first seen in the last seven days.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls with the keyboard has to get there
    <ul className="entries scroll" tabIndex={0} aria-label="Accounts first seen in the last seven days">
      {accounts.map(({ id, name, state, since }) => (
        <li key={id} className="line">
          <a href={hrefTo('accounts', id)}>
            {id} <Text>{name}</Text>
          </a>
          <StateMark state={state} />
          <span className="quiet">{timeOf(since)}</span>
        </li>
      ))}
    </ul>
  );
}

const kindWords: Readonly<Record<Kind, string>> = {
  good: 'healthy',
  busy: 'at work',
  unsure: 'not known or outdated',
  bad: 'failing',
  other: 'not begun, or left alone',
};
const kindOrder: readonly Kind[] = ['good', 'busy', 'unsure', 'bad', 'other'];

const Waves = ({ waves }: { readonly waves: readonly WaveTally[] }) => (
  <div className="wide">
    <table className="plain waves">
      <thead>
        <tr>
          <th scope="col">Wave</th>
          <th scope="col">Finished release</th>
          <th scope="col" className="number">
            Accounts
          </th>
          <th scope="col" className="number">
            Ready for keys
          </th>
          <th scope="col">How they stand</th>
        </tr>
      </thead>
      <tbody>
        {waves.map(({ name, release, accounts, ready, kinds }) => (
          <tr key={name}>
            <th scope="row">
              <a href={hrefTo('accounts', '', { wave: name })}>{name}</a>
            </th>
            <td>{release ?? 'none yet'}</td>
            <td className="number">{counted(accounts)}</td>
            <td className="number">{percent(ready, accounts)}</td>
            <td>
              <Bar
                shares={kindOrder.map((kind) => ({ key: kind, kind, count: kinds[kind], title: kindWords[kind] }))}
              />
              <span className="kinds">
                {kindOrder
                  .filter((kind) => kinds[kind] > 0)
                  .map((kind) => (
                    <Mark key={kind} kind={kind}>
                      {counted(kinds[kind])} {kindWords[kind]}
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
