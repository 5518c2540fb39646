/** What is delivered twice happens once, nothing accepted is lost, and what an account had before is kept and comes back. */
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import type { PreviousSettings } from '../../../orchestrator/domain/model/settings';
import { isSame } from '../../actors';
import type { History, Invariant } from '../history';
import { currentOf, textOf } from './common';

/** 7. */
export const onceEach = (): Invariant => {
  const covered = new Map<string, string>();
  return (moment, { rollouts, events }) => {
    if (moment.kind === 'operation') {
      const record = rollouts.get(moment.by);
      const wave = currentOf(record);
      if (record === undefined || wave === undefined) return undefined;
      const { operationId, regions, accounts, spec } = moment.request;
      const stage = [record.id, wave.name, wave.attempt, record.direction, wave.stage, spec.name].join(' ');
      for (const place of regions.flatMap((region) => accounts.map((account) => `${stage} ${region} ${account}`))) {
        const other = covered.get(place) ?? operationId;
        covered.set(place, operationId);
        if (other !== operationId) return `${operationId} does again what ${other} did: ${place}`;
      }
      return undefined;
    }
    if (moment.kind === 'account') return overwritten(moment.before, moment.after);
    if (moment.kind !== 'rollout') return undefined;
    const said = events.get(moment.after.id) ?? [];
    return forgotten(moment.before, moment.after) ?? miscounted(moment.after, said.length);
  };
};

function overwritten(before: AccountRecord | undefined, after: AccountRecord): string | undefined {
  const [kept, now] = [before?.previousSettings, after.previousSettings];
  if (kept === undefined || now === undefined || kept === now) return undefined;
  const places = placesOf(now);
  const other = [...placesOf(kept)].find(([place, value]) => places.has(place) && places.get(place) !== value);
  return other && `what ${after.id} had before is overwritten: ${other[0]}`;
}

const regional = ['ebsEncryption', 'imdsDefaults', 'ebsDefaultKey'];

/** The previous values by setting and region. A setting may be added, or dropped once it was restored. */
function placesOf(settings: PreviousSettings): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
      regional.includes(name)
        ? Object.entries(value ?? {}).map(([region, inner]) => [`${name} ${region}`, textOf(inner)] as const)
        : [[name, textOf(value)] as const],
    ),
  );
}

/**
 * What is kept of an account is what a visit has read there before the first change, and what is put back is what was kept. A setting that
 * was put back is the account's own again.
 */
export const formerSettingsReturn = (): Invariant => {
  /** By account and place: every value that was read while the setting was not ours. */
  const read = new Map<string, Set<string>>();
  /** Settings that were written and not put back since. */
  const ours = new Set<string>();
  return (moment) => {
    switch (moment.kind) {
      case 'settingsRead':
        for (const [place, value] of placesOf(moment.values)) {
          const key = `${moment.account} ${place}`;
          if (ours.has(key)) continue;
          read.set(key, (read.get(key) ?? new Set()).add(value));
        }
        return undefined;
      case 'settingsWritten':
        for (const key of read.keys()) if (key.startsWith(moment.account)) ours.add(key);
        return undefined;
      case 'settingsPutBack':
        for (const [place, value] of placesOf(moment.previous)) {
          const key = `${moment.account} ${place}`;
          if (read.get(key)?.has(value) !== true)
            return `${moment.by} puts back ${place} in ${moment.account}, which never was ${value}`;
          ours.delete(key);
        }
        return undefined;
      case 'account': {
        const { before, after } = moment;
        const kept = placesOf(after.previousSettings ?? {});
        const dropped = [...placesOf(before?.previousSettings ?? {}).keys()].find(
          (place) => !kept.has(place) && ours.has(`${after.id} ${place}`),
        );
        if (dropped !== undefined) return `what ${after.id} had before is forgotten and not put back: ${dropped}`;
        const unread = [...kept].find(([place, value]) => read.get(`${after.id} ${place}`)?.has(value) !== true);
        return unread && `${after.id} is said to have had ${unread[0]} ${unread[1]}, which nobody has read`;
      }
      default:
        return undefined;
    }
  };
};

function forgotten(before: RolloutRecord | undefined, after: RolloutRecord): string | undefined {
  if (before === undefined) return undefined;
  if (before.status.kind === 'finished' && after.status.kind !== 'finished') return `${after.id} had ended and goes on`;
  const turnOf = ({ lastStep }: RolloutRecord): number => lastStep?.input.step ?? 0;
  if (turnOf(after) < turnOf(before)) return `${after.id} goes back from turn ${turnOf(before)} to ${turnOf(after)}`;
  if (turnOf(after) === turnOf(before) && textOf(after.lastStep) !== textOf(before.lastStep))
    return `${after.id} plays turn ${turnOf(after)} again, and it said ${before.lastStep?.state} ${before.lastStep?.input.decision}`;
  const isKept = before.answers.every(
    ({ at, by }, index) => after.answers[index]?.at === at && isSame(after.answers[index]?.by, by),
  );
  return isKept ? undefined : `an answer to ${after.id} is lost`;
}

/** Events are written before the record that counts them, so there may be more of them but never fewer. */
const miscounted = (record: RolloutRecord, written: number): string | undefined =>
  written < record.events ? `${record.id} counts ${record.events} events, and ${written} are written` : undefined;

/** The last entry in the log of a rollout that has ended. */
export function withoutLastWord({ rollouts, events }: History): string | undefined {
  for (const { id, events: count, status } of rollouts.values()) {
    const last = events.get(id)?.[count - 1];
    if (status.kind === 'finished' && !(last?.type === 'rolloutFinished' && last.outcome === status.outcome))
      return `${id} is ${status.outcome}, and its last event is ${JSON.stringify(last)}`;
  }
  return undefined;
}
