/** Reads facts and applies settings in member accounts, through the CI role only. */
import type { Accounts } from '../ports/ports';
import { createSessions, type SessionsOptions } from './sessions';

// A dozen SDK clients, loaded on first use, so that commands like `status`, which only read records, do not wait for them.
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
      // The session for reads has no write permissions.
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
