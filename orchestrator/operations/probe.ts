/**
 * `verify --prove`: experiments in the accounts of waves that opted in. What they show is kept with the account's evidence, and a lock
 * that was seen to fail costs the account its readiness, until it is seen to hold.
 */
import pLimit from 'p-limit';
import { errors, isStrongroomError } from '../domain/errors';
import { disproved, type ProofResult, type Proven, standing } from '../domain/health/probe';
import type { Lent } from '../domain/health/region-deny';
import type { AccountRecord } from '../domain/model/account-record';
import { type OrganizationId, parseSweepId, type RolloutId, type SweepId, type WaveName } from '../domain/model/brand';
import type { Intent } from '../domain/model/desired-state';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { loadRelease } from '../records/documents';
import { readAccount, readAccounts, readRollout, writeAccount, writeEvidence } from '../records/records';
import { moved } from '../rollout/account-changes';
import { visitTo } from '../rollout/current-wave';
import { experiment } from './experiments';
import { stamp } from './start';
import { holderOf, type Member } from './sweep';

/** An experiment waits far more than it calls. */
const accountsAtOnceMax = 100;

type ProvingPorts = Pick<Ports, 'directory' | 'store' | 'artifacts' | 'proofs' | 'clock' | 'random'>;

export type Proved =
  | { readonly kind: 'notProved'; readonly member: Member; readonly because: string }
  | {
      readonly kind: 'proved';
      readonly member: Member;
      readonly results: readonly ProofResult[];
      /** Why it was not recorded. */
      readonly unrecorded?: string | undefined;
    };

/**
 * Who may be proved.
 * @param isNamed the accounts or their waves were asked for by name: then one that did not opt in is refused, and not passed over.
 * @throws ProofsNotWanted
 */
export function membersToProve(intent: Intent, members: readonly Member[], isNamed: boolean): readonly Member[] {
  const willing = new Set<WaveName>(intent.waves.filter(({ prove }) => prove).map(({ name }) => name));
  const unwilling = members.filter(({ wave }) => !willing.has(wave));
  if (unwilling.length > 0 && (isNamed || unwilling.length === members.length))
    throw errors.proofsNotWanted(
      intent.waves.map(({ name }) => name).filter((name) => unwilling.some(({ wave }) => wave === name)),
    );
  return members.filter(({ wave }) => willing.has(wave));
}

interface ProveOptions {
  /** Called once for each account, as soon as it is known what came of it. */
  readonly tell?: ((proved: Proved) => void) | undefined;
  readonly lent?: Lent | undefined;
}

export async function proveMembers(
  ports: ProvingPorts,
  intent: Intent,
  members: readonly Member[],
  { tell = () => {}, lent }: ProveOptions = {},
): Promise<readonly Proved[]> {
  const run = stamp(ports.clock.now(), ports.random);
  const { id: organization } = await ports.directory.identity();
  const ids = members.map(({ id }) => id);
  const items = await readAccounts(ports, ids);
  const limit = pLimit(accountsAtOnceMax);
  try {
    return await limit.map(members, async (member, index) => {
      const proved = await proveMember({ ports, intent, organization, run, lent }, member, items[index]);
      tell(proved);
      return proved;
    });
  } finally {
    limit.clearQueue();
  }
}

interface Proving {
  readonly ports: ProvingPorts;
  readonly intent: Intent;
  readonly organization: OrganizationId;
  readonly run: string;
  readonly lent: Lent | undefined;
}

async function proveMember(
  { ports, intent, organization, run, lent }: Proving,
  member: Member,
  item: Item<AccountRecord> | undefined,
): Promise<Proved> {
  const notProved = (because: string): Proved => ({ kind: 'notProved', member, because });
  if (item?.value.release === undefined) return notProved('nothing was rolled out to it yet, or not all of it');
  const holder = await rolloutAtWork(ports, item.value);
  if (holder !== undefined) return notProved(`rollout ${holder.id} holds the account`);
  const by = parseSweepId(`sw-${run}`);
  const release = await loadRelease(ports, item.value.release);
  const visit = visitTo(member.id, by, intent);
  const results = await experiment(ports, { visit, release, intent, organization, stamp: run, lent });
  const unrecorded = await recorded(ports, member, { release: release.id, results }, by);
  return { kind: 'proved', member, results, unrecorded };
}

const rolloutAtWork = (ports: ProvingPorts, account: AccountRecord): Promise<RolloutRecord | undefined> =>
  holderOf({ ports, rollout: (id: RolloutId) => readRollout(ports, id) }, account);

const triesMax = 5;

/**
 * Experiments take many minutes, and a sweep may have written meanwhile: what they showed holds all the same, of the same release.
 * @returns why it was not recorded.
 */
async function recorded(
  ports: ProvingPorts,
  { id }: Member,
  shown: Proven,
  sweep: SweepId,
): Promise<string | undefined> {
  const at = ports.clock.now();
  const proofs = shown.results.map(({ remediation: _sameForAll, ...result }) => result);
  for (let tries = 1; tries <= triesMax; tries++) {
    const item = await readAccount(ports, id);
    if (item?.value.release !== shown.release) return 'another release was deployed during the experiments';
    try {
      // A state never stands without its evidence.
      const evidence = { at: at.toISOString(), sweep, release: shown.release, results: [], proofs };
      await writeEvidence(ports, item.value, evidence);
      await writeAccount(ports, withProofs(item.value, shown, at), item.version);
      return undefined;
    } catch (error) {
      if (!(isStrongroomError(error) && error.code === 'StaleWrite')) throw error;
    }
  }
  return 'its record was changed by others again and again';
}

function withProofs(account: AccountRecord, shown: Proven, at: Date): AccountRecord {
  const proofs = standing(account.proofs, shown);
  const known = { ...account, proofs, visits: (account.visits ?? 0) + 1 };
  if (disproved(proofs, shown.release).length === 0) return known;
  // What fell has to stand its soak again.
  return { ...moved(known, 'disproved', at), proved: undefined, soaked: undefined };
}
