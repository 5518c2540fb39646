/** The evidence of visits: what was seen in an account, and what the checks concluded. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AccountFacts } from '../domain/health/fact-sources';
import type { AccountRecord } from '../domain/model/account-record';
import type { Actor } from '../domain/model/actor';
import type { AccountId, ReleaseId, RolloutId, SweepId } from '../domain/model/brand';
import type { CheckResult } from '../domain/model/gate';
import type { ProbeResult } from '../domain/model/probe';
import { evidenceKey, evidencePartition, visitsKept } from './keys';
import { type HasGuardedStore, type HasStore, listAll } from './listing';
import { isStaleWrite } from './stale-write';

/** One visit to an account: the facts, and the results of the checks. */
export type Evidence = {
  readonly at: string;
  readonly release: ReleaseId;
  /** Absent if the account could not be entered. */
  readonly facts?: AccountFacts | undefined;
  readonly results: readonly Omit<CheckResult, 'remediation'>[];
  /** Present if the visit ran probes instead of checks. */
  readonly probes?: readonly Omit<ProbeResult, 'remediation'>[] | undefined;
} & Visitor;
/** The rollout or the sweep that made the visit, and who started it. */
export type Visitor = ({ readonly rollout: RolloutId } | { readonly sweep: SweepId }) & { readonly by: Actor };

/**
 * A visit is some 30 KB of text that repeats itself, and a fifth of that when packed. A table charges for every KB, and ten thousand
 * accounts keep twenty visits each.
 */
interface StoredEvidence {
  readonly visit: Pick<Evidence, 'at' | 'release'> & Visitor;
  readonly packed: string;
}
const fastest = { level: 1 } as const;
const stored = ({ facts, results, probes, ...visit }: Evidence): StoredEvidence => ({
  visit,
  packed: deflateRawSync(JSON.stringify({ facts, results, probes }), fastest).toString('base64'),
});
function unpacked({ visit, packed }: StoredEvidence): Evidence {
  const seen: Pick<Evidence, 'facts' | 'results' | 'probes'> = JSON.parse(
    inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8'),
  );
  return { ...visit, ...seen };
}

/** Writes the visit that the account's record will count next: written again after a crash, it is the same visit. */
export async function writeEvidence(
  { store }: HasGuardedStore,
  { id, visits = 0 }: Pick<AccountRecord, 'id' | 'visits'>,
  evidence: Evidence,
): Promise<void> {
  const key = evidenceKey(id, visits);
  try {
    // Each round of the ring has written the place once, so its version is known. Evidence is too large to be read only to be replaced.
    await store.put(key, stored(evidence), Math.floor(visits / visitsKept));
  } catch (error) {
    // Not `updateOnConflict`: the old content does not matter, so one more write with the real version is enough.
    if (!isStaleWrite(error)) throw error;
    // A visit that died after writing its evidence left a version that the record does not know of.
    const known = await store.get<StoredEvidence>(key);
    await store.put(key, stored(evidence), known?.version ?? 0);
  }
}
/** The visits that are kept, oldest first. */
export const readVisits = async ({ store }: HasStore, id: AccountId): Promise<readonly Evidence[]> =>
  (await listAll<StoredEvidence>(store, evidencePartition(id)))
    .map(({ value }) => unpacked(value))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
export const readEvidence = async (ports: HasStore, id: AccountId): Promise<Evidence | undefined> =>
  (await readVisits(ports, id)).at(-1);
