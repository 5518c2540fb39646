/** Rolls an ended rollout back: each of its waves returns to its last good release from before. */
import { buildRelease } from '../../stackset-templates/release';
import { errors } from '../domain/errors';
import { staying } from '../domain/model/account-changes';
import { parseWaveName, type ReleaseId, type WaveName } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { ExecutionInput } from '../domain/model/execution-input';
import {
  type FinishedRelease,
  type FinishedWave,
  finishedText,
  historyOf,
  lastGood,
} from '../domain/model/finished-wave';
import type { Plan } from '../domain/model/plan';
import type { RollbackTargets, RolloutRecord, RolloutRequest, WaveProgress } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { readAccounts } from '../records/accounts';
import { loadRelease } from '../records/documents';
import { refuseOtherOrganization } from '../records/owner';
import { readFinishedWave } from '../records/waves';
import { previewPlan, recordRollout, refuseBusy, type Templates } from './start';

/** Which rollout is rolled back, and in which of its waves; in all that it has reached, if none is named. */
export interface RollbackScope {
  readonly original: RolloutRecord;
  readonly waves?: readonly WaveName[] | undefined;
  /** The release to return to, or the beginning of its id; by default the last good one of each wave. */
  readonly to?: string | undefined;
}

/** Which accounts would return to which release. Nothing is written. */
export async function previewRollback(
  ports: Pick<Ports, 'directory' | 'store' | 'clock' | 'artifacts'>,
  baseline: Templates,
  desiredState: DesiredState,
  rollbackScope: RollbackScope,
): Promise<Plan> {
  const targets = await findTargets(ports, rollbackScope);
  const rollbackTargets = releasesOf(targets);
  const { plan } = await previewPlan(
    ports,
    baseline,
    desiredState,
    { waves: wavesOf(rollbackTargets) },
    rollbackTargets,
  );
  return { ...plan, notes: [...plan.notes, ...approvedNotes(targets), ...(await stayingNotes(ports, plan))] };
}

/** Only the identity of the organization is read. */
export type RollbackPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random' | 'signs'> & {
  readonly directory: Pick<Ports['directory'], 'identity'>;
};

/**
 * Prepares the rollback, and returns the input that starts the state machine. The targets are stored, and the machine plans them: accounts are
 * not listed here, since a person waits at the dashboard, where a response may take half a minute at most
 * [doc:apigateway/http-api-quotas] and a listing of 10,000 accounts takes a whole one.
 */
export async function prepareRollback(
  ports: RollbackPorts,
  baseline: Templates,
  desiredState: DesiredState,
  rollbackScope: RollbackScope,
  { by, reason }: Pick<RolloutRequest, 'by' | 'reason'>,
): Promise<ExecutionInput> {
  const organization = await ports.directory.identity();
  await refuseOtherOrganization(ports, organization.id);
  const rollbackTargets = await rollbackTargetsOf(ports, rollbackScope);
  const waves = wavesOf(rollbackTargets);
  refuseUnknown(waves, desiredState);
  await refuseBusy(ports);
  const wanted = buildRelease(desiredState, baseline.templates).id;
  const request = { by, reason, rollback: true, waves };
  // Any of the targets: each wave has its own.
  return recordRollout(ports, {
    organization: organization.id,
    release: Object.values(rollbackTargets)[0] ?? wanted,
    rollbackTargets,
    request,
    desiredState,
    wanted,
  });
}

/** A wave that is no longer in the config cannot be planned. */
function refuseUnknown(waves: readonly WaveName[], desiredState: DesiredState): void {
  const known = desiredState.waves.map(({ name }) => name);
  const unknown = waves.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw errors.unknownWave(unknown, known);
}

const wavesOf = (rollbackTargets: RollbackTargets): readonly WaveName[] =>
  Object.keys(rollbackTargets).map(parseWaveName);

/**
 * The release to which each wave returns.
 * @throws NothingToRollBack
 */
export const rollbackTargetsOf = async (
  ports: Pick<Ports, 'store'>,
  rollbackScope: RollbackScope,
): Promise<RollbackTargets> => releasesOf(await findTargets(ports, rollbackScope));

interface Target {
  readonly wave: WaveProgress;
  readonly target: FinishedRelease;
}

const releasesOf = (targets: readonly Target[]): RollbackTargets =>
  Object.fromEntries(targets.map(({ wave, target }) => [wave.name, target.release]));

/**
 * What each wave returns to, with how it was finished.
 * @throws NothingToRollBack, UnknownRelease
 */
