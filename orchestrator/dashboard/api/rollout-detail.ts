/** One rollout, with the consequence of each action that is available now and the number of accounts that it affects. */
import { isStrongroomError } from '../../domain/errors';
import type { RolloutId, WaveName } from '../../domain/model/brand';
import { finishedText, lastGood } from '../../domain/model/finished-wave';
import type { Prompt, RolloutRecord, WaveProgress } from '../../domain/model/rollout';
import { findTargets } from '../../operations/rollback';
import type { Ports } from '../../ports/ports';
import { cleaned, plural } from '../../presentation/text';
import { readRollout } from '../../records/rollouts';
import { readStage } from '../../records/stages';
import { readFinishedWave } from '../../records/waves';
import type { RolloutDetail } from './contract';

type DetailPorts = Pick<Ports, 'store'>;

export async function readRolloutDetail(ports: DetailPorts, id: RolloutId): Promise<RolloutDetail> {
  const { value: rollout } = await readRollout(ports, id);
  const [progress, actions] = await Promise.all([progressOf(ports, rollout), actionsOf(ports, rollout)]);
  return { rollout: cleaned(rollout), actions, progress };
}

async function progressOf(ports: DetailPorts, record: RolloutRecord): Promise<RolloutDetail['progress']> {
  const wave = record.waves[record.wave];
  if (wave === undefined || wave.stages.length === 0 || record.status.kind === 'finished') return undefined;
  return (await readStage(ports, record.id, wave.name, wave.attempt, wave.stage))?.value.progress;
}

type Actions = RolloutDetail['actions'];

async function actionsOf(ports: DetailPorts, record: RolloutRecord): Promise<Actions> {
  const { status, paused } = record;
  if (status.kind === 'finished') return rolloutRollback(record, await targetTextsOf(ports, record));
  return {
    ...(status.kind === 'awaitingApproval' && (await answersOf(ports, record, status.prompt))),
    ...(paused === undefined
      ? { pause: `Running work finishes and nothing new starts. ${remaining(record)}` }
      : { resume: `The rollout continues. ${remaining(record)}` }),
    abort: `The rollout ends immediately and running operations are stopped. ${abortConsequence(record)}`,
  };
}

async function answersOf(ports: DetailPorts, record: RolloutRecord, { about, wave: name }: Prompt): Promise<Actions> {
  const wave = record.waves[record.wave];
  const members = accounts(wave?.accounts ?? 0);
  const isStarted = about === 'stage' || about === 'gate';
  const unreached = accounts(sum(record.waves.slice(record.wave + (isStarted ? 1 : 0))));
  const reject = `The rollout ends here. Completed work stays in place, and ${unreached} will not be reached.`;
  switch (about) {
    case 'approval':
      return { approve: `Wave ${name} starts: it deploys to ${members} and checks them.`, reject };
    case 'pause':
      return { reject };
    case 'outage':
      return { retry: `Wave ${name} continues: ${members}. The outage changed none of them.`, reject };
    case 'preflight':
      return {
        approve: `Wave ${name} is skipped under your identity: nothing is deployed to its ${members}. ${laterAccounts(record)}`,
        retry: `Preflight of wave ${name} runs again for ${members}. Nothing in the wave has changed yet.`,
        reject,
      };
    case 'stage':
    case 'gate':
      return {
        approve: `Wave ${name} with ${members} counts as passed under your identity. ${laterAccounts(record)}`,
        retry: `Wave ${name} is retried: ${members}. Completed work stays in place.`,
        reject,
        ...(await waveRollback(ports, record, name)),
      };
  }
}

/** A wave without an earlier completed release cannot be rolled back. */
async function waveRollback(ports: DetailPorts, record: RolloutRecord, name: WaveName): Promise<Actions> {
  const wave = record.waves[record.wave];
  if (wave === undefined) return {};
  const good = lastGood(await readFinishedWave(ports, name), wave.release);
  if (good === undefined) return {};
  return {
    rollback: `Wave ${name} is rolled back to ${finishedText(good)} in up to ${accounts(wave.accounts)}, and the rollout ends.`,
  };
}

type TargetTexts = Readonly<Partial<Record<WaveName, string>>>;

async function targetTextsOf(ports: DetailPorts, original: RolloutRecord): Promise<TargetTexts> {
  try {
    const targets = await findTargets(ports, { original });
    return Object.fromEntries(targets.map(({ wave, target }) => [wave.name, finishedText(target)]));
  } catch (error) {
    if (isStrongroomError(error) && error.code === 'NothingToRollBack') return {};
    throw error;
  }
}

function rolloutRollback({ waves }: RolloutRecord, targets: TargetTexts): Actions {
  const back = waves.filter(({ name }) => targets[name] !== undefined);
  if (back.length === 0) return {};
  const each = back.map(({ name, accounts: count }) => `${name} (${accounts(count)}) to ${targets[name]}`);
  return {
    rollback: `A new rollout rolls back ${plural(back.length, 'wave')}, last wave first: ${each.join(', ')}.`,
  };
}

const accounts = (count: number): string => plural(count, 'account');
const sum = (waves: readonly WaveProgress[]): number => waves.reduce((total, wave) => total + wave.accounts, 0);
const laterAccounts = ({ waves, wave }: RolloutRecord): string =>
  `The rollout continues with ${accounts(sum(waves.slice(wave + 1)))} in later waves.`;
const remaining = ({ waves, wave }: RolloutRecord): string =>
  `${accounts(sum(waves.slice(Math.max(wave, 0))))} not finished yet.`;

function abortConsequence({ waves, wave }: RolloutRecord): string {
  const current = waves[wave];
  if (current === undefined || current.status.kind !== 'open') return 'Completed work stays in place.';
  return `Some of the ${accounts(current.accounts)} in wave ${current.name} may be left partially deployed.`;
}
