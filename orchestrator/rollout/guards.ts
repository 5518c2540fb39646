/** Who may act, and until when. Decision 0059 lists what each guard asks, and what it cannot see. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { RolloutId } from '../domain/model/brand';
import { currentStep } from '../domain/model/current-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Guard } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records/accounts';
import { readWithLease } from '../records/leases';
import { readRollout } from '../records/rollouts';
import { isStaleWrite } from '../records/stale-write';
import { renewLease } from './lease';

type GuardPorts = Pick<Ports, 'store' | 'clock'>;

/** Records are written on condition of their version, and a rollout cannot lose its lease and its accounts within this time. */
export const recordWindowSeconds = 60;

export interface Task {
  readonly rolloutId: RolloutId;
  readonly step: number;
}

/**
 * For a task of the state machine: the rollout has not ended, the step is its current one, and the lease its own. An aging lease is renewed.
 * Asked anew before each effect; only a write to a record may rely on an answer of the last minute.
 * @param openedAt when the task began to read.
 */
export function taskGuard(ports: GuardPorts, task: Task, openedAt: Date): Guard {
  return remembering(ports, openedAt, async () => {
    await assertCurrent(ports, task);
  });
}

/** The rollout's record as a deciding step has read it; `version` follows the renewals of the lease. */
export interface AsRead {
  version: number;
}

/**
 * For a step that decides by the rollout's record: besides, nobody has written the record since. A pause or an answer that comes during the
 * step holds what has not begun, since the step is run again.
 */
export function decidingGuard(ports: GuardPorts, task: Task, openedAt: Date, known: AsRead): Guard {
  return remembering(ports, openedAt, async () => {
    const { version } = await assertUnchanged(ports, task, known);
    known.version = version;
  });
}

function remembering({ clock }: Pick<Ports, 'clock'>, openedAt: Date, look: () => Promise<void>): Guard {
  // The reads at the beginning take their time too.
  let lookedAt: Date | undefined = openedAt;
  return {
    failed: () => {
      lookedAt = undefined;
    },
    ask: async ({ strength }) => {
      const now = clock.now();
      const isFresh = lookedAt !== undefined && now.getTime() - lookedAt.getTime() < recordWindowSeconds * 1000;
      if (strength === 'record' && isFresh) return;
      await look();
      lookedAt = now;
    },
  };
}

/** @throws RolloutEnded, StaleStep, LeaseLost. */
export async function assertCurrent(ports: GuardPorts, task: Task): Promise<Item<RolloutRecord>> {
  for (let tries = 1; ; tries++) {
    try {
      return await assertUnchanged(ports, task);
    } catch (error) {
      // Other shards of the step may renew the lease at the same moment.
      if (!isStaleWrite(error) || tries >= renewalsMax) throw error;
    }
  }
}
const renewalsMax = 5;

async function assertUnchanged(
  ports: GuardPorts,
  { rolloutId, step }: Task,
  known?: AsRead,
): Promise<Item<RolloutRecord>> {
  const holding = await readWithLease(ports, rolloutId);
  const { value: record, version } = holding.rollout;
  // A task of an earlier step would overwrite newer work.
  if (record.status.kind !== 'finished' && currentStep(record) !== step)
    throw errors.staleStep(rolloutId, step, currentStep(record));
  const renewed = await renewLease(ports, holding, ports.clock.now());
  if (known !== undefined && version !== known.version) throw errors.staleWrite(`rollout ${rolloutId}`);
  return renewed;
}

/** For what a task hands on: the output is that of the current step, and the rollout has not ended. */
export const outputGuard = (ports: Pick<Ports, 'store'>, { rolloutId, step }: Task): Guard => ({
  ask: async () => {
    const { value: record } = await readRollout(ports, rolloutId);
    if (record.status.kind === 'finished') throw errors.rolloutEnded(rolloutId, record.status.outcome);
    if (currentStep(record) !== step) throw errors.staleStep(rolloutId, step, currentStep(record));
  },
});

/** For the end of a rollout, and for what follows it: nobody has written the rollout's record since it was read, so it has not woken up. */
export const unchangedGuard = (
  ports: Pick<Ports, 'store'>,
  { value: { id }, version }: Pick<Item<RolloutRecord>, 'value' | 'version'>,
): Guard => ({
  ask: async ({ strength }) => {
    if (strength === 'record') return;
    const { version: found } = await readRollout(ports, id);
    if (found !== version) throw errors.staleWrite(`rollout ${id}`);
  },
});

/** For starting a rollout's execution, or continuing it. */
export const unfinishedGuard = (ports: Pick<Ports, 'store'>, id: RolloutId): Guard => ({
  ask: async () => {
    const { status } = (await readRollout(ports, id)).value;
    if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
  },
});

/** For looking around in an account: its record is as it was read, so it was not closed, changed or moved since. */
export function accountGuard(
  ports: GuardPorts,
  { value: { id }, version }: Pick<Item<AccountRecord>, 'value' | 'version'>,
  readAt: Date,
): Guard {
  const look = remembering(ports, readAt, async () => {
    if ((await readAccount(ports, id))?.version !== version) throw errors.staleWrite(`account ${id}`);
  });
  // It was read for this visit, within the same window.
  return { ...look, ask: (effect) => look.ask({ ...effect, strength: 'record' }) };
}