export async function findTargets(
  ports: Pick<Ports, 'store'>,
  { original, waves: named, to }: RollbackScope,
): Promise<readonly Target[]> {
  const reached = original.waves.filter(({ attempt }) => attempt > 0);
  const unreached = named?.filter((name) => !reached.some((wave) => wave.name === name)) ?? [];
  if (reached.length === 0 || unreached.length > 0)
    throw errors.nothingToRollBack(
      `rollout ${original.id} has changed nothing${unreached.length > 0 ? ` in wave ${unreached.join(', ')}` : ''}`,
      reached.length === 0 ? 'there is nothing to roll back' : `the waves that it has been in are ${namesOf(reached)}`,
    );
  const wanted = reached.filter(({ name }) => named?.includes(name) ?? true);
  const known = await Promise.all(
    wanted.map(async (wave) => ({ wave, finished: await readFinishedWave(ports, wave.name) })),
  );
  const release =
    to === undefined
      ? undefined
      : releaseNamed(
          to,
          known.flatMap(({ finished }) => historyOf(finished)),
        );
  const sought = known.map(({ wave, finished }) => ({ wave, target: targetOf(original, wave, finished, release) }));
  const found = sought.flatMap(({ wave, target }) => (target === undefined ? [] : [{ wave, target }]));
  const lost = sought.filter(({ target }) => target === undefined).map(({ wave }) => wave);
  if (lost.length > 0)
    throw errors.nothingToRollBack(
      release === undefined
        ? `wave ${namesOf(lost)} has finished no release before ${original.release}`
        : `wave ${namesOf(lost)} has not finished ${release}, or is at it already`,
      found.length === 0
        ? 'there is nothing to go back to: change the config, and roll it out'
        : `roll the others back with --wave ${found.map(({ wave }) => wave.name).join(' ')}`,
    );
  return found;
}

/**
 * @param text a release, or the beginning of its id.
 * @throws UnknownRelease
 */
function releaseNamed(text: string, history: readonly FinishedRelease[]): ReleaseId {
  const matches = [...new Set(history.map((one) => one.release).filter((one) => one.startsWith(text)))];
  const [release, ...others] = matches;
  if (release === undefined) throw errors.unknownRelease(text, [...new Set(history.map(finishedText))]);
  if (others.length > 0) throw errors.ambiguousRelease(text, matches);
  return release;
}

/**
 * The release that a held wave returns to.
 * @throws UnknownRelease, NothingToRollBack
 */
export async function releaseForWave(
  ports: Pick<Ports, 'store'>,
  { name, release: current }: Pick<WaveProgress, 'name' | 'release'>,
  text: string,
): Promise<ReleaseId> {
  const release = releaseNamed(text, historyOf(await readFinishedWave(ports, name)));
  if (release === current)
    throw errors.nothingToRollBack(`wave ${name} is being brought to ${release} already`, 'specify another release');
  return release;
}

const approvedNotes = (targets: readonly Target[]): readonly string[] =>
  targets.flatMap(({ wave, target }) =>
    target.approved === undefined ? [] : [`wave ${wave.name} goes back to ${finishedText(target)}`],
  );

/** A release that a later rollout has finished there is not rolled back along with this one. */
function targetOf(
  original: RolloutRecord,
  wave: WaveProgress,
  known: FinishedWave | undefined,
  release: ReleaseId | undefined,
): FinishedRelease | undefined {
  if (known !== undefined && known.release !== wave.release && known.at > original.startedAt)
    throw errors.nothingToRollBack(
      `wave ${wave.name} is not at ${wave.release} any more: rollout ${known.rollout} has brought it to ${known.release}`,
      `roll that one back: \`strongroom rollback ${known.rollout}\``,
    );
  if (release === undefined) return lastGood(known, wave.release);
  return release === wave.release ? undefined : historyOf(known).find((finished) => finished.release === release);
}

const namesOf = (waves: readonly WaveProgress[]): string => waves.map(({ name }) => name).join(', ');

async function stayingNotes(ports: Pick<Ports, 'store' | 'artifacts'>, plan: Plan): Promise<readonly string[]> {
  const notes = plan.waves.map(async ({ name, release = plan.release, accounts }) => {
    const items = await readAccounts(
      ports,
      accounts.map(({ id }) => id),
    );
    const known = items.flatMap((item) => (item === undefined ? [] : [item.value]));
    const { staying: modules = [] } = staying(known, await loadRelease(ports, release));
    return modules.length === 0
      ? []
      : [`wave ${name} goes back to ${release}, which does not have ${modules.join(', ')}: its stacks stay`];
  });
  return (await Promise.all(notes)).flat();
}
