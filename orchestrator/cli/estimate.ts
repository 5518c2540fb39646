/** Estimates the time that a rollout still takes from the duration of its finished stages. Approvals are not included. */
import type { RolloutEvent } from '../domain/model/event';
import type { Release } from '../domain/model/release';
import type { RolloutRecord, WaveProgress } from '../domain/model/rollout';
import { stagesOf } from '../domain/planning/stages';
import { isVerifying } from './progress';

export interface Pace {
  readonly stages: number;
  readonly totalMs: number;
  /** Start of the current stage. */
  readonly startedAt?: string | undefined;
}
export const noPace: Pace = { stages: 0, totalMs: 0 };

export function paced(pace: Pace, event: RolloutEvent): Pace {
  if (event.type === 'stageStarted') return { ...pace, startedAt: event.at };
  if (event.type !== 'stageLanded' || pace.startedAt === undefined) return pace;
  const took = new Date(event.at).getTime() - new Date(pace.startedAt).getTime();
  return { stages: pace.stages + 1, totalMs: pace.totalMs + took };
}

export function msLeft(record: RolloutRecord, release: Release, pace: Pace, now: Date): number | undefined {
  if (pace.stages === 0) return undefined;
  const stageMs = pace.totalMs / pace.stages;
  const ahead = record.waves.slice(Math.max(0, record.wave));
  const stagesIn = (wave: WaveProgress): number => {
    if (wave.status.kind === 'pending') return stagesOf(release.modules, wave.accounts, wave.spec).length;
    return isVerifying(record) ? 0 : wave.stages.length - wave.stage;
  };
  return ahead.reduce((sum, wave) => sum + waveMsLeft(wave, () => stagesIn(wave) * stageMs, now), 0);
}

function waveMsLeft(wave: WaveProgress, deployingMs: () => number, now: Date): number {
  const soakMs = wave.spec.soakMinutes * 60_000;
  switch (wave.status.kind) {
    case 'pending':
      return wave.accounts === 0 ? 0 : deployingMs() + soakMs;
    case 'open':
      if (wave.firstHealthyAt === undefined) return deployingMs() + soakMs;
      return Math.max(0, new Date(wave.firstHealthyAt).getTime() + soakMs - now.getTime());
    case 'judged':
    case 'overridden':
      return 0;
  }
}
