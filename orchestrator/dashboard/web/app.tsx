/** The frame around every view: where one is, how old the data is, light or dark. */
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Me, Overview } from '../api/contract';
import { useLive } from './live';
import { Freshness, Trouble } from './parts/freshness';
import { Loading } from './parts/loading';
import { hrefTo, type Place, usePlace, type View, views } from './route';
import { currentSession } from './session';
import { type ThemeChoice, themes, useTheme } from './theme';
import { OverviewView } from './views/overview';

const MatrixView = lazy(() => import('./views/matrix'));
const AccountsView = lazy(() => import('./views/accounts'));
const AccountView = lazy(() => import('./views/account'));
const RolloutsView = lazy(() => import('./views/rollouts'));
const RolloutView = lazy(() => import('./views/rollout'));

const titles: Readonly<Record<View, string>> = {
  overview: 'Overview',
  matrix: 'Matrix',
  accounts: 'Accounts',
  rollouts: 'Rollouts',
};
/** Who one is changes with a new session only. */
const mePollMs = 60_000;

export function App() {
  const place = usePlace();
  const theme = useTheme();
  const { data: me } = useLive<Me>('/me', mePollMs);
  const { data: overview } = useLive<Overview>('/overview');
  const main = useRef<HTMLElement>(null);
  const { view, id } = place;

  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${id === '' ? titles[view] : id} - Strongroom`;
    // Who follows a link with the keyboard, or hears the page, goes on where the new view begins.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [view, id]);

  return (
    <>
      <Bar view={view} theme={theme} me={me} organization={overview?.organization} />
      <main ref={main} tabIndex={-1} className="view">
        <Trouble />
        <Suspense fallback={<Loading what="the view" />}>
          <Shown place={place} isDark={theme.isDark} isOperator={me?.role === 'operator'} overview={overview} />
        </Suspense>
      </main>
    </>
  );
}

interface ShownProps {
  readonly place: Place;
  readonly isDark: boolean;
  readonly isOperator: boolean;
  readonly overview: Overview | undefined;
}

function Shown({ place: { view, id, query }, isDark, isOperator, overview }: ShownProps) {
  switch (view) {
    case 'overview':
      return <OverviewView overview={overview} />;
    case 'matrix':
      return <MatrixView query={query} isDark={isDark} />;
    case 'accounts':
      return id === '' ? <AccountsView query={query} /> : <AccountView key={id} id={id} />;
    case 'rollouts':
      return id === '' ? <RolloutsView /> : <RolloutView key={id} id={id} isOperator={isOperator} />;
  }
}

interface BarProps {
  readonly view: View;
  readonly theme: ThemeChoice;
  readonly me: Me | undefined;
  readonly organization: string | undefined;
}

function Bar({ view, theme: { theme, choose }, me, organization }: BarProps) {
  const session = currentSession();
  return (
    <header className="bar">
      <a className="brand" href={hrefTo('overview')}>
        Strongroom
      </a>
      <nav aria-label="Views">
        {views.map((name) => (
          <a key={name} href={hrefTo(name)} aria-current={name === view ? 'page' : undefined}>
            {titles[name]}
          </a>
        ))}
      </nav>
      <div className="bar-end">
        <Freshness />
        <span>{organization}</span>
        {me === undefined ? undefined : (
          <span>
            <bdi>{me.name}</bdi> ({me.role})
          </span>
        )}
        {session === undefined ? undefined : (
          <button type="button" onClick={session.signOut}>
            Sign out
          </button>
        )}
        <label>
          <span className="unseen">Colours</span>
          <select value={theme} onChange={({ target }) => choose(themes.find((t) => t === target.value) ?? 'system')}>
            {themes.map((name) => (
              <option key={name} value={name}>
                {name === 'system' ? 'as the system' : name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}
