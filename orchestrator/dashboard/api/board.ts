/** Every account in a few characters: what the page draws ten thousand of. */
import { createHash } from 'node:crypto';
import type { AccountRecord } from '../../domain/account-record';
import { type GateId, gateIds } from '../../domain/gate';
import { moduleIds } from '../../domain/module';
import { readinessStates } from '../../domain/readiness';
import { type Board, gateCharacters, type WaveOnBoard } from './contract';

/** @param waves in their order, with what each has finished. */
export function boardOf(accounts: readonly AccountRecord[], waves: readonly WaveOnBoard[], now: Date): Board {
  const sorted = accounts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ous = distinct(sorted.map(({ ou }) => ou));
  const releases = distinct(sorted.flatMap(({ release }) => release ?? []));
  const regions = distinct(
    sorted.flatMap(({ modules, adopted = [] }) => [...modules, ...adopted].map(({ region }) => region)),
  );
  const waveNames = [
    ...new Set<string>([...waves.map(({ name }) => name), ...distinct(sorted.flatMap(({ wave }) => wave ?? []))]),
  ];
  const [ouAt, waveAt, releaseAt] = [ous, waveNames, releases].map(indexIn);
  const stateAt = indexIn(readinessStates);
  const columns: Board['accounts'] = {
    ids: sorted.map(({ id }) => id),
    names: sorted.map(({ name }) => name),
    ous: sorted.map(({ ou }) => ouAt?.(ou) ?? -1),
    waves: sorted.map(({ wave }) => waveAt?.(wave) ?? -1),
    states: sorted.map(({ state }) => stateAt(state)),
    releases: sorted.map(({ release }) => releaseAt?.(release) ?? -1),
    gates: sorted.map(gatesOf),
    modules: sorted.map((account) => modulesOf(account, regions)),
    checkedMinutesAgo: sorted.map(({ checkedAt }) =>
      checkedAt === undefined ? -1 : wholeUnits(checkedAt, now, 60_000),
    ),
    stateSinceHoursAgo: sorted.map(({ stateSince }) => wholeUnits(stateSince, now, 3_600_000)),
  };
  const lists = {
    ous,
    waves: waveNames.map((name) => waves.find((wave) => wave.name === name) ?? { name }),
    states: readinessStates,
    releases,
    regions,
    modules: moduleIds,
    gates: gateIds,
  };
  return { at: now.toISOString(), version: versionOf(sorted, lists), ...lists, accounts: columns };
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

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

/** Of what was stored, and not of how long ago it was: a board that only grew older has not changed. */
function versionOf(accounts: readonly AccountRecord[], lists: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(lists));
  for (const { id, name, ou, wave, state, stateSince, release, gates, modules, adopted, checkedAt } of accounts)
    hash.update(JSON.stringify([id, name, ou, wave, state, stateSince, release, gates, modules, adopted, checkedAt]));
  return hash.digest('base64url').slice(0, 22);
}
