/** The invariants that a write can break: what the records claim, compared with what was done and what exists. */

import type { AccountFacts } from '../../orchestrator/domain/health/fact-sources';
import { type AccountRecord, isAdopted, lastFailures } from '../../orchestrator/domain/model/account-record';
import { canonicalJson, type Release } from '../../orchestrator/domain/model/release';
import type { RolloutRecord, WaveProgress } from '../../orchestrator/domain/model/rollout';
import { type PreviousSettings, regional } from '../../orchestrator/domain/model/settings';
import type { History, Invariant } from './history';

interface Green {
  readonly release: string;
  readonly at: number;
}

/** 5. Passed checks are counted here from the visits themselves. */
export const readyByProof = (): Invariant => {
  const seen = new Map<string, { readonly facts: AccountFacts; readonly blinded: boolean; readonly at: number }>();
  const greenSince = new Map<string, Green>();
  return (moment, history) => {
    const { releaseOf } = history;
    if (moment.kind === 'visited') seen.set(moment.facts.account, moment);
    if (moment.kind !== 'account' || moment.before?.checkedAt === moment.after.checkedAt) return undefined;
    const { before, after, by = '' } = moment;
    const wave = waveOf(after, history, by);
    if (wave === undefined) return undefined;
    if (!isGreen(after)) {
      greenSince.delete(after.id);
      return undefined;
    }
    const known = greenSince.get(after.id);
    const since = known?.release === wave.release ? known : { release: wave.release, at: moment.at };
    greenSince.set(after.id, since);

    const visit = seen.get(after.id);
    if (visit === undefined || visit.blinded) return `${after.id} is ${after.state} after a visit that saw nothing`;
    const release = releaseOf(wave.release);
    const open = release && openSetting(visit.facts, release);
    if (open !== undefined) return `${after.id} is ${after.state}, though ${open}`;
    if (after.state !== 'READY_FOR_KEYS' || before?.state === 'READY_FOR_KEYS') return undefined;
    return notReady(before, wave, since, moment.at);
  };
};

/** The wave whose release the visit was judged by: the one at work or, in a sweep, the last that changed the account. */
function waveOf(
  { wave: name, release }: AccountRecord,
  { rollouts }: History,
  by: string,
): Pick<WaveProgress, 'name' | 'release' | 'spec' | 'approvedBy'> | undefined {
  const record = rollouts.get(by);
  if (record !== undefined) return record.waves[record.wave];
  const waves = [...rollouts.values()].flatMap((rollout) => rollout.waves.filter((wave) => wave.name === name));
  const last = waves.findLast((wave) => wave.release === release);
  return last && { ...last, approvedBy: waves.find(({ approvedBy }) => approvedBy)?.approvedBy };
}

export const isGreen = ({ state }: AccountRecord): boolean =>
  state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS';

function notReady(
  before: AccountRecord | undefined,
  wave: Pick<WaveProgress, 'name' | 'spec' | 'approvedBy'>,
  since: Green,
  at: number,
): string | undefined {
  const { soakMinutes, approval } = wave.spec;
  if (before?.state !== 'BASELINE_HEALTHY') return `ready for keys out of ${before?.state}`;
  if (soakMinutes === 0) return `ready for keys without a soak in wave ${wave.name}`;
  if (at - since.at < soakMinutes * 60_000)
    return `ready for keys ${(at - since.at) / 60_000} minutes after its checks first passed`;
  if (approval === 'manual' && (wave.approvedBy ?? '') === '') return 'ready for keys, and nobody approved the wave';
  return undefined;
}

/** A setting of the release that the visit has found different. */
function openSetting(facts: AccountFacts, { settings, regions }: Release): string | undefined {
  if (settings.passwordPolicy && facts.passwordPolicy.kind !== 'read') return 'there is no password policy';
  if (settings.s3PublicAccessBlock && facts.s3PublicAccessBlock.kind !== 'read') return 'buckets may be public';
  const plain = regions.governed.find((region) => {
    const fact = facts.regions[region]?.ebsEncryption;
    return settings.ebsEncryption?.enabled === true && !(fact?.kind === 'read' && fact.value.enabled);
  });
  return plain && `volumes in ${plain} are not encrypted`;
}

/** 6. Checked when the release is written, and when a rollout has ended and nothing is in flight. */
export const releaseIsTrue: Invariant = (moment, history) => {
  if (
    moment.kind === 'account' &&
    moment.after.release !== undefined &&
    moment.after.release !== moment.before?.release
  )
    return falseRelease(moment.after, history);
  if (moment.kind !== 'rollout' || moment.after.status.kind !== 'finished') return undefined;
  return falseReleases(history);
};

/** Which records are wrong, given that nothing is in flight. */
export function falseReleases(history: History): string | undefined {
  for (const account of history.accounts.values()) {
    if (account.release === undefined || history.isInFlight(account.id)) continue;
    const isFalse = falseRelease(account, history);
    if (isFalse !== undefined) return isFalse;
  }
  return undefined;
}

/** Settings that CloudFormation cannot manage belong to a release like its stacks. */
function falseSetting(
  { id }: AccountRecord,
  { settings, regions }: Release,
  { settingsOf }: History,
): string | undefined {
  const there = settingsOf(id);
  if (settings.passwordPolicy && there.passwordPolicy === undefined) return `${id} has no password policy`;
  if (settings.s3PublicAccessBlock && there.s3PublicAccessBlock === undefined) return `${id} may have public buckets`;
  const plain = settings.ebsEncryption && regions.governed.find((region) => !there.ebsEncryption.get(region));
  return plain && `${id} does not encrypt volumes in ${plain}`;
}

