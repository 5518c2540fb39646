/** One factory per method of the Accounts port: a bundle contains the visits that its function declares, and its role the roles that they take. */
import * as visits from '../aws/accounts';
import { createSessions, type Sessions } from '../aws/sessions';
import { wallClock } from '../aws/wall-clock';
import type { Accounts } from '../ports/ports';
import { clients } from './clients';
import { regionHere } from './environment';

let made: Sessions | undefined;
/** Shared by the methods of a function, so that it enters an account once for each purpose. */
const sessions = (): Sessions => {
  made ??= createSessions({ clients: clients(), home: regionHere(), now: wallClock.now });
  return made;
};

export const preflight = (): Accounts['preflight'] => visits.preflightWith(sessions());
export const ensureLinkedRoles = (): Accounts['ensureLinkedRoles'] => visits.ensureLinkedRolesWith(sessions());
export const collectFacts = (): Accounts['collectFacts'] => visits.collectFactsWith(sessions(), wallClock.now);
export const readSettings = (): Accounts['readSettings'] => visits.readSettingsWith(sessions());
export const applySettings = (): Accounts['applySettings'] => visits.applySettingsWith(sessions());
export const putBackSettings = (): Accounts['putBackSettings'] => visits.putBackSettingsWith(sessions());
export const revertDrift = (): Accounts['revertDrift'] => visits.revertDriftWith(sessions());
