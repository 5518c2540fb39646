/** Visits to member accounts: facts are read, settings are held, through the CI role and nothing else. */
import type { Accounts } from '../ports/ports';
import { createSessions, type SessionsOptions } from './sessions';

// A dozen clients, loaded with the first visit that needs them: who only reads the records, like `status`, waits for none.
const looking = () => import('./preflight');
const collecting = () => import('./facts/collect');
const holding = () => import('./settings');
const linking = () => import('./linked-roles');
const mending = () => import('./revert-drift');

export function createAccounts(options: SessionsOptions): Accounts {
  const { enter } = createSessions(options);
  return {
    preflight: async (visit, regions) => {
      const { preflight } = await looking();
      return preflight(await enter(visit, 'preflight'), regions);
    },
    ensureLinkedRoles: async (visit, services) => {
      const { ensureLinkedRoles } = await linking();
      await ensureLinkedRoles(await enter(visit, 'linkedRoles'), services);
    },
    collectFacts: async (visit, wanted) => {
      const { collectFacts } = await collecting();
      return collectFacts(await enter(visit, 'facts'), wanted, options.now);
    },
    readSettings: async (visit, desired, regions) => {
      const { readSettings } = await holding();
      // Reading needs no right to write, so it is done on a session that has none.
      return readSettings(await enter(visit, 'facts'), desired, regions);
    },
    applySettings: async (visit, desired, regions) => {
      const { applySettings } = await holding();
      return applySettings(await enter(visit, 'settings'), desired, regions);
    },
    putBackSettings: async (visit, previous) => {
      const { putBackSettings } = await holding();
      return putBackSettings(await enter(visit, 'settings'), previous);
    },
    revertDrift: async (visit, stack, key) => {
      const { revertDrift } = await mending();
      return revertDrift(await enter(visit, 'revertDrift'), stack, key);
    },
  };
}
