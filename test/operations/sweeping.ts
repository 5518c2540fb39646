/** Sweeps as tests see them: over two waves that were rolled out, in virtual time. */

import { absent } from '../../orchestrator/domain/health/facts';
import { type AccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { type SweepRequest, sweep, type Verified } from '../../orchestrator/operations/sweep';
import type { Accounts, UnguardedPorts } from '../../orchestrator/ports/ports';
import { readAccount } from '../../orchestrator/records/accounts';
import { baseline, createRig, type Rig } from '../rig';

/** Enough for what is to be seen, and quicker than all of them. */
export const waves = [parseWaveName('canary'), parseWaveName('sandbox')];
export const everything = { accountsMax: 1000, waves };

export async function swept(rig: Rig, request: SweepRequest = everything, ports: Partial<UnguardedPorts> = {}) {
  const built = await baseline();
  return rig.inTime(() => sweep({ ...rig.ports, ...ports }, built, rig.desiredState, request));
}
export const collectFacts = (rig: Rig, collect: Accounts['collectFacts']): Partial<UnguardedPorts> => ({
  accounts: { ...rig.ports.accounts, collectFacts: collect },
});

export async function rolledOut(): Promise<Rig> {
  const rig = await createRig({ accounts: 40 });
  await rig.rollOut({ waves });
  return rig;
}

/** Until it is fixed, the account has no password policy. */
export function damage(rig: Rig, id: AccountId): { readonly repair: () => void } {
  rig.world.faults.distort = (facts) => (facts.account === id ? { ...facts, passwordPolicy: absent } : facts);
  return {
    repair: () => {
      rig.world.faults.distort = (facts) => facts;
    },
  };
}

export async function recordOf(rig: Rig, id: AccountId) {
  const item = await readAccount(rig.ports, id);
  if (item === undefined) throw new Error(`account ${id} has no record`);
  return item.value;
}
export const stateOf = async (rig: Rig, id: AccountId): Promise<string> => (await recordOf(rig, id)).state;

export const after = (rig: Rig, minutes: number): Promise<void> =>
  rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + minutes * 60_000)));

export const resultOf = (verified: readonly Verified[], id: AccountId): Verified | undefined =>
  verified.find(({ member }) => member.id === id);
export const risks = ({ world }: Rig) => world.notices.filter(({ key }) => key.includes('keys-at-risk'));
