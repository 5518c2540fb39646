/** A rollout, its wave, its accounts and its release, for tests of decisions. */
import type { AccountRecord, DeployedModule } from '../../../orchestrator/domain/model/account-record';
import {
  parseAccountId,
  parseOrganizationId,
  parseRegion,
  parseReleaseId,
  parseRolloutId,
  parseTemplateHash,
  parseWaveName,
} from '../../../orchestrator/domain/model/brand';
import type { WaveSpec } from '../../../orchestrator/domain/model/desired-state';
import type { CheckResult } from '../../../orchestrator/domain/model/gate';
import type { ModuleId, ReleaseModule } from '../../../orchestrator/domain/model/module';
import type { Stage } from '../../../orchestrator/domain/model/plan';
import type { Release } from '../../../orchestrator/domain/model/release';
import type { RolloutRecord, RolloutRequest, WaveProgress } from '../../../orchestrator/domain/model/rollout';
import { person } from '../../actors';
import { accountOf } from '../account';

export const now = new Date('2026-11-22T12:00:00.000Z');
export const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
export const minutesFrom = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);

export const rolloutId = parseRolloutId('ro-20261122-090000-k3f9');
export const otherRollout = parseRolloutId('ro-20261121-090000-m4g8');
export const canary = parseWaveName('canary');
export const sandbox = parseWaveName('sandbox');
export const home = parseRegion('eu-west-1');
export const elsewhere = parseRegion('us-west-2');
export const wanted = parseReleaseId('r-aaaaaaaaaaaa');
export const former = parseReleaseId('r-bbbbbbbbbbbb');

const spec: WaveSpec = {
  name: canary,
  ous: [],
  accounts: [],
  tags: {},
  percent: 100,
  maxConcurrent: { kind: 'count', count: 1 },
  failureTolerance: { kind: 'count', count: 1 },
  slowStart: false,
  strict: false,
  soakMinutes: 60,
  approval: 'automatic',
  probe: false,
  approvalHours: 24,
};

export const aStage = (over: Partial<Stage> = {}): Stage => ({
  index: 0,
  modules: ['alerts'],
  regions: { alerts: [home] },
  from: 0,
  to: 3,
  ...over,
});

/** A wave of three accounts in its first attempt, of which one may fail. */
export const aWave = ({
  spec: changed,
  ...over
}: Partial<Omit<WaveProgress, 'spec'>> & { spec?: Partial<WaveSpec> } = {}): WaveProgress => ({
  name: canary,
  spec: { ...spec, ...changed },
  accounts: 3,
  status: { kind: 'open', since: minutesAgo(30) },
  attempt: 1,
  release: wanted,
  lost: 0,
  stages: [aStage()],
  stage: 0,
  round: 0,
  checksSince: minutesAgo(30),
  work: 'accounts/work.json',
  ...over,
});

interface RolloutOver extends Partial<Omit<RolloutRecord, 'request'>> {
  readonly request?: Partial<RolloutRequest>;
}
/** A rollout forward, at work on its only wave. */
export const aRollout = ({ request, ...over }: RolloutOver = {}): RolloutRecord => ({
  id: rolloutId,
  organization: parseOrganizationId('o-abcdefghij'),
  release: wanted,
  desiredState: 'desiredState/wanted.json',
  request: { by: person('jo'), ...request },
  startedAt: minutesAgo(60),
  status: { kind: 'running', doing: 'deploying' },
  direction: 'forward',
  waves: [aWave()],
  wave: 0,
  events: 0,
  answers: [],
  ...over,
});

export const paused = { by: person('kim'), reason: 'the console is down', at: minutesAgo(5) };
export const freeze = { from: minutesAgo(60), to: minutesFrom(60).toISOString(), reason: 'end of year' };

export const ids = [1, 2, 3].map((digit) => parseAccountId(String(digit).repeat(12)));
const [first = parseAccountId('111111111111')] = ids;

/** An account of the wave that passed its checks a moment ago. */
export const anAccount = (over: Partial<AccountRecord> = {}): AccountRecord =>
  accountOf(over.id ?? first, {
    state: 'BASELINE_HEALTHY',
    wave: canary,
    release: wanted,
    settingsRelease: wanted,
    gates: { audited: 'pass' },
    checkedAt: minutesAgo(1),
    passing: { release: wanted, at: minutesAgo(90) },
    holder: { rollout: rolloutId, fencingToken: 1 },
    ...over,
  });
export const accounts = (over: Partial<AccountRecord> = {}): readonly AccountRecord[] =>
  ids.map((id) => anAccount({ id, ...over }));

/** Out of the work: its deployment failed in this rollout. */
export const withDeployFailure = (account: AccountRecord): AccountRecord => ({
  ...account,
  work: {
    rollout: rolloutId,
    failures: [{ at: 'deploy', module: 'alerts', region: home, reason: 'the topic exists' }],
  },
});

export const finding = (outcome: 'fail' | 'unknown', over: Partial<CheckResult> = {}): CheckResult => ({
  check: 'alert-topic-exists',
  control: '000-12',
  title: 'The alert topic exists',
  gate: 'watched',
  module: 'alerts',
  severity: 'critical',
  region: home,
  outcome,
  observed: 'no topic',
  expected: 'a topic',
  remediation: 'deploy again',
  ...over,
});
export const failing = (
  account: AccountRecord,
  outcome: 'fail' | 'unknown' = 'fail',
  over: Partial<CheckResult> = {},
): AccountRecord => ({
  ...account,
  state: outcome === 'fail' ? 'UNHEALTHY' : 'UNKNOWN',
  gates: { audited: 'pass', watched: outcome },
  failing: [finding(outcome, over)],
});

export const moduleOf = (module: ModuleId): ReleaseModule => ({
  module,
  version: 'version-new1',
  template: parseTemplateHash('a'.repeat(64)),
  parameters: {},
  regions: [home],
  needs: [],
});
export const aRelease = (over: Partial<Release> = {}): Release => ({
  id: wanted,
  modules: [moduleOf('alerts')],
  settings: {},
  regions: { home, governed: [home] },
  expectations: {
    enabled: ['alerts'],
    organizationManaged: [],
    operatorRoleName: 'InfraAdmin',
    mfaMaxAgeSeconds: 3600,
    ciRole: 'BaselineCi',
    readerRole: 'BaselineReader',
    standards: [],
    snapshotBlockPublicAccess: false,
    alertRegions: [home],
  },
  ...over,
});

export const aStack = (over: Partial<DeployedModule> = {}): DeployedModule => ({
  module: 'alerts',
  region: home,
  wave: canary,
  version: 'version-new1',
  status: 'current',
  ...over,
});
