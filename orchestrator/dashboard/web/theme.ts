/** Light or dark. Follows the system until the user chooses. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState, useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'strongroom-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const subscribe = (changed: () => void): (() => void) => {
  system.addEventListener('change', changed);
  return () => system.removeEventListener('change', changed);
};

export interface ThemeChoice {
  readonly theme: Theme;
  readonly isDark: boolean;
  readonly choose: (theme: Theme) => void;
}

export function useTheme(): ThemeChoice {
  const [theme, setTheme] = useState<Theme>(stored);
  const isSystemDark = useSyncExternalStore(subscribe, () => system.matches);
  const isDark = theme === 'system' ? isSystemDark : theme === 'dark';
  useEffect(() => {
    applyMode(isDark ? Mode.Dark : Mode.Light);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  return {
    theme,
    isDark,
    choose: (chosen) => {
      setTheme(chosen);
      store(chosen);
    },
  };
}

/** A browser may block storage; the choice then lasts as long as the page. */
function stored(): Theme {
  try {
    const text = localStorage.getItem(storageKey);
    return themes.find((theme) => theme === text) ?? 'system';
  } catch {
    return 'system';
  }
}
function store(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {}
}
