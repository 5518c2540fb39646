/** Judges who can be entered, sees what is really deployed, and lays out the wave's stages. */

import { loadRelease, saveDocument } from '../documents';
import { type AccountRecord, isOut } from '../domain/account-record';
import { type Baton, shardsOf } from '../domain/baton';
import type { AccountId, Region, WaveName } from '../domain/brand';
import { accountEventsMax } from '../domain/event';
import { toleranceOf } from '../domain/intent';
import { type ModuleId, stackSetName } from '../domain/module';
import type { Release } from '../domain/release';
import type { Question, RolloutRecord } from '../domain/rollout';
import { stagesOf } from '../domain/stages';
import type { Item, Ports } from '../ports/ports';
import { changeAccount } from './account-work';
import { patiently } from './patience';
import { type EventBody, type Move, playTurn } from './turn';
import { membersOf, recordsOf, waveAtWork, withWave } from './wave-at-work';

type JudgePorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'stackSets' | 'random'>;

export const judgePreflight = (ports: JudgePorts) => (baton: Baton) =>
  playTurn(ports, 'JudgePreflight', baton, async (record, now): Promise<Move<'JudgePreflight'>> => {
    const wave = waveAtWork(record);
    const members = await recordsOf(ports, await membersOf(ports, record));
    const out = members.map(({ value }) => value).filter((account) => isOut(account, record.id));
    const events: EventBody[] = [
      { type: 'preflightDone', wave: wave.name, entered: members.length - out.length, leftOut: out.length },
      ...out.slice(0, accountEventsMax).map((account) => leftOut(record, account)),
    ];

    const tolerance = toleranceOf(wave.spec, wave.accounts);
    if (out.length > tolerance) {
      const because = [
        `${out.length} of ${wave.accounts} accounts cannot be entered; tolerance ${tolerance}`,
        ...out.slice(0, 20).map((account) => `${account.id} (${account.name}): ${reasonsOf(record, account)}`),
      ];
      const question: Question = { about: 'preflight', wave: wave.name, because, askedAt: now.toISOString() };
      return {
        word: 'ask',
        record: { ...withWave(record, { lost: out.length }), status: { kind: 'asking', question } },
        events: [...events, { type: 'asked', wave: wave.name, about: 'preflight', because }],
      };
    }

    const release = await loadRelease(ports, wave.release);
    const entered = members.filter(({ value }) => !isOut(value, record.id));
    const seen = await seeWhatIsThere(ports, record, release, entered);
    // What belongs to another wave's StackSets is not touched from here: it is checked against this wave's release, and held if it differs.
    const work = seen.filter((account) => account.release !== wave.release && !isAtHomeElsewhere(account, wave.name));
    const order = inOrderOfWork(work);
    const stages = stagesOf(release.modules, order.length, wave.spec);
    return {
      word: stages.length === 0 ? 'verify' : 'go',
      record: {
        ...withWave(record, { lost: out.length, stages, stage: 0, work: await saveDocument(ports, 'accounts', order) }),
        status: { kind: 'running', doing: 'deploying' },
      },
      events,
      shards: shardsOf(wave.accounts),
    };
  });

const isAtHomeElsewhere = (account: AccountRecord, wave: WaveName): boolean =>
  account.modules.some((m) => m.wave !== wave);

const reasonsOf = (record: RolloutRecord, account: AccountRecord): string =>
  (account.work?.rollout === record.id ? account.work.failures : [])
    .map(({ region, reason }) => (region === undefined ? reason : `${region}: ${reason}`))
    .join('; ');

const leftOut = (record: RolloutRecord, account: AccountRecord): EventBody => ({
  type: 'accountLeftOut',
  wave: waveAtWork(record).name,
  account: account.id,
  reason: reasonsOf(record, account),
});

/**
 * Accounts that have the wave's stacks come before those that have none: a StackSet's template can only be changed by an update of
 * an existing instance, and new instances get the template that the set then has [bc:cloudformation:UpdateStackSet].
 */
const inOrderOfWork = (accounts: readonly AccountRecord[]): readonly AccountId[] => {
  const has = accounts.filter(({ modules }) => modules.length > 0);
  const hasNot = accounts.filter(({ modules }) => modules.length === 0);
  return [...has, ...hasNot].map(({ id }) => id);
};

interface Place {
  readonly module: ModuleId;
  readonly region: Region;
}

/** Our records are corrected by what StackSets say: instances that somebody removed, or that we do not know of. */
async function seeWhatIsThere(
  ports: JudgePorts,
  record: RolloutRecord,
  release: Release,
  members: readonly Item<AccountRecord>[],
): Promise<readonly AccountRecord[]> {
  const wave = waveAtWork(record).name;
  const there = new Map<AccountId, Place[]>(members.map(({ value }) => [value.id, []]));
  for (const { module } of release.modules) {
    const instances = await patiently(ports, () => ports.stackSets.instances(stackSetName(wave, module)));
    for (const { account, region } of instances) there.get(account)?.push({ module, region });
  }
  return Promise.all(
    members.map((item) =>
      changeAccount(ports, record.id, item, (account) => corrected(account, record, there.get(account.id) ?? [])),
    ),
  );
}

function corrected(account: AccountRecord, record: RolloutRecord, there: readonly Place[]): AccountRecord {
  const wave = waveAtWork(record).name;
  const same = (a: Place, b: Place): boolean => a.module === b.module && a.region === b.region;
  const kept = account.modules.filter((m) => m.wave !== wave || there.some((t) => same(m, t)));
  const found = there.filter((t) => !account.modules.some((m) => same(m, t)));
  if (kept.length === account.modules.length && found.length === 0) return account;
  // The version of an instance that we did not make is not known, so it is brought to the release like any other.
  const adopted = found.map((t) => ({ ...t, wave, release: record.release, version: '', status: 'current' as const }));
  const { release: _mixed, ...rest } = account;
  return { ...rest, modules: [...kept, ...adopted] };
}
