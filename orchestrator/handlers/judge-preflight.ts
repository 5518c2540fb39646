/** Judges who can be entered, sees what is really deployed, and lays out the wave's stages. */

import pLimit from 'p-limit';
import { moved, staying, withRelease } from '../domain/model/account-changes';
import {
  type AccountRecord,
  failuresOf,
  isGone,
  isNeverEntered,
  isOut,
  isWaitedFor,
} from '../domain/model/account-record';
import type { AccountId, Region, WaveName } from '../domain/model/brand';
import { currentWave, withWave } from '../domain/model/current-wave';
import { toleranceOf } from '../domain/model/desired-state';
import { accountEventsMax } from '../domain/model/event';
import { type ExecutionInput, shardsOf, shardsWhere } from '../domain/model/execution-input';
import { type ModuleId, stackSetName } from '../domain/model/module';
import type { EventBody, Move } from '../domain/model/move';
import type { Release } from '../domain/model/release';
import type { Prompt, RolloutRecord, WaveProgress } from '../domain/model/rollout';
import { idsOf } from '../domain/planning/work';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { loadRelease, saveDocument } from '../records/documents';
import { changeAccount } from '../rollout/change-account';
import { findStacks, isStranger } from '../rollout/rehome';
import { withRetry } from '../rollout/retry';
import { planStages } from '../rollout/stage-plan';
import { startHold } from '../rollout/start-holds';
import { type AssertCurrent, runStep } from '../rollout/step';
import { membersOf, recordsOf } from '../rollout/wave-accounts';
import { onboardingsOf } from '../rollout/wave-admission';

type JudgePorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random'> & UsesStackSets<'describe' | 'instances'>;

export const judgePreflight = (ports: JudgePorts) => (input: ExecutionInput) =>
  runStep(ports, 'JudgePreflight', input, async (record, now, assertCurrent): Promise<Move<'JudgePreflight'>> => {
    const wave = currentWave(record);
    const looked = await recordsOf(ports, await membersOf(ports, record));
    const until = breathUntil(wave, now);
    if (until !== undefined && looked.some(({ value }) => isWaitedFor(value, record.id))) {
      return waiting(record, looked, until);
    }

    const onboardings = record.request.newAccount ? [] : await onboardingsOf(ports, wave.name, now);
    if (onboardings.length > 0) return waitingForOnboardings(record, looked, onboardings, now);

    const members = await afterPatience(ports, record, looked, now, assertCurrent);
    const out = members.map(({ value }) => value).filter((account) => isOut(account, record.id) && !isGone(account));
    const entered = members.filter(({ value }) => !isOut(value, record.id));
    const release = await loadRelease(ports, wave.release);
    const goingBack = { type: 'rollingBack', wave: wave.name, to: wave.release } as const;
    const events: EventBody[] = [
      ...(record.request.rollback === true
        ? [
            {
              ...goingBack,
              ...staying(
                members.map(({ value }) => value),
                release,
              ),
            },
          ]
        : []),
      ...doneAndAdopted(wave.name, entered, release, out.length),
      ...out.slice(0, accountEventsMax).map((account) => leftOut(record, account)),
    ];
    const tolerance = toleranceOf(wave.spec, wave.accounts);
    if (out.length > tolerance) return tooManyOut(record, out, tolerance, events, now);
    const held = await startHold(ports, record, now);
    if (held !== undefined) return { ...held, events: [...events, ...held.events] };

    await findStacks(ports, record, release, entered, assertCurrent);
    const seen = await seeWhatIsThere(
      ports,
      record,
      release,
      await recordsOf(ports, idsOf(entered.map(({ value }) => value))),
      assertCurrent,
    );
    const strangers = seen.filter((account) => isStranger(account, wave.name, release));
    const own = seen.filter((account) => account.release !== wave.release && !strangers.includes(account));
    const { order, stages } = await planStages(ports, record, release, { strangers, own });
    return {
      decision: stages.length === 0 ? 'verify' : 'go',
      record: {
        ...withWave(record, {
          lost: out.length,
          stages,
          stage: 0,
          work: await saveDocument(ports, 'accounts', idsOf(order)),
        }),
        status: { kind: 'running', doing: 'deploying' },
      },
      events,
      shards: shardsOf(wave.accounts),
    };
  });

