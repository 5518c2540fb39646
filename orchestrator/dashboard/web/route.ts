/** The address bar holds the view and its filters, behind `#`: whoever serves the files needs to know nothing of views. */
import { useSyncExternalStore } from 'react';

export const views = ['overview', 'matrix', 'accounts', 'rollouts'] as const;
export type View = (typeof views)[number];

export interface Place {
  readonly view: View;
  /** Of an account or a rollout; '' for the list. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** What is not known leads to the overview. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  const view = views.find((known) => known === name) ?? 'overview';
  return { view, id: decoded(id), query: new URLSearchParams(query) };
}

const decoded = (text: string): string => {
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

export const go = (href: string): void => {
  location.hash = href;
};

/** The same place seen otherwise: going back does not go through every filter. */
export const amend = (href: string): void => {
  history.replaceState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
};

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};
export const usePlace = (): Place => placeOf(useSyncExternalStore(subscribe, () => location.hash));
