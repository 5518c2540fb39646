/** All accounts in compact form, so that the page can draw ten thousand of them. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { AccountRecord } from '../../domain/model/account-record';
import { type GateId, gateIds } from '../../domain/model/gate';
import { moduleIds } from '../../domain/model/module';
import { readinessStates } from '../../domain/model/readiness';
import type { Item } from '../../ports/ports';
import { type Board, gateCharacters, type WaveOnBoard } from './contract';

/** Accounts that are processed before other requests get a turn. */
const portion = 500;

/**
 * @param items ordered by account id.
 * @param waves in order, each with its last completed release.
 */
export async function boardOf(
  items: readonly Item<AccountRecord>[],
  waves: readonly WaveOnBoard[],
  now: Date,
): Promise<Board> {
  const lists = await listsOf(items, waves);
  const [ouAt, waveAt, releaseAt, stateAt] = [
    indexIn(lists.ous),
    indexIn(lists.waves.map(({ name }) => name)),
    indexIn(lists.releases),
    indexIn(lists.states),
  ];
  const hash = createHash('sha256').update(JSON.stringify(lists));
  const columns = emptyColumns();
  await inPortions(items, ({ value: account, version }) => {
    // The version covers stored data only. A board whose ages alone have changed is the same board.
    hash.update(`${account.id} ${version}\n`);
    columns.ids.push(account.id);
    columns.names.push(account.name);
    columns.ous.push(ouAt(account.ou));
    columns.waves.push(waveAt(account.wave));
    columns.states.push(stateAt(account.state));
    columns.releases.push(releaseAt(account.release));
    columns.gates.push(gatesOf(account));
    columns.modules.push(modulesOf(account, lists.regions));
    columns.checkedMinutesAgo.push(account.checkedAt === undefined ? -1 : wholeUnits(account.checkedAt, now, 60_000));
    columns.stateSinceHoursAgo.push(wholeUnits(account.stateSince, now, 3_600_000));
  });
  return { at: now.toISOString(), version: hash.digest('base64url').slice(0, 22), ...lists, accounts: columns };
}

async function listsOf(
  items: readonly Item<AccountRecord>[],
  waves: readonly WaveOnBoard[],
): Promise<Omit<Board, 'at' | 'version' | 'accounts'>> {
  const [ous, used, releases, regions] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  await inPortions(items, ({ value: { ou, wave, release, modules, adopted = [] } }) => {
    ous.add(ou);
    if (wave !== undefined) used.add(wave);
    if (release !== undefined) releases.add(release);
    for (const { region } of modules) regions.add(region);
    for (const { region } of adopted) regions.add(region);
  });
  const gone = [...used].filter((name) => !waves.some((wave) => wave.name === name)).toSorted();
  return {
    ous: [...ous].toSorted(),
    waves: [...waves, ...gone.map((name) => ({ name }))],
    states: readinessStates,
    releases: [...releases].toSorted(),
    regions: [...regions].toSorted(),
    modules: moduleIds,
    gates: gateIds,
  };
}

type Columns = { -readonly [K in keyof Board['accounts']]: Board['accounts'][K][number][] };
const emptyColumns = (): Columns => ({
  ids: [],
  names: [],
  ous: [],
  waves: [],
  states: [],
  releases: [],
  gates: [],
  modules: [],
  checkedMinutesAgo: [],
  stateSinceHoursAgo: [],
});

export async function inPortions<T>(items: readonly T[], each: (item: T) => void): Promise<void> {
  for (let from = 0; from < items.length; from += portion) {
    items.slice(from, from + portion).forEach(each);
    await setImmediate();
  }
}

function indexIn(list: readonly string[]): (text: string | undefined) => number {
  const places = new Map(list.map((text, index) => [text, index]));
  return (text) => (text === undefined ? -1 : (places.get(text) ?? -1));
}

const gatesOf = ({ gates }: AccountRecord): string =>
  gateIds.map((gate: GateId) => (gates[gate] === undefined ? '-' : gateCharacters[gates[gate]])).join('');

function modulesOf({ modules, adopted = [] }: AccountRecord, regions: readonly string[]): string {
  const there = new Map<string, string>();
  for (const { module, region } of adopted) there.set(`${module} ${region}`, 'a');
  for (const { module, region, status } of modules) there.set(`${module} ${region}`, status === 'current' ? 'c' : 'f');
  return moduleIds.flatMap((module) => regions.map((region) => there.get(`${module} ${region}`) ?? '-')).join('');
}

const wholeUnits = (iso: string, now: Date, unitMs: number): number =>
  Math.max(0, Math.floor((now.getTime() - new Date(iso).getTime()) / unitMs));
