/** Which rollout holds an account, and which rollouts are adding instances to the StackSets of a wave. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { RolloutId, WaveName } from '../domain/model/brand';
import type { FinishedWave } from '../domain/model/finished-wave';
import { isOver } from '../domain/model/lease';
import { stackSetName } from '../domain/model/module';
import { canonicalJson } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Guarded } from '../ports/guard';
import type { Ports, StackSetState, UsesStackSets } from '../ports/ports';
import { loadRelease } from '../records/documents';
import { readLease } from '../records/leases';
import { readRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';
import { readFinishedWave, readOnboardings, writeOnboardings } from '../records/waves';
import { withRetry } from './retry';

type Held = Pick<AccountRecord, 'holder'>;

/** The rollout that holds the account. Includes a rollout whose lease has expired, until it is ended. */
export async function unfinishedHolderOf(
  ports: Pick<Ports, 'store'>,
  { holder }: Held,
): Promise<RolloutRecord | undefined> {
  if (holder === undefined) return undefined;
  const { value } = await readRollout(ports, holder.rollout);
  return value.status.kind === 'finished' ? undefined : value;
}

/** New accounts that join one wave at once; thousands may be moved in an hour. */
const onboardingsMax = 1000;

/**
 * The StackSets of a wave must stay as they are while a single new account joins it. Each side first announces itself, a rollout over waves
 * by opening the wave and a new account here, and then looks for the other. So at least one of them sees the other, in either order. A
 * new account gives way to an open wave, and a wave waits for the accounts that joined before it opened.
 */
export async function joinWave(
  ports: Guarded<'store'>,
  wave: WaveName,
  onboarding: RolloutId,
  now: Date,
): Promise<void> {
  await updateOnConflict(
    () => readOnboardings(ports, wave),
    async (item) => {
      if (item?.value.rollouts.includes(onboarding)) return;
      const staying = await onboardingsOf(ports, wave, now);
      if (staying.length >= onboardingsMax)
        throw errors.limitExceeded(`wave ${wave} with ${staying.length} new accounts`, `${onboardingsMax} at once`);
      const rollouts = [...staying.map(({ id }) => id), onboarding];
      await writeOnboardings(ports, wave, { rollouts }, item?.version ?? 0);
    },
  );
}

/** Twice is once. */
export const leaveWave = (ports: Guarded<'store'>, wave: WaveName, onboarding: RolloutId): Promise<void> =>
  updateOnConflict(
    () => readOnboardings(ports, wave),
    async (item) => {
      if (item === undefined || !item.value.rollouts.includes(onboarding)) return;
      const rollouts = item.value.rollouts.filter((id) => id !== onboarding);
      await writeOnboardings(ports, wave, { rollouts }, item.version);
    },
  );

/** New accounts for which instances may still be created in the wave. */
export async function onboardingsOf(
  ports: Pick<Ports, 'store'>,
  wave: WaveName,
  now: Date,
): Promise<readonly RolloutRecord[]> {
  const item = await readOnboardings(ports, wave);
  const rollouts = await Promise.all((item?.value.rollouts ?? []).map((id) => readRollout(ports, id)));
  return rollouts.map(({ value }) => value).filter((rollout) => isDeploying(rollout, now));
}

/** It deploys until it continues with the checks, and does not return from there. */
const isDeploying = (rollout: RolloutRecord, now: Date): boolean =>
  !isOver(rollout, now) &&
  rollout.lastStep?.input.decision !== 'verify' &&
  !['JudgeWave', 'AskOperator', 'RollBack'].includes(rollout.lastStep?.state ?? '');

/** An open wave is changed until it is judged healthy, or until a person overrides it. */
export function isChanging({ waves }: RolloutRecord, wave: WaveName): boolean {
  const status = waves.find(({ name }) => name === wave)?.status;
  return status?.kind === 'open' || (status?.kind === 'judged' && status.verdict !== 'healthy');
}

/**
 * What the wave has finished, and whether its StackSets are settled at that release: not while a rollout changes them, and not if a rollout
 * that ended has left them between two releases. A new account would get neither release there.
 */
export async function holdsFinished(
  ports: Pick<Ports, 'store' | 'artifacts' | 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  wave: WaveName,
): Promise<{ readonly finished: FinishedWave | undefined; readonly isSettled: boolean }> {
  const finished = await readFinishedWave(ports, wave);
  if (finished === undefined) return { finished, isSettled: false };
  const lease = await readLease(ports);
  const last = lease && (await readRollout(ports, lease.value.holder)).value;
  if (last !== undefined && isChanging(last, wave)) return { finished, isSettled: false };
  const { modules } = await loadRelease(ports, finished.release);
  for (const module of modules)
    if (await holdsOther(ports, stackSetName(wave, module.module), module)) return { finished, isSettled: false };
  return { finished, isSettled: true };
}

/** Whether the StackSet would give new instances something else. A set without instances does not count: it is updated first. */
export async function holdsOther(
  ports: Pick<Ports, 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  name: string,
  { template, parameters }: StackSetState,
): Promise<boolean> {
  const held = await withRetry(ports, () => ports.stackSets.describe(name));
  if (held === undefined) return false;
  if (held.template === template && canonicalJson(held.parameters) === canonicalJson(parameters)) return false;
  return (await withRetry(ports, () => ports.stackSets.instances(name))).length > 0;
}