/** How long a fresh account may take to let us in: tools that create accounts wait ten minutes and more [aws-control-plane 6]. */
const bootstrapMinutesMax = 15;
const breathMinutes = 2;

/** undefined once the wave has been open for so long that nobody is waited for any more. */
function breathUntil({ status }: WaveProgress, now: Date): Date | undefined {
  if (status.kind !== 'open') return undefined;
  const last = new Date(status.since).getTime() + bootstrapMinutesMax * 60_000;
  if (now.getTime() >= last) return undefined;
  return new Date(Math.min(last, now.getTime() + breathMinutes * 60_000));
}

function waiting(record: RolloutRecord, members: readonly Item<AccountRecord>[], until: Date): Move<'JudgePreflight'> {
  const isMeant = ({ value }: Item<AccountRecord>): boolean => isWaitedFor(value, record.id);
  const at = until.toISOString();
  return {
    decision: 'wait',
    record: { ...record, status: { kind: 'waiting', until: at, doing: 'waiting for fresh accounts' } },
    events: [
      {
        type: 'waiting',
        wave: currentWave(record).name,
        for: 'bootstrap',
        until: at,
        accounts: members.filter(isMeant).length,
      },
    ],
    shards: shardsWhere(members, isMeant),
    until,
  };
}

/** New accounts that came before the wave opened still get what its StackSets hold: they end soon, or their leases do. */
function waitingForOnboardings(
  record: RolloutRecord,
  members: readonly Item<AccountRecord>[],
  onboardings: readonly RolloutRecord[],
  now: Date,
): Move<'JudgePreflight'> {
  const until = new Date(now.getTime() + breathMinutes * 60_000);
  const at = until.toISOString();
  const wave = currentWave(record).name;
  return {
    decision: 'wait',
    record: { ...record, status: { kind: 'waiting', until: at, doing: 'waiting for new accounts of the wave' } },
    events: [{ type: 'waiting', wave, for: 'onboardings', until: at, accounts: onboardings.length }],
    shards: shardsWhere(members, ({ value }) => isWaitedFor(value, record.id)),
    until,
  };
}

/** Who was waited for and has not come up is out like any other. */
async function afterPatience(
  ports: JudgePorts,
  record: RolloutRecord,
  members: readonly Item<AccountRecord>[],
  now: Date,
  assertCurrent: AssertCurrent,
): Promise<readonly Item<AccountRecord>[]> {
  const overdue = members.filter(({ value }) => isWaitedFor(value, record.id));
  if (overdue.length === 0) return members;
  await Promise.all(
    overdue.map((item) =>
      changeAccount(ports, record.id, item, (account) => givenUp(account, record, now), assertCurrent),
    ),
  );
  return recordsOf(
    ports,
    members.map(({ value }) => value.id),
  );
}

function givenUp(account: AccountRecord, { id }: RolloutRecord, now: Date): AccountRecord {
  const failures = failuresOf(account, id).map(({ waitedFor: _over, ...failure }) => ({
    ...failure,
    reason: `${failure.reason}, still so ${bootstrapMinutesMax} minutes after the wave opened`,
  }));
  const out = { ...account, work: { rollout: id, failures } };
  return isNeverEntered(account) ? moved(out, 'enteringFailed', now) : out;
}

function tooManyOut(
  record: RolloutRecord,
  out: readonly AccountRecord[],
  tolerance: number,
  events: readonly EventBody[],
  now: Date,
): Move<'JudgePreflight'> {
  const wave = currentWave(record);
  const because = [
    `${out.length} of ${wave.accounts} accounts cannot be entered or deployed to; tolerance ${tolerance}`,
    ...out.slice(0, 20).map((account) => `${account.id} (${account.name}): ${reasonsOf(record, account)}`),
  ];
  const prompt: Prompt = { about: 'preflight', wave: wave.name, because, promptedAt: now.toISOString() };
  return {
    decision: 'ask',
    record: { ...withWave(record, { lost: out.length }), status: { kind: 'awaitingApproval', prompt } },
    events: [...events, { type: 'approvalRequested', wave: wave.name, about: 'preflight', because }],
  };
}

