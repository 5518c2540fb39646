/** Judges which accounts can be entered, reads what is really deployed, and plans the wave's stages. */
import pLimit from 'p-limit';
import {
  afterOutage,
  corrected,
  decideEntry,
  decideJudgePreflight,
  givenUp,
  isRefused,
  type Place,
  refused,
  waitForAccounts,
  waitForOnboardings,
} from '../domain/decisions/judge-preflight';
import { holdForOutage, outageIn } from '../domain/decisions/outage';
import { type AccountRecord, isOut, isWaitedFor } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import { currentWave } from '../domain/model/current-wave';
import { stackSetName } from '../domain/model/module';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { isFromOtherWave } from '../domain/planning/rehoming';
import { idsOf } from '../domain/planning/work';
import type { Item } from '../ports/ports';
import { loadDocument, loadRelease, saveDocument } from '../records/documents';
import { changeAccounts } from '../rollout/change-account';
import { findStacks } from '../rollout/find-stacks';
import { withRetry } from '../rollout/retry';
import { planStages } from '../rollout/stage-plan';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf, valuesOf } from '../rollout/wave-accounts';
import { onboardingsOf } from '../rollout/wave-admission';
import type { ActingPortsOf, Handler } from '../tasks/table';

type JudgePorts = ActingPortsOf<'JudgePreflight'>;
type Members = readonly Item<AccountRecord>[];

export const judgePreflight: Handler<'JudgePreflight'> = (closed) => (input) =>
  runStep(closed, 'JudgePreflight', input, async (before, now, ports) => {
    const desiredState = await loadDocument(ports, 'desiredState', before.desiredState);
    const visited = await recordsOf(ports, await membersOf(ports, before));
    const outage = outageIn(valuesOf(visited), before.id);
    if (outage !== undefined) {
      const { outageWaitMinutes: waitMinutes } = desiredState;
      return holdForOutage(before, outage, { during: 'preflight', members: valuesOf(visited), waitMinutes }, now);
    }
    const record = afterOutage(before, now);
    const wave = currentWave(record);
    const looked = await changeSome(ports, record, visited, isRefused, refused, now);

    const wait = waitForAccounts(record, valuesOf(looked), now);
    if (wait !== undefined) return wait;
    const onboardings = record.request.newAccount ? [] : await onboardingsOf(ports, wave.name, now);
    if (onboardings.length > 0) return waitForOnboardings(record, valuesOf(looked), onboardings.length, now);

    const members = await changeSome(ports, record, looked, isWaitedFor, givenUp, now);
    const release = await loadRelease(ports, wave.release);
    const entry = decideEntry(record, { members: valuesOf(members), release, freezes: desiredState.freezes }, now);
    if (entry.move !== undefined) return entry.move;

    const entered = members.filter(({ value }) => !isOut(value, record.id));
    await findStacks(ports, record, release, entered);
    const seen = await readInstances(ports, record, release, idsOf(valuesOf(entered)));
    const arriving = seen.filter((account) => isFromOtherWave(account, wave.name, release));
    const own = seen.filter((account) => account.release !== wave.release && !arriving.includes(account));
    const { order, stages } = await planStages(ports, record, release, { arriving, own });
    const work = await saveDocument(ports, 'accounts', idsOf(order));
    return decideJudgePreflight(record, entry, { stages, work });
  });

/** Changes the members that match, and reads all of them again if there are any. */
async function changeSome(
  ports: JudgePorts,
  { id }: RolloutRecord,
  members: Members,
  matches: (account: AccountRecord, rollout: RolloutId) => boolean,
  change: (account: AccountRecord, rollout: RolloutId, now: Date) => AccountRecord,
  now: Date,
): Promise<Members> {
  const some = members.filter(({ value }) => matches(value, id));
  if (some.length === 0) return members;
  await changeAccounts(ports, id, some, (account) => change(account, id, now));
  return recordsOf(ports, idsOf(valuesOf(members)));
}

/** StackSets that are listed at once: 10,000 accounts in four regions are 400 pages each, one after another. */
const listingsAtOnceMax = 4;

/** Reads where the wave's StackSets have instances, and corrects the records by that. */
async function readInstances(
  ports: JudgePorts,
  record: RolloutRecord,
  release: Release,
  accounts: readonly AccountId[],
): Promise<readonly AccountRecord[]> {
  const wave = currentWave(record).name;
  const members = await recordsOf(ports, accounts);
  const there = new Map<AccountId, Place[]>(accounts.map((id) => [id, []]));
  const limit = pLimit(listingsAtOnceMax);
  await Promise.all(
    release.modules.map(({ module }) =>
      limit(async () => {
        const instances = await withRetry(ports, () => ports.stackSets.instances(stackSetName(wave, module)));
        for (const { account, region } of instances) there.get(account)?.push({ module, region });
      }),
    ),
  );
  const correct = (account: AccountRecord): AccountRecord =>
    corrected(account, wave, release, there.get(account.id) ?? []);
  return changeAccounts(ports, record.id, members, correct);
}
