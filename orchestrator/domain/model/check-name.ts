/** How texts name a check: its title, then its severity and gate, then its id. */
import { type CheckResult, gateTitles } from './gate';

export type NamedCheck = Pick<CheckResult, 'check' | 'gate' | 'title' | 'severity'>;

export const checkName = ({ title, severity, gate, check }: NamedCheck): string =>
  `${title} (${severity}, ${gateTitles[gate]}, ${check})`;
