/**
 * `verify --probe`: probes in the accounts of waves that opted in. Their results are kept with the account's evidence, and a safeguard
 * that failed costs the account its readiness until it passes.
 */
import pLimit from 'p-limit';
import { errors } from '../domain/errors';
import { standing } from '../domain/health/probe';
import type { OperatorCredentials } from '../domain/health/region-deny';
import { moved } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import type { Actor } from '../domain/model/actor';
import { type OrganizationId, parseSweepId, type RolloutId, type WaveName } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { failedProbes, type ProbeEvidence, type ProbeResult } from '../domain/model/probe';
import type { RolloutRecord } from '../domain/model/rollout';
import { byVersion, type Guard, guard } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount, readAccounts, writeAccount } from '../records/accounts';
import { loadRelease } from '../records/documents';
import { type Visitor, writeEvidence } from '../records/evidence';
import { readRollout } from '../records/rollouts';
import { isStaleWrite, updateOnConflict } from '../records/stale-write';
import { isRefusal } from '../rollout/step';
import { visitTo } from '../rollout/wave-accounts';
import { experiment } from './experiments';
import { stamp } from './start';
import { holderOf, type Member } from './sweep';

/** A probe waits far more than it calls. */
const accountsAtOnceMax = 100;

type ProbingPorts = Pick<Ports, 'directory' | 'store' | 'artifacts' | 'probes' | 'clock' | 'random'>;

export type Probed =
  | { readonly kind: 'notProbed'; readonly member: Member; readonly because: string }
  | {
      readonly kind: 'passed';
      readonly member: Member;
      readonly results: readonly ProbeResult[];
      /** Why it was not recorded. */
      readonly unrecorded?: string | undefined;
    };

/**
 * The accounts that may be probed.
 * @param isNamed the accounts or their waves were requested by name: then one that did not opt in is refused instead of skipped.
 * @throws ProbesNotEnabled
 */
export function membersToProbe(
  desiredState: DesiredState,
  members: readonly Member[],
  isNamed: boolean,
): readonly Member[] {
  const willing = new Set<WaveName>(desiredState.waves.filter(({ probe }) => probe).map(({ name }) => name));
  const unwilling = members.filter(({ wave }) => !willing.has(wave));
  if (unwilling.length > 0 && (isNamed || unwilling.length === members.length))
    throw errors.probesNotEnabled(
      desiredState.waves.map(({ name }) => name).filter((name) => unwilling.some(({ wave }) => wave === name)),
    );
  return members.filter(({ wave }) => willing.has(wave));
}

interface ProbeOptions {
  readonly by: Actor;
  /** Called once for each account, as soon as its result is known. */
  readonly tell?: ((passing: Probed) => void) | undefined;
  readonly operatorCredentials?: OperatorCredentials | undefined;
}

export async function probeMembers(
  ports: ProbingPorts,
  desiredState: DesiredState,
  members: readonly Member[],
  { by, tell = () => {}, operatorCredentials }: ProbeOptions,
): Promise<readonly Probed[]> {
  const run = stamp(ports.clock.now(), ports.random);
  const { id: organization } = await ports.directory.identity();
  const ids = members.map(({ id }) => id);
  const items = await readAccounts(ports, ids);
  const limit = pLimit(accountsAtOnceMax);
  try {
    return await limit.map(members, async (member, index) => {
      const passing = await probeMember(
        { ports, desiredState, organization, run, by, operatorCredentials },
        member,
        items[index],
      );
      tell(passing);
      return passing;
    });
  } finally {
    limit.clearQueue();
  }
}

interface Probing {
  readonly ports: ProbingPorts;
  readonly desiredState: DesiredState;
  readonly organization: OrganizationId;
  readonly run: string;
  readonly by: Actor;
  readonly operatorCredentials: OperatorCredentials | undefined;
}

async function probeMember(
  { ports, desiredState, organization, run, by, operatorCredentials }: Probing,
  member: Member,
  item: Item<AccountRecord> | undefined,
): Promise<Probed> {
  const notProbed = (because: string): Probed => ({ kind: 'notProbed', member, because });
  if (item?.value.release === undefined) return notProbed('nothing was rolled out to it yet, or not all of it');
  const holder = await rolloutAtWork(ports, item.value);
  if (holder !== undefined) return notProbed(`rollout ${holder.id} holds the account`);
  const sweep = parseSweepId(`sw-${run}`);
  const release = await loadRelease(ports, item.value.release);
  const visit = visitTo(member.id, sweep, desiredState);
  const setting = { visit, release, desiredState, organization, stamp: run, operatorCredentials };
  let results: readonly ProbeResult[];
  try {
    results = await experiment(guard(ports, freeGuard(ports, item.value)), setting);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return notProbed('a rollout began to change the account while the probes ran');
  }
  const unrecorded = await recorded(ports, member, { release: release.id, results }, { sweep, by });
  return { kind: 'passed', member, results, unrecorded };
}

/** Probes take many minutes: no rollout has begun to work there since, and the account is at the release that is probed. */
const freeGuard = (ports: ProbingPorts, { id, release }: AccountRecord): Guard => ({
  ask: async ({ method }) => {
    // What a probe has made is cleared away in any case.
    if (method === 'clearAway') return;
    const account = (await readAccount(ports, id))?.value;
    if (account === undefined || account.release !== release || (await rolloutAtWork(ports, account)) !== undefined)
      throw errors.staleWrite(`account ${id}`);
  },
});

const rolloutAtWork = (ports: ProbingPorts, account: AccountRecord): Promise<RolloutRecord | undefined> =>
  holderOf({ ports, rollout: (id: RolloutId) => readRollout(ports, id) }, account);

/**
 * Probes take many minutes, and a sweep may write meanwhile: the results still hold for the same release.
 * @returns why they were not recorded.
 */
async function recorded(
  ports: ProbingPorts,
  { id }: Member,
  shown: ProbeEvidence,
  visitor: Visitor,
): Promise<string | undefined> {
  const at = ports.clock.now();
  const probes = shown.results.map(({ remediation: _sameForAll, ...result }) => result);
  const update = async (item: Item<AccountRecord> | undefined): Promise<string | undefined> => {
    if (item?.value.release !== shown.release) return 'another release was deployed while the probes ran';
    // Evidence comes first, so that no state is recorded without it.
    const evidence = { at: at.toISOString(), ...visitor, release: shown.release, results: [], probes };
    const own = guard(ports, byVersion);
    await writeEvidence(own, item.value, evidence);
    await writeAccount(own, withProbes(item.value, shown, at), item.version);
    return undefined;
  };
  try {
    return await updateOnConflict(() => readAccount(ports, id), update);
  } catch (error) {
    if (!isStaleWrite(error)) throw error;
    return 'others kept changing its record';
  }
}

function withProbes(account: AccountRecord, shown: ProbeEvidence, at: Date): AccountRecord {
  const probes = standing(account.probes, shown);
  const known = { ...account, probes, visits: (account.visits ?? 0) + 1 };
  if (failedProbes(probes, shown.release).length === 0) return known;
  // An account that failed has to soak again.
  return { ...moved(known, 'failed', at), passing: undefined, soaked: undefined };
}
