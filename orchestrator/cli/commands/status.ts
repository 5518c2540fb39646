import { errors } from '../../domain/errors';
import type { AccountRecord } from '../../domain/model/account-record';
import type { ReadinessState } from '../../domain/model/readiness';
import { unrecordedEnds } from '../../operations/unrecorded-end';
import { createPaint } from '../../presentation/paint';
import { accountsTitle, csvLines, rolloutRow, statusEntry, statusLines, statusRow } from '../../presentation/status';
import { cleaned, json, table } from '../../presentation/text';
import { listAccounts, readAccount } from '../../records/accounts';
import { readVisits } from '../../records/evidence';
import { listRollouts } from '../../records/rollouts';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { accountIds, type CommonOptions, waveNames } from '../options';
import { accountLines, latestChecks, visitEntry } from '../render/account';
import { command } from '../run';
import { openSession } from '../session';

export interface StatusOptions {
  readonly wave?: readonly string[];
  readonly readiness: readonly ReadinessState[];
  readonly csv?: boolean;
}

/** How many rollouts are shown, newest first. */
const rolloutsMax = 5;

export async function status(host: Host, common: CommonOptions, options: StatusOptions): Promise<ExitStatus> {
  const session = await openSession(host, common);
  const { io } = host;
  try {
    const { ports, desiredState } = session;
    const waves = options.wave && waveNames(options.wave, desiredState);
    const [items, rollouts] = await session.run(() => Promise.all([listAccounts(ports), listRollouts(ports)]));
    const accounts = items
      .map(({ value }) => value)
      .filter(({ wave }) => waves === undefined || (wave !== undefined && waves.includes(wave)))
      .filter(({ state }) => options.readiness.length === 0 || options.readiness.includes(state))
      .toSorted(byPlace);
    if (common.json) io.out(json(accounts.map(statusEntry), 2));
    else if (options.csv === true) csvLines(cleaned(accounts.map(statusRow))).forEach(io.out);
    else {
      const paint = createPaint(io.colour);
      const recent = rollouts.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, rolloutsMax);
      const unrecorded = await session.run(() => unrecordedEnds(ports, recent));
      const lines = [
        ...(accounts.length === 0
          ? [items.length === 0 ? 'no accounts recorded yet; run `strongroom rollout` first' : 'no accounts match']
          : [...statusLines(cleaned(accounts.map(statusRow)), paint), '', accountsTitle(accounts)]),
        ...(recent.length === 0
          ? []
          : ['', paint.bold('recent rollouts'), ...table(cleaned(recent).map(rolloutRow), '  ')]),
        ...cleaned(unrecorded).flatMap(({ id, because }) => [
          '',
          `rollout ${id} is over: ${because}`,
          `  close it: ${command(common, `resume ${id}`)}`,
        ]),
      ];
      lines.forEach(io.out);
    }
    return exitStatus.done;
  } finally {
    await session.close();
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: AccountRecord, b: AccountRecord): number =>
  byText(a.ou, b.ou) || byText(a.name, b.name) || byText(a.id, b.id);

export async function account(host: Host, common: CommonOptions, text: string): Promise<ExitStatus> {
  const [id] = accountIds([text]);
  if (id === undefined) throw errors.internal('the account id is missing');
  const session = await openSession(host, common);
  try {
    const { ports } = session;
    const [item, visits] = await session.run(() => Promise.all([readAccount(ports, id), readVisits(ports, id)]));
    if (item === undefined) throw errors.unknownAccount([id], 'is not recorded yet');
    if (common.json) {
      const history = visits.map(visitEntry);
      host.io.out(json({ ...item.value, evidence: latestChecks(visits) ?? null, history }, 2));
    } else {
      const seen = { account: cleaned(item.value), visits: cleaned(visits) };
      const typed = (words: string): string => command(common, words);
      for (const line of accountLines(seen, typed, createPaint(host.io.colour))) host.io.out(line);
    }
    return exitStatus.done;
  } finally {
    await session.close();
  }
}
