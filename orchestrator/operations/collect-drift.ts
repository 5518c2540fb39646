/** Writes the findings of a drift detection into the accounts' records, except where a rollout is working on the account. */
import pLimit from 'p-limit';
import { errors } from '../domain/errors';
import { driftedStack, judgeInstance, withDrift } from '../domain/health/drift';
import { moved } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import type { StackDrift } from '../domain/model/drift';
import { isOver } from '../domain/model/lease';
import { riskNotice } from '../domain/model/notice';
import type { Guarded } from '../ports/guard';
import type { Item, Ports, StackInstance, UsesStackSets } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import type { Detection, DetectionCounts } from '../records/detections';
import { readRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';
import { withRetry } from '../rollout/retry';

/** Drifted stacks whose differences are read at once. */
const readsAtOnceMax = 5;
/** If more stacks have drifted, the differences are read for these; for the others it is only known that they drifted. */
const readsMax = 500;

type CollectPorts = Guarded<'store' | 'notifier'> &
  Pick<Ports, 'clock' | 'random'> &
  UsesStackSets<'driftOf' | 'instances' | 'results'>;
type Place = Pick<StackInstance, 'account' | 'region'>;

/** @param members accounts that have a stack of the StackSet, by our records. */
export async function collectDrift(
  ports: CollectPorts,
  detection: Detection,
  members: ReadonlyMap<AccountId, Item<AccountRecord>>,
): Promise<DetectionCounts> {
  const { asked, found } = await looked(ports, detection);
  let unrecorded = 0;
  for (const [account, places] of byAccount(asked)) {
    const item = members.get(account);
    if (item === undefined) continue;
    const seen = { asked: places, found: found.filter((f) => f.account === account).map((f) => f.stack) };
    if (!(await recorded(ports, detection, item, seen))) unrecorded += 1;
  }
  const count = (outcome: StackDrift['outcome']): number => found.filter((f) => f.stack.outcome === outcome).length;
  const [drifted, unknown] = [count('drifted'), count('unknown')];
  return { instances: asked.length, inSync: asked.length - drifted - unknown, drifted, unknown, unrecorded };
}

interface Found {
  readonly account: AccountId;
  readonly stack: StackDrift;
}

async function looked(
  ports: CollectPorts,
  { stackSet, operationId, module }: Detection,
): Promise<{ readonly asked: readonly Place[]; readonly found: readonly Found[] }> {
  const at = ports.clock.now().toISOString();
  const results = await withRetry(ports, () => ports.stackSets.results(stackSet, operationId));
  const open = results.filter(({ outcome }) => outcome === 'PENDING' || outcome === 'RUNNING').length;
  if (open > 0) throw errors.resultsLagging(stackSet, open);
  const instances = new Map(
    (await withRetry(ports, () => ports.stackSets.instances(stackSet))).map((i) => [keyOf(i), i.drift]),
  );
  const judged = results
    .map((result) => ({ result, judgement: judgeInstance(result, instances.get(keyOf(result))) }))
    .filter(({ judgement }) => judgement.kind !== 'notAsked');
  const limit = pLimit(readsAtOnceMax);
  let reads = 0;
  const found = await limit.map(judged, async ({ result, judgement }): Promise<readonly Found[]> => {
    const { account, region } = result;
    const place = { module, region, at };
    if (judgement.kind === 'unknown')
      return [{ account, stack: { ...place, outcome: 'unknown', because: judgement.because, resources: [] } }];
    if (judgement.kind !== 'drifted') return [];
    reads += 1;
    const differing =
      reads > readsMax ? [] : await withRetry(ports, () => ports.stackSets.driftOf(stackSet, operationId, result));
    return [{ account, stack: driftedStack(place, differing) }];
  });
  return { asked: judged.map(({ result }) => result), found: found.flat() };
}

const keyOf = ({ account, region }: Place): string => `${account} ${region}`;

function byAccount(places: readonly Place[]): ReadonlyMap<AccountId, readonly Place[]> {
  const groups = new Map<AccountId, Place[]>();
  for (const place of places) groups.set(place.account, [...(groups.get(place.account) ?? []), place]);
  return groups;
}

interface SeenThere {
  readonly asked: readonly Pick<StackInstance, 'region'>[];
  readonly found: readonly StackDrift[];
}

/** @returns false if a rollout is working on the account. A finding stays true when another process wrote the record in between. */
async function recorded(
  ports: CollectPorts,
  { module }: Detection,
  known: Item<AccountRecord>,
  { asked, found }: SeenThere,
): Promise<boolean> {
  const now = ports.clock.now();
  const places = asked.map(({ region }) => ({ module, region }));
  const { isRecorded, fallen } = await updateOnConflict(
    async () => (await readAccount(ports, known.value.id)) ?? known,
    async ({ value, version }): Promise<{ readonly isRecorded: boolean; readonly fallen?: AccountRecord }> => {
      const { account, event } = withDrift(value, places, found);
      if (account === value) return { isRecorded: true };
      if (await isHeld(ports, value, now)) return { isRecorded: false };
      const renewed = event === undefined ? account : moved(account, event, now);
      await writeAccount(ports, renewed, version);
      return { isRecorded: true, ...(event === 'driftFound' && { fallen: renewed }) };
    },
    known,
  );
  if (fallen?.state === 'KEYS_AT_RISK') await ports.notifier.notify(riskNotice(fallen, fallen.stateSince));
  return isRecorded;
}

/**
 * A rollout writes the accounts of its current wave. It holds those of other waves too, perhaps for days, and findings there must not be
 * lost: the rollout writes on condition of the version, so it continues from ours.
 */
async function isHeld(ports: CollectPorts, { holder, wave }: AccountRecord, now: Date): Promise<boolean> {
  if (holder === undefined) return false;
  const { value: rollout } = await readRollout(ports, holder.rollout);
  const isAtIt = rollout.waves[rollout.wave]?.name === wave;
  return !isOver(rollout, now) && rollout.status.kind === 'running' && isAtIt;
}
