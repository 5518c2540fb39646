/** New accounts as tests see them: added to the simulated organization, told of by events in the documented shapes, and walked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { onAccountEvent } from '../../orchestrator/events/on-account-event';
import { discover } from '../../orchestrator/operations/discover';
import type { Followed } from '../../orchestrator/operations/onboard';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import type { Rig, Walked } from '../rig';

type Sample = Readonly<Record<string, unknown>> & { readonly detail: object };
const sample = (name: string): Sample =>
  JSON.parse(readFileSync(join(__dirname, '..', 'scenarios', 'account-events', `${name}.json`), 'utf8'));
const saying = (name: string, detail: object): Sample => {
  const event = sample(name);
  return { ...event, detail: { ...event.detail, ...detail } };
};

export const created = (accountId: AccountId) =>
  saying('create-account-result', { serviceEventDetails: { createAccountStatus: { state: 'SUCCEEDED', accountId } } });
export const joined = (accountId: AccountId) =>
  saying('account-joined-organization', { serviceEventDetails: { accountId } });
export const managed = (accountId: AccountId) =>
  saying('create-managed-account', {
    serviceEventDetails: { createManagedAccountStatus: { state: 'SUCCEEDED', account: { accountId } } },
  });
export const moved = (accountId: AccountId, eventID = 'a-move') =>
  saying('move-account', { eventID, requestParameters: { accountId } });
export const left = (accountId: AccountId) =>
  saying('account-departed-organization', { serviceEventDetails: { accountId, departedMethod: 'Left' } });
export const closed = (accountId: AccountId) =>
  saying('close-account-result', { serviceEventDetails: { closeAccountStatus: { state: 'SUCCEEDED', accountId } } });

/** Another release, since the operator's session may be shorter. */
export const newer = (desiredState: DesiredState): DesiredState => ({
  ...desiredState,
  modules: {
    ...desiredState.modules,
    'operator-role': { ...desiredState.modules['operator-role'], mfaMaxAgeSeconds: 1800 },
  },
});

export const add = (rig: Rig, ou: string, name = 'fresh'): AccountId =>
  rig.world.organization.addAccount(name, ou, rig.world.clock.nowMs()).id;

export const tell = (rig: Rig, event: unknown) => rig.inTime(() => onAccountEvent(rig.ports)(event));

/** Hands the events over one after the other, and walks what they start side by side. */
export async function follow(rig: Rig, ...events: readonly unknown[]): Promise<readonly Walked[]> {
  const inputs = [];
  for (const event of events) {
    const followed = await tell(rig, event);
    if (followed.kind === 'start') inputs.push(followed.input);
  }
  return rig.walkAll(inputs);
}
export async function followOne(rig: Rig, event: unknown): Promise<Walked> {
  const [ran] = await follow(rig, event);
  if (ran === undefined) throw new Error('nothing was started');
  return ran;
}
export const walkStarted = (rig: Rig, followed: readonly Followed[]): Promise<readonly Walked[]> =>
  rig.walkAll(followed.flatMap((one) => (one.kind === 'start' ? [one.input] : [])));

export const sweepOnce = (rig: Rig, startsMax = 10) => rig.inTime(() => discover(rig.ports, { startsMax }));
/** A sweep for accounts, and what it starts. */
export const swept = async (rig: Rig) => walkStarted(rig, await sweepOnce(rig));

export const newAccountRollouts = async (rig: Rig): Promise<readonly RolloutRecord[]> =>
  (await listRollouts(rig.ports)).filter(({ request }) => request.newAccount === true);
export const outcomeOf = async (rig: Rig, { id }: Pick<Walked, 'id'>) =>
  (await readRollout(rig.ports, id)).value.status;

export const minutesOn = (rig: Rig, minutes: number): Promise<void> =>
  rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.nowMs() + minutes * 60_000)));
