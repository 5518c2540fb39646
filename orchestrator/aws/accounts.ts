/** Reads facts and applies settings in member accounts, one function per method: a deployed function has those that it declares. */
import { metInside } from '../domain/errors';
import type { Accounts, Visit } from '../ports/ports';
import { purposeOf } from '../ports/purposes';
import { createSessions, type Sessions, type SessionsOptions } from './sessions';

// A dozen SDK clients, loaded on first use, so that commands like `status`, which only read records, do not wait for them.
const looking = () => import('./preflight');
const collecting = () => import('./facts/collect');
const holding = () => import('./settings');
const linking = () => import('./linked-roles');
const reverting = () => import('./revert-drift');

export const preflightWith =
  ({ enter }: Sessions): Accounts['preflight'] =>
  async (visit, wanted) => {
    const { preflight } = await looking();
    return preflight(await enter(visit, purposeOf.preflight), wanted);
  };

export const ensureLinkedRolesWith =
  ({ enter }: Sessions): Accounts['ensureLinkedRoles'] =>
  async (visit, services) => {
    const { ensureLinkedRoles } = await linking();
    const session = await enter(visit, purposeOf.ensureLinkedRoles);
    await inside(visit, () => ensureLinkedRoles(session, services));
  };

export const collectFactsWith =
  ({ enter }: Sessions, now: () => Date): Accounts['collectFacts'] =>
  async (visit, wanted) => {
    const { collectFacts } = await collecting();
    return collectFacts(await enter(visit, purposeOf.collectFacts), wanted, now);
  };

export const readSettingsWith =
  ({ enter }: Sessions): Accounts['readSettings'] =>
  async (visit, desired, regions) => {
    const { readSettings } = await holding();
    const session = await enter(visit, purposeOf.readSettings);
    return inside(visit, () => readSettings(session, desired, regions));
  };

export const applySettingsWith =
  ({ enter }: Sessions): Accounts['applySettings'] =>
  async (visit, desired, regions) => {
    const { applySettings } = await holding();
    const session = await enter(visit, purposeOf.applySettings);
    return inside(visit, () => applySettings(session, desired, regions));
  };

export const putBackSettingsWith =
  ({ enter }: Sessions): Accounts['putBackSettings'] =>
  async (visit, previous) => {
    const { putBackSettings } = await holding();
    const session = await enter(visit, purposeOf.putBackSettings);
    return inside(visit, () => putBackSettings(session, previous));
  };

export const revertDriftWith =
  ({ enter }: Sessions): Accounts['revertDrift'] =>
  async (visit, stack, key) => {
    const { revertDrift } = await reverting();
    const session = await enter(visit, purposeOf.revertDrift);
    return inside(visit, () => revertDrift(session, stack, key));
  };

export function createAccounts(options: SessionsOptions): Accounts {
  const sessions = createSessions(options);
  return {
    preflight: preflightWith(sessions),
    ensureLinkedRoles: ensureLinkedRolesWith(sessions),
    collectFacts: collectFactsWith(sessions, options.now),
    readSettings: readSettingsWith(sessions),
    applySettings: applySettingsWith(sessions),
    putBackSettings: putBackSettingsWith(sessions),
    revertDrift: revertDriftWith(sessions),
  };
}

async function inside<T>({ account }: Pick<Visit, 'account'>, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw metInside(account, error);
  }
}