/** What the config leaves to the organization everywhere is no news; what was found to be somebody else's is. */
function doneAndAdopted(
  wave: WaveName,
  entered: readonly Item<AccountRecord>[],
  { expectations }: Release,
  leftOut: number,
): readonly EventBody[] {
  const adopted = entered.flatMap(({ value }) =>
    (value.adopted ?? [])
      .filter(({ module }) => !expectations.organizationManaged.includes(module))
      .map((place) => ({ type: 'adopted' as const, wave, account: value.id, ...place })),
  );
  const accounts = new Set(adopted.map(({ account }) => account)).size;
  return [
    {
      type: 'preflightDone',
      wave,
      entered: entered.length,
      leftOut,
      ...(accounts > 0 && { adopted: accounts }),
    },
    ...adopted.slice(0, accountEventsMax),
  ];
}

const reasonsOf = (record: RolloutRecord, account: AccountRecord): string =>
  failuresOf(account, record.id)
    .map(({ module, region, reason }) => [module, region, reason].filter(Boolean).join(': '))
    .join('; ');

const leftOut = (record: RolloutRecord, account: AccountRecord): EventBody => ({
  type: 'accountLeftOut',
  wave: currentWave(record).name,
  account: account.id,
  reason: reasonsOf(record, account),
});

interface Place {
  readonly module: ModuleId;
  readonly region: Region;
}

/** StackSets that are listed at once: 10,000 accounts in four regions are 400 pages of each, one after another. */
const listingsAtOnceMax = 4;

/** Our records are corrected by what StackSets say: instances that somebody removed, or that we do not know of. */
async function seeWhatIsThere(
  ports: JudgePorts,
  record: RolloutRecord,
  release: Release,
  members: readonly Item<AccountRecord>[],
  assertCurrent: AssertCurrent,
): Promise<readonly AccountRecord[]> {
  const wave = currentWave(record).name;
  const there = new Map<AccountId, Place[]>(members.map(({ value }) => [value.id, []]));
  const limit = pLimit(listingsAtOnceMax);
  await Promise.all(
    release.modules.map(({ module }) =>
      limit(async () => {
        const instances = await withRetry(ports, () => ports.stackSets.instances(stackSetName(wave, module)));
        for (const { account, region } of instances) there.get(account)?.push({ module, region });
      }),
    ),
  );
  return Promise.all(
    members.map((item) =>
      changeAccount(
        ports,
        record.id,
        item,
        (account) => corrected(account, record, release, there.get(account.id) ?? []),
        assertCurrent,
      ),
    ),
  );
}

function corrected(
  account: AccountRecord,
  record: RolloutRecord,
  release: Release,
  there: readonly Place[],
): AccountRecord {
  const seen = withInstances(account, record, release, there);
  // Another rollout may have stopped halfway and left everything of this release in place.
  const measured = withRelease(seen, release);
  return measured.release === release.id && seen.release !== release.id ? measured : seen;
}

function withInstances(
  account: AccountRecord,
  record: RolloutRecord,
  { modules }: Release,
  there: readonly Place[],
): AccountRecord {
  const wave = currentWave(record).name;
  const same = (a: Place, b: Place): boolean => a.module === b.module && a.region === b.region;
  const isLookedAt = (m: Place): boolean => modules.some(({ module }) => module === m.module);
  // What is in this wave's set has come along, also where nobody lived to write that down.
  const kept = account.modules.filter((m) => !isLookedAt(m) || (m.wave === wave) === there.some((t) => same(m, t)));
  const found = there.filter((t) => !account.modules.some((m) => m.wave === wave && same(m, t)));
  if (kept.length === account.modules.length && found.length === 0) return account;
  // The version of an instance that we did not make is not known, so it is brought to the release like any other.
  const unknown = found.map((t) => ({ ...t, wave, version: '', status: 'current' as const }));
  const { release: _mixed, ...rest } = account;
  return { ...rest, modules: [...kept, ...unknown] };
}