function falseRelease(account: AccountRecord, history: History): string | undefined {
  const { releaseOf, stacksOf, isTampered } = history;
  const release = account.release === undefined ? undefined : releaseOf(account.release);
  if (release === undefined || isTampered(account.id)) return undefined;
  const stacks = stacksOf(account.id);
  for (const { module, template, parameters, regions } of release.modules)
    for (const region of regions) {
      if (isAdopted(account, module, region)) continue;
      const isRecorded = account.modules.some((m) => m.module === module && m.region === region);
      // A stack keeps the name from the StackSet of its first wave, whichever wave has adopted it since.
      const stack = isRecorded && stacks.find((s) => s.region === region && s.stackSet.endsWith(`-${module}`));
      if (!stack) return `${account.id} is recorded at ${release.id}, and has no ${module} in ${region}`;
      if (stack.template !== template || canonicalJson(stack.parameters) !== canonicalJson(parameters))
        return `${account.id} is recorded at ${release.id}, and runs another ${module} in ${region}`;
    }
  const setting = falseSetting(account, release, history);
  return setting && `${setting}, and is recorded at ${release.id}`;
}

/** 7. */
export const onceEach = (): Invariant => {
  const covered = new Map<string, string>();
  return (moment, { rollouts, events }) => {
    if (moment.kind === 'operation') {
      const record = rollouts.get(moment.by);
      const wave = record?.waves[record.wave];
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

/** The previous values by setting and region. A setting may be added, or dropped once it was restored. */
function placesOf(settings: PreviousSettings): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
      regional.some((one) => one === name)
        ? Object.entries(value ?? {}).map(([region, inner]) => [`${name} ${region}`, canonicalJson(inner)] as const)
        : [[name, canonicalJson(value)] as const],
    ),
  );
}

function forgotten(before: RolloutRecord | undefined, after: RolloutRecord): string | undefined {
  if (before === undefined) return undefined;
  if (before.status.kind === 'finished' && after.status.kind !== 'finished') return `${after.id} had ended and goes on`;
  const turnOf = ({ lastStep }: RolloutRecord): number => lastStep?.input.step ?? 0;
  if (turnOf(after) < turnOf(before)) return `${after.id} goes back from turn ${turnOf(before)} to ${turnOf(after)}`;
  if (turnOf(after) === turnOf(before) && canonicalJson(after.lastStep ?? {}) !== canonicalJson(before.lastStep ?? {}))
    return `${after.id} plays turn ${turnOf(after)} again, and it said ${before.lastStep?.state} ${before.lastStep?.input.decision}`;
  const isKept = before.answers.every(
    ({ at, by }, index) => after.answers[index]?.at === at && after.answers[index]?.by === by,
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

/** 9. */
export const everyStopSaysWhy: Invariant = (moment, history) => {
  if (moment.kind !== 'rollout') return undefined;
  const { id, status } = moment.after;
  if (status.kind === 'awaitingApproval') {
    const { because, about } = status.prompt;
    if (because.length === 0 || because.some((reason) => reason.trim() === ''))
      return `${id} asks about ${about} without a reason`;
    const isNamed =
      ['approval', 'pause'].includes(about) || because.some((reason) => /\d{12}|ended as|operation on/.test(reason));
    return isNamed ? undefined : `${id} asks about ${about} and names nobody: ${because.join('; ')}`;
  }
  if (status.kind !== 'finished') return undefined;
  if (!status.because.some((reason) => reason.trim() !== '')) return `${id} is ${status.outcome} without a reason`;
  const held = [...history.accounts.values()].filter(({ holder }) => holder?.rollout === id);
  return held.map(unexplained).find((how) => how !== undefined);
};

const badStates = ['UNHEALTHY', 'KEYS_AT_RISK', 'UNKNOWN', 'DEPLOY_FAILED', 'BOOTSTRAP_FAILED'];

function unexplained({ id, state, failing, work }: AccountRecord): string | undefined {
  if (!badStates.includes(state)) return undefined;
  const found = failing.filter(({ observed, expected, remediation }) => observed && expected && remediation);
  const failed = lastFailures({ work }).filter(({ reason }) => reason !== '');
  return found.length + failed.length > 0 ? undefined : `account ${id} is ${state} without a reason`;
}

/** A rollout may crash only with errors of the catalogue except `Internal`, or with a function that died too often. */
const foreseen =
  /^its lease expired at|^(Throttled|AwsUnavailable|StackSetBusy|ResultsLagging|StaleWrite|LeaseLost|LateTurn|RolloutEnded|RolloutBusy|AwsRefused|InvalidInput|StackSetChangedByHand|StackSetElsewhere|Runtime\.ExitError):/;

export const nothingUnforeseen: Invariant = (moment) => {
  if (moment.kind !== 'rollout' || moment.after.status.kind !== 'finished') return undefined;
  const { outcome, because } = moment.after.status;
  if (outcome !== 'failed') return undefined;
  return because.every((reason) => foreseen.test(reason)) ? undefined : `${moment.after.id}: ${because.join('; ')}`;
};
