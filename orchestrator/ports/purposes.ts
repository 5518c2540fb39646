/** Why an account is entered, and with which role: one place for both worlds and for the permissions of functions. */
import type { Ports, Visit } from './ports';
import type { VisitRoles } from './visit';

/** Each has its own session policy. */
export type Purpose = 'preflight' | 'linkedRoles' | 'facts' | 'settings' | 'probe' | 'revertDrift' | 'rehearsal';
export type Role = keyof VisitRoles;

export const purposeOf: Readonly<Record<keyof Ports['accounts'], Purpose>> = {
  preflight: 'preflight',
  ensureLinkedRoles: 'linkedRoles',
  collectFacts: 'facts',
  readSettings: 'facts',
  applySettings: 'settings',
  putBackSettings: 'settings',
  revertDrift: 'revertDrift',
};

/** What only looks has the reader role. Probes also make findings. */
export const roleOf: Readonly<Record<Purpose, Role>> = {
  preflight: 'reader',
  facts: 'reader',
  linkedRoles: 'ci',
  settings: 'ci',
  probe: 'ci',
  revertDrift: 'ci',
  rehearsal: 'ci',
};

/** The name of the role to assume. */
export const roleFor = ({ roles }: Pick<Visit, 'roles'>, purpose: Purpose): string => roles[roleOf[purpose]];
