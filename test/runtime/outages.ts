/** Outages of a rollout in tests: failing calls of our own, and what they must not do to accounts. */
import { errors } from '../../orchestrator/domain/errors';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { ReadinessState } from '../../orchestrator/domain/model/readiness';
import type { Accounts } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import type { Rig, Walked } from '../rig';

export const waves = [parseWaveName('sandbox')];
export const minutes = 60_000;

export type Method = keyof Accounts;
/** Our own calls fail in these methods, for so long after the first of them is made. */
export interface Weather {
  methods: readonly Method[];
  lastsMinutes: number;
  error: () => Error;
  since?: number;
}
export const clear: Weather = { methods: [], lastsMinutes: 0, error: () => new Error('none') };

export const throttled = (): Error => errors.throttled('sts:AssumeRole');
export const noNetwork = (): Error => errors.endpointDown('https://sts.amazonaws.com', 'ECONNREFUSED');
export const expired = (): Error => errors.noCredentials('the token has expired');
export const bug = (): Error => new TypeError('undefined is not a function');

export function under(weather: { now: Weather }, world: SimulatedWorld): Accounts {
  const failing =
    <A extends readonly unknown[], R>(method: Method, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const { now } = weather;
      if (!now.methods.includes(method)) return call(...args);
      now.since ??= world.clock.nowMs();
      if (world.clock.nowMs() < now.since + now.lastsMinutes * minutes) throw now.error();
      return call(...args);
    };
  const { accounts } = world;
  return {
    preflight: failing('preflight', accounts.preflight),
    ensureLinkedRoles: failing('ensureLinkedRoles', accounts.ensureLinkedRoles),
    collectFacts: failing('collectFacts', accounts.collectFacts),
    readSettings: failing('readSettings', accounts.readSettings),
    applySettings: failing('applySettings', accounts.applySettings),
    putBackSettings: failing('putBackSettings', accounts.putBackSettings),
    revertDrift: failing('revertDrift', accounts.revertDrift),
  };
}

const bad: readonly ReadinessState[] = ['KEYS_AT_RISK', 'UNKNOWN', 'UNHEALTHY', 'BOOTSTRAP_FAILED', 'DEPLOY_FAILED'];

/** The states that say something bad about an account and that accounts have entered during a rollout. */
export const blamed = async ({ ports }: Rig, { id }: Pick<Walked, 'id'>): Promise<readonly ReadinessState[]> =>
  (await listAccounts(ports)).flatMap(({ value: { states = [] } }) =>
    states.filter(({ state, rollout }) => rollout === id && bad.includes(state)).map(({ state }) => state),
  );
