/**
 * Onboards one account: brings it to the release that its wave has finished, however many events announce it. Only the store is needed: the
 * last rollout stored the desired state, so an event needs no config file.
 */

import { moved } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import { strongroomItself } from '../domain/model/actor';
import { type AccountId, parseRolloutId, type RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { isOver, leased } from '../domain/model/lease';
import type { RolloutRecord } from '../domain/model/rollout';
import { undiscovered } from '../domain/planning/placement';
import { byVersion, guard } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import { readDesiredState } from '../records/desired-state';
import { readOwner } from '../records/owner';
import { findRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';
import { begin, commit } from '../rollout/step';
import { unfinishedHolderOf } from '../rollout/wave-admission';
import { firstInput } from './start';

type NewAccountPorts = Pick<Ports, 'store' | 'clock'>;

/** Every write here takes the place of the record that the decision was made on, or of none. */
const own = (ports: Pick<Ports, 'store'>) => guard(ports, byVersion);

export interface AccountChange {
  readonly account: AccountId;
  /** Names the change: announced twice under one name, it has happened once. */
  readonly what: string;
  /** For people. */
  readonly reason: string;
}

export type Followed =
  /** To be started under the rollout's id: started twice with the same input, it starts once [bc:stepfunctions:StartExecution]. */
  | { readonly kind: 'start'; readonly account: AccountId; readonly input: ExecutionInput }
  /** The change was announced before, and its rollout has ended. */
  | { readonly kind: 'past'; readonly account: AccountId; readonly rollout: RolloutId }
  /** Another rollout is working on the account; a sweep finds what it leaves undone. */
  | { readonly kind: 'busy'; readonly account: AccountId; readonly rollout: RolloutId }
  | { readonly kind: 'recorded'; readonly account: AccountId; readonly because: string };

/** A natural key: the account, and what has happened to it. 63 characters at most; an execution's name may have 80. */
const rolloutIdOf = ({ account, what }: AccountChange): RolloutId => parseRolloutId(`ro-${account}-${what}`);

export const startNewAccount = (ports: NewAccountPorts, change: AccountChange): Promise<Followed> =>
  updateOnConflict(
    () => findRollout(ports, rolloutIdOf(change)),
    (known) => tryToStart(ports, change, known),
  );

async function tryToStart(
  ports: NewAccountPorts,
  change: AccountChange,
  known: Item<RolloutRecord> | undefined,
): Promise<Followed> {
  const { account } = change;
  const now = ports.clock.now();
  const id = rolloutIdOf(change);
  if (known !== undefined && isOver(known.value, now)) return { kind: 'past', account, rollout: id };

  const item = await readAccount(ports, account);
  // A rollout whose lease has expired is ended by a sweep first: its operations must not run beside those of the next one.
  const holder = item && (await unfinishedHolderOf(ports, item.value));
  if (holder !== undefined && holder.id !== id) {
    // Another rollout took the account before this one could: this one never begins.
    if (known !== undefined) await giveWay(ports, known, holder.id);
    return { kind: 'busy', account, rollout: holder.id };
  }
  const rollout = known?.value ?? (await written(ports, change, now));
  if (rollout === undefined) {
    const because = 'no rollout was started yet, so its wave is not known';
    if (item === undefined) await writeAccount(own(ports), { ...undiscovered(account, now), because }, 0);
    return { kind: 'recorded', account, because };
  }
  if (holder === undefined) await hold(ports, rollout, account, item, now);
  return { kind: 'start', account, input: firstInput(rollout) };
}

/** @returns undefined before the first rollout. */
async function written(ports: NewAccountPorts, change: AccountChange, now: Date): Promise<RolloutRecord | undefined> {
  const [wanted, organization] = await Promise.all([readDesiredState(ports), readOwner(ports)]);
  if (wanted === undefined || organization === undefined) return undefined;
  const { account, reason } = change;
  const by = strongroomItself;
  const prepared: RolloutRecord = {
    id: rolloutIdOf(change),
    organization,
    release: wanted.release,
    desiredState: wanted.desiredState,
    request: { by, reason, accounts: [account], newAccount: true },
    startedAt: now.toISOString(),
    status: { kind: 'running', doing: 'listing the organization' },
    direction: 'forward',
    waves: [],
    wave: -1,
    // Its own lease: it holds the account, and never has the lease of the organization.
    lease: { fencingToken: 0, expiresAt: now.toISOString() },
    events: 0,
    answers: [],
  };
  const record = leased(prepared, now);
  await begin(guard(ports, byVersion), record, { type: 'newAccountFollowed', account, reason });
  return record;
}

/** From here on the account is recorded, and only this rollout writes it. */
async function hold(
  ports: NewAccountPorts,
  { id }: RolloutRecord,
  account: AccountId,
  item: Item<AccountRecord> | undefined,
  now: Date,
): Promise<void> {
  const record = item?.value ?? {
    ...undiscovered(account, now),
    because: 'it is new, and its place is being looked for',
  };
  const holder = { rollout: id, fencingToken: (record.holder?.fencingToken ?? 0) + 1 };
  await writeAccount(own(ports), { ...record, holder }, item?.version ?? 0);
}

async function giveWay(ports: NewAccountPorts, known: Item<RolloutRecord>, to: RolloutId): Promise<void> {
  const because = [`rollout ${to} was working on the account already`];
  const status = { kind: 'finished', outcome: 'aborted', because, at: ports.clock.now().toISOString() } as const;
  await commit(ports, {
    record: { ...known.value, status },
    version: known.version,
    events: [{ type: 'rolloutFinished', outcome: 'aborted', because }],
  });
}

const goneBecause = { closed: 'the account is closed', left: 'the account has left the organization' } as const;

/**
 * An account that is closed, or has left, keeps what it has, and the rollout that holds it leaves it out. The next sweep sees in the list of
 * the organization whether it is only suspended, or out of scope.
 */
export async function recordGone(
  ports: NewAccountPorts,
  account: AccountId,
  how: keyof typeof goneBecause,
): Promise<Followed> {
  const because = goneBecause[how];
  return updateOnConflict(
    () => readAccount(ports, account),
    async (item) => {
      const now = ports.clock.now();
      const record = moved(item?.value ?? undiscovered(account, now), 'suspended', now);
      const orgState = how === 'closed' ? 'PENDING_CLOSURE' : record.orgState;
      if (item?.value.state !== 'SUSPENDED' || item.value.because !== because)
        await writeAccount(own(ports), { ...record, because, orgState }, item?.version ?? 0);
      return { kind: 'recorded', account, because };
    },
  );
}
