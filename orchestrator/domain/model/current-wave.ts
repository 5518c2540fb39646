/** The wave, the stage and the step at which a rollout is now. */
import { errors } from '../errors';
import type { ReleaseId } from './brand';
import type { DesiredState } from './desired-state';
import type { Stage, WavePlan } from './plan';
import type { RolloutRecord, WaveProgress } from './rollout';

export const currentStep = (record: RolloutRecord): number => record.lastStep?.input.step ?? 0;

export function currentWave(record: RolloutRecord): WaveProgress {
  const wave = record.waves[record.wave];
  if (wave === undefined) throw errors.internal(`rollout ${record.id} has no current wave`);
  return wave;
}

export function currentStage(record: RolloutRecord): Stage {
  const wave = currentWave(record);
  const stage = wave.stages[wave.stage];
  if (stage === undefined) throw errors.internal(`wave ${wave.name} has no stage ${wave.stage}`);
  return stage;
}

/** The rollout with its current wave changed. */
export function withWave(record: RolloutRecord, change: Partial<WaveProgress>): RolloutRecord {
  const waves = record.waves.map((wave, index) => (index === record.wave ? { ...wave, ...change } : wave));
  return { ...record, waves };
}

/** A wave before it is opened. */
export function freshWave(wave: WavePlan, desiredState: DesiredState, release: ReleaseId): WaveProgress {
  const spec = desiredState.waves.find(({ name }) => name === wave.name);
  if (spec === undefined) throw errors.internal(`wave ${wave.name} is planned but not in the config`);
  return {
    name: wave.name,
    spec,
    accounts: wave.accounts.length,
    status: { kind: 'pending' },
    attempt: 0,
    release: wave.release ?? release,
    lost: 0,
    stages: [],
    stage: 0,
    round: 0,
  };
}

/** Only a second passed visit after the soak makes an account ready for keys. A wave without a soak makes accounts healthy, never ready. */
export function hasSoaked(record: RolloutRecord, now: Date): boolean {
  const { firstHealthyAt, spec } = currentWave(record);
  if (firstHealthyAt === undefined || spec.soakMinutes === 0) return false;
  return now.getTime() - new Date(firstHealthyAt).getTime() >= spec.soakMinutes * 60_000;
}
