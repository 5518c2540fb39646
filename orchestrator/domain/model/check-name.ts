/** How texts name a check: its title, then its severity and gate, then its id. */
import { type CheckResult, gateTitles, type Severity } from './gate';

/** Without a title, the id takes its place. */
export type NamedCheck = Pick<CheckResult, 'check' | 'gate'> & {
  readonly title?: string | undefined;
  readonly severity?: Severity | undefined;
};

export function checkName({ title, check, severity, gate }: NamedCheck): string {
  const details = [severity, gateTitles[gate], title === undefined ? undefined : check];
  return `${title ?? check} (${details.filter((detail) => detail !== undefined).join(', ')})`;
}
