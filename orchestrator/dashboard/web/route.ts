/** The view and its filters are in the URL fragment, so that the servers of the page need no route for each view. */
import { useSyncExternalStore } from 'react';

export const views = ['overview', 'matrix', 'accounts', 'rollouts'] as const;
export type View = (typeof views)[number];

export interface Route {
  readonly view: View;
  /** Of an account or a rollout; empty for the list. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** An unknown view leads to the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  const view = views.find((known) => known === name) ?? 'overview';
  return { view, id: decode(id), query: new URLSearchParams(query) };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function hrefTo(view: View, id = '', query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(given).toString();
  return `#/${view}${id === '' ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`;
}

export const navigate = (href: string): void => {
  location.hash = href;
};

/** Replaces the history entry, so that the back button does not step through every filter. */
export const replaceRoute = (href: string): void => {
  history.replaceState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
};

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};
export const useRoute = (): Route => parseRoute(useSyncExternalStore(subscribe, () => location.hash));
