/** The frame around every view: navigation, freshness of the data, user and theme. */
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { Me, Overview } from '../api/contract';
import { useLive } from './live';
import { ConnectionAlert, Freshness } from './parts/freshness';
import { Loading } from './parts/loading';
import { hrefTo, type Route, useRoute, type View, views } from './route';
import { currentSession } from './session';
import { type Theme, type ThemeChoice, themes, useTheme } from './theme';
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
const themeTitles: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };
/** The user changes only with a new session. */
const mePollMs = 60_000;

export function App() {
  const route = useRoute();
  const theme = useTheme();
  const { data: me } = useLive<Me>('/me', mePollMs);
  const { data: overview } = useLive<Overview>('/overview');
  const main = useRef<HTMLElement>(null);
  const { view, id } = route;

  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${id === '' ? titles[view] : id} - Strongroom`;
    // Keyboard and screen reader users continue at the start of the new view.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [view, id]);

  return (
    <>
      <TopBar view={view} theme={theme} me={me} organization={overview?.organization} />
      <main ref={main} tabIndex={-1} className="view">
        <ConnectionAlert />
        <Suspense fallback={<Loading what="view" />}>
          <CurrentView route={route} isDark={theme.isDark} me={me} overview={overview} />
        </Suspense>
      </main>
    </>
  );
}

interface CurrentViewProps {
  readonly route: Route;
  readonly isDark: boolean;
  readonly me: Me | undefined;
  readonly overview: Overview | undefined;
}

function CurrentView({ route: { view, id, query }, isDark, me, overview }: CurrentViewProps) {
  switch (view) {
    case 'overview':
      return <OverviewView overview={overview} />;
    case 'matrix':
      return <MatrixView query={query} isDark={isDark} />;
    case 'accounts':
      return id === '' ? <AccountsView query={query} /> : <AccountView key={id} id={id} />;
    case 'rollouts':
      return id === '' ? <RolloutsView /> : <RolloutView key={id} id={id} me={me} />;
  }
}

interface TopBarProps {
  readonly view: View;
  readonly theme: ThemeChoice;
  readonly me: Me | undefined;
  readonly organization: string | undefined;
}

function TopBar({ view, theme: { theme, choose }, me, organization }: TopBarProps) {
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
            <bdi title={me.recordedAs}>{me.name}</bdi> ({me.role})
          </span>
        )}
        {session === undefined ? undefined : (
          <button type="button" onClick={session.signOut}>
            Sign out
          </button>
        )}
        <label>
          <span className="unseen">Theme</span>
          <select value={theme} onChange={({ target }) => choose(themes.find((t) => t === target.value) ?? 'system')}>
            {themes.map((name) => (
              <option key={name} value={name}>
                {themeTitles[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}
