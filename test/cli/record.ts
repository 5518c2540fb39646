/** A rollout's record as the renderers get it. */
import {
  parseOrganizationId,
  parseReleaseId,
  parseRolloutId,
  parseWaveName,
} from '../../orchestrator/domain/model/brand';
import type { Stage } from '../../orchestrator/domain/model/plan';
import type { RolloutRecord, WaveProgress } from '../../orchestrator/domain/model/rollout';
import { person } from '../actors';

const release = parseReleaseId('r-0123456789ab');

export const wave = (name: string, change: Partial<WaveProgress> = {}): WaveProgress => ({
  name: parseWaveName(name),
  spec: {
    name: parseWaveName(name),
    ous: [],
    accounts: [],
    tags: {},
    percent: 100,
    maxConcurrent: { kind: 'count', count: 10 },
    failureTolerance: { kind: 'count', count: 0 },
    slowStart: false,
    strict: false,
    soakMinutes: 30,
    approval: 'automatic',
    probe: false,
    approvalHours: 72,
  },
  accounts: 10,
  status: { kind: 'pending' },
  attempt: 0,
  release,
  lost: 0,
  stages: [],
  stage: 0,
  round: 0,
  ...change,
});

export const stage = (index: number, from: number, to: number): Stage => ({
  index,
  from,
  to,
  modules: [],
  regions: {},
});

export const record = (change: Partial<RolloutRecord> = {}): RolloutRecord => ({
  id: parseRolloutId('ro-20261122-080000-abcd'),
  organization: parseOrganizationId('o-0123456789'),
  release,
  desiredState: 'intent/x.json',
  request: { by: person('ada') },
  startedAt: '2026-11-22T08:00:00.000Z',
  status: { kind: 'running', doing: 'deploying' },
  direction: 'forward',
  waves: [wave('canary'), wave('prod')],
  wave: 0,
  events: 0,
  answers: [],
  ...change,
});

/** As left by a state that has just been played. */
export const lastStep = (
  state: string,
  decision: 'go' | 'verify' | 'nextStage',
): NonNullable<RolloutRecord['lastStep']> => ({
  state,
  input: {
    rolloutId: parseRolloutId('ro-20261122-080000-abcd'),
    step: 1,
    decision,
    wave: parseWaveName('canary'),
    shards: [],
    until: '2026-11-22T08:00:00.000Z',
    approvalTimeoutSeconds: 60,
  },
});
