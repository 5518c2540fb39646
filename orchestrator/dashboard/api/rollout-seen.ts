/** One rollout, and what a person could do with it now: in words, with how many accounts it would touch. */

import { isStrongroomError } from '../../domain/errors';
import type { RolloutId, WaveName } from '../../domain/model/brand';
import { lastGood } from '../../domain/model/finished-wave';
import type { Prompt, RollbackTargets, RolloutRecord, WaveProgress } from '../../domain/model/rollout';
import { rollbackTargetsOf } from '../../operations/rollback';
import type { Ports } from '../../ports/ports';
import { cleaned, plural } from '../../presentation/text';
import { readRollout } from '../../records/rollouts';
import { readStage } from '../../records/stages';
import { readFinishedWave } from '../../records/waves';
import type { RolloutSeen } from './contract';

type SeePorts = Pick<Ports, 'store'>;

export async function seeRollout(ports: SeePorts, id: RolloutId): Promise<RolloutSeen> {
  const { value: rollout } = await readRollout(ports, id);
  const [progress, actions] = await Promise.all([progressOf(ports, rollout), actionsOf(ports, rollout)]);
  return { rollout: cleaned(rollout), actions, progress };
}

async function progressOf(ports: SeePorts, record: RolloutRecord): Promise<RolloutSeen['progress']> {
  const wave = record.waves[record.wave];
  if (wave === undefined || wave.stages.length === 0 || record.status.kind === 'finished') return undefined;
  return (await readStage(ports, record.id, wave.name, wave.attempt, wave.stage))?.value.progress;
}

type Actions = RolloutSeen['actions'];

async function actionsOf(ports: SeePorts, record: RolloutRecord): Promise<Actions> {
  const { status, paused } = record;
  if (status.kind === 'finished') return rollingBack(record, await rollbackTargetsIfAny(ports, record));
  return {
    ...(status.kind === 'awaitingApproval' && (await answersTo(ports, record, status.prompt))),
    ...(paused === undefined
      ? { pause: `what runs is finished and nothing new is started; ${toCome(record)}` }
      : { resume: `it goes on; ${toCome(record)}` }),
    abort: `it ends now: what runs is stopped where it is, and ${interrupted(record)}`,
  };
}

async function answersTo(ports: SeePorts, record: RolloutRecord, { about, wave: name }: Prompt): Promise<Actions> {
  const wave = record.waves[record.wave];
  const members = accounts(wave?.accounts ?? 0);
  const isBegun = about === 'stage' || about === 'gate';
  const unreached = accounts(sum(record.waves.slice(record.wave + (isBegun ? 1 : 0))));
  const reject = `the rollout ends here; what was done stays as it is, and ${unreached} are not reached`;
  switch (about) {
    case 'approval':
      return { approve: `wave ${name} opens: ${members} are deployed to and checked`, reject };
    case 'pause':
      return { reject };
    case 'preflight':
      return {
        approve: `wave ${name} is passed over under your name: nothing is deployed to its ${members}, and ${laterAccounts(record)} follow`,
        retry: `wave ${name} is looked at again: ${members}; nothing of it was changed yet`,
        reject,
      };
    case 'stage':
    case 'gate':
      return {
        approve: `wave ${name} with ${members} counts as passed under your name, and ${laterAccounts(record)} follow`,
        retry: `wave ${name} is tried again: ${members}; what is done already is left as it is`,
        reject,
        ...(await turningBack(ports, record, name)),
      };
  }
}

/** A wave that has finished nothing before has nothing to go back to. */
async function turningBack(ports: SeePorts, record: RolloutRecord, name: WaveName): Promise<Actions> {
  const wave = record.waves[record.wave];
  if (wave === undefined) return {};
  const good = lastGood(await readFinishedWave(ports, name), wave.release);
  if (good === undefined) return {};
  return {
    rollback: `wave ${name} returns to ${good.release}, ${accounts(wave.accounts)} at most, and the rollout ends`,
  };
}

async function rollbackTargetsIfAny(ports: SeePorts, original: RolloutRecord): Promise<RollbackTargets> {
  try {
    return await rollbackTargetsOf(ports, { original });
  } catch (error) {
    if (isStrongroomError(error) && error.code === 'NothingToRollBack') return {};
    throw error;
  }
}

function rollingBack({ waves }: RolloutRecord, rollbackTargets: RollbackTargets): Actions {
  const back = waves.filter(({ name }) => rollbackTargets[name] !== undefined);
  if (back.length === 0) return {};
  const each = back.map(({ name, accounts: count }) => `${name} with ${accounts(count)} to ${rollbackTargets[name]}`);
  return { rollback: `another rollout takes ${plural(back.length, 'wave')} back, the last first: ${each.join(', ')}` };
}

const accounts = (count: number): string => plural(count, 'account');
const sum = (waves: readonly WaveProgress[]): number => waves.reduce((total, wave) => total + wave.accounts, 0);
const laterAccounts = ({ waves, wave }: RolloutRecord): string => `${accounts(sum(waves.slice(wave + 1)))} behind it`;
const toCome = ({ waves, wave }: RolloutRecord): string =>
  `${accounts(sum(waves.slice(Math.max(wave, 0))))} are still to be finished`;

function interrupted({ waves, wave }: RolloutRecord): string {
  const atWork = waves[wave];
  if (atWork === undefined || atWork.status.kind !== 'open') return 'what was done stays';
  return `of the ${accounts(atWork.accounts)} of wave ${atWork.name} some may be left in the middle`;
}
