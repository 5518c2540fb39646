/** Reads facts and applies settings in member accounts, through the CI role only. */
import { metInside } from '../domain/errors';
import type { Accounts, Visit } from '../ports/ports';
import { createSessions, type SessionsOptions } from './sessions';

// A dozen SDK clients, loaded on first use, so that commands like `status`, which only read records, do not wait for them.
const looking = () => import('./preflight');
const collecting = () => import('./facts/collect');
const holding = () => import('./settings');
const linking = () => import('./linked-roles');
const reverting = () => import('./revert-drift');

export function createAccounts(options: SessionsOptions): Accounts {
  const { enter } = createSessions(options);
  return {
    preflight: async (visit, wanted) => {
      const { preflight } = await looking();
      return preflight(await enter(visit, 'preflight'), wanted);
    },
    ensureLinkedRoles: async (visit, services) => {
      const { ensureLinkedRoles } = await linking();
      const session = await enter(visit, 'linkedRoles');
      await inside(visit, () => ensureLinkedRoles(session, services));
    },
    collectFacts: async (visit, wanted) => {
      const { collectFacts } = await collecting();
      return collectFacts(await enter(visit, 'facts'), wanted, options.now);
    },
    readSettings: async (visit, desired, regions) => {
      const { readSettings } = await holding();
      // The session for reads has no write permissions.
      const session = await enter(visit, 'facts');
      return inside(visit, () => readSettings(session, desired, regions));
    },
    applySettings: async (visit, desired, regions) => {
      const { applySettings } = await holding();
      const session = await enter(visit, 'settings');
      return inside(visit, () => applySettings(session, desired, regions));
    },
    putBackSettings: async (visit, previous) => {
      const { putBackSettings } = await holding();
      const session = await enter(visit, 'settings');
      return inside(visit, () => putBackSettings(session, previous));
    },
    revertDrift: async (visit, stack, key) => {
      const { revertDrift } = await reverting();
      const session = await enter(visit, 'revertDrift');
      return inside(visit, () => revertDrift(session, stack, key));
    },
  };
}

async function inside<T>({ account }: Pick<Visit, 'account'>, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw metInside(account, error);
  }
}
