import {
  driftedStack,
  driftResults,
  hasOnlyDrifted,
  judgeInstance,
  whatDiffers,
  withDrift,
} from '../../../orchestrator/domain/health/drift';
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import { parseAccountId, parseRegion, parseReleaseId } from '../../../orchestrator/domain/model/brand';
import type { ResourceDrift, StackDrift } from '../../../orchestrator/domain/model/drift';
import type { CheckResult } from '../../../orchestrator/domain/model/gate';
import { type ReadinessState, readinessStates } from '../../../orchestrator/domain/model/readiness';

const home = parseRegion('us-east-1');
const west = parseRegion('us-west-2');
const at = '2026-11-22T10:00:00.000Z';

const rule: ResourceDrift = {
  resource: 'Rule',
  type: 'AWS::Events::Rule',
  change: 'modified',
  differences: [{ path: '/State', expected: 'ENABLED', actual: 'DISABLED' }],
};
const drifted = (change: Partial<StackDrift> = {}): StackDrift => ({
  ...driftedStack({ module: 'alerts', region: home, at }, [rule]),
  ...change,
});
const unknown = (change: Partial<StackDrift> = {}): StackDrift =>
  drifted({ outcome: 'unknown', because: 'Rate exceeded', resources: [], ...change });

const accountWith = (change: Partial<AccountRecord> = {}): AccountRecord => ({
  id: parseAccountId('111122223333'),
  name: 'sandbox-1',
  ou: 'Sandbox',
  orgState: 'ACTIVE',
  because: 'OU Sandbox',
  state: 'BASELINE_HEALTHY',
  stateSince: at,
  modules: [],
  gates: { hardened: 'pass', undrifted: 'pass' },
  failing: [],
  ...change,
});
const asked = [{ module: 'alerts', region: home }] as const;

describe('an instance', () => {
  test.each([
    ['SUCCEEDED', 'IN_SYNC', 'inSync'],
    ['SUCCEEDED', 'DRIFTED', 'drifted'],
    ['SUCCEEDED', 'NOT_CHECKED', 'unknown'],
    ['SUCCEEDED', 'UNKNOWN', 'unknown'],
    ['SUCCEEDED', undefined, 'unknown'],
    ['FAILED', 'IN_SYNC', 'unknown'],
    ['FAILED', 'DRIFTED', 'unknown'],
    ['CANCELLED', 'IN_SYNC', 'notAsked'],
    ['SKIPPED', 'DRIFTED', 'notAsked'],
  ] as const)('whose detection %s, and which CloudFormation calls %s, is %s', (outcome, status, kind) => {
    expect(judgeInstance({ outcome, reason: '' }, status).kind).toBe(kind);
  });

  test('that is not among the results was not asked, whatever was said of it before', () => {
    expect(judgeInstance(undefined, 'IN_SYNC')).toEqual({ kind: 'notAsked' });
  });

  test('that could not be looked into says why', () => {
    expect(judgeInstance({ outcome: 'FAILED', reason: 'Rate exceeded' }, 'IN_SYNC')).toMatchObject({
      because: 'Rate exceeded',
    });
  });
});

describe('what is kept of a stack', () => {
  test('is bounded, and says how much more there is', () => {
    const long = { path: '/Policy', expected: 'x'.repeat(5000), actual: 'y' };
    const many = Array.from({ length: 20 }, () => ({ ...rule, differences: Array(20).fill(long) }));

    const kept = driftedStack({ module: 'alerts', region: home, at }, many);

    expect(kept.resources).toHaveLength(5);
    expect(kept.resources.every(({ differences }) => differences.length === 5)).toBe(true);
    expect(kept.because).toBe('and 375 more differences');
    expect(JSON.stringify(kept).length).toBeLessThan(8_000);
  });

  test('is described in one sentence', () => {
    const gone: ResourceDrift = { resource: 'Topic', type: 'AWS::SNS::Topic', change: 'deleted', differences: [] };

    expect(whatDiffers(driftedStack({ module: 'alerts', region: home, at }, [gone, rule]))).toBe(
      'Topic was deleted, Rule /State is DISABLED instead of ENABLED',
    );
  });
});

describe('the gate', () => {
  test('fails by drift, does not know by what could not be looked into, and has no row for the rest', () => {
    const rows = driftResults([drifted(), unknown({ region: west })]);

    expect(rows.map(({ check, gate, severity, region, outcome }) => [check, gate, severity, region, outcome])).toEqual([
      ['alerts-stack-has-no-drift', 'undrifted', 'critical', home, 'fail'],
      ['alerts-stack-has-no-drift', 'undrifted', 'critical', west, 'unknown'],
    ]);
  });

  test('is failed by drift alone only if nothing else that is critical has failed', () => {
    const [drift] = driftResults([drifted()]);
    const other = { ...drift, check: 'operator-role-requires-mfa' } as CheckResult;

    expect(hasOnlyDrifted(drift === undefined ? [] : [drift])).toBe(true);
    expect(hasOnlyDrifted(drift === undefined ? [] : [drift, other])).toBe(false);
    expect(hasOnlyDrifted(drift === undefined ? [] : [drift, { ...other, severity: 'advisory' }])).toBe(true);
  });
});

describe('an account', () => {
  test.each(readinessStates)('that is %s moves by drift only where drift is the worst that is known', (state) => {
    const { event } = withDrift(accountWith({ state }), asked, [drifted()]);

    const moves: readonly ReadinessState[] = [
      'DEPLOYED',
      'VERIFYING',
      'BASELINE_HEALTHY',
      'READY_FOR_KEYS',
      'KEYS_AT_RISK',
      'DRIFTED',
      'OUTDATED',
      'UNKNOWN',
    ];
    expect(event).toBe(moves.includes(state) ? 'driftFound' : undefined);
  });

  test('that has drifted has to be proved and to soak again', () => {
    const release = parseReleaseId('r-1a2b3c4d5e6f');
    const { account } = withDrift(accountWith({ soaked: release, passing: { release, at } }), asked, [drifted()]);

    expect([account.soaked, account.passing]).toEqual([undefined, undefined]);
  });

  test('in which nothing was and nothing is found is left as it is', () => {
    const account = accountWith();

    expect(withDrift(account, asked, [])).toEqual({ account });
  });

  test('is cleared by a detection that finds nothing more, only where it looked', () => {
    const before = withDrift(accountWith(), [], [drifted(), drifted({ region: west })]).account;

    const partly = withDrift(before, asked, []);
    const wholly = withDrift(partly.account, [{ module: 'alerts', region: west }], []);

    expect([partly.account.drift?.map(({ region }) => region), partly.account.gates.undrifted]).toEqual([
      [west],
      'fail',
    ]);
    expect([wholly.account.drift, wholly.account.gates.undrifted, wholly.event]).toEqual([
      undefined,
      'pass',
      'driftGone',
    ]);
  });

  test('keeps the other checks that failed, and their gates', () => {
    const other = { ...driftResults([drifted()])[0], check: 'alerts-stack-is-complete' } as CheckResult;

    const { account } = withDrift(accountWith({ failing: [other], drift: [drifted()] }), asked, []);

    expect([account.failing, account.gates.undrifted]).toEqual([[other], 'fail']);
  });

  test('keeps what was seen where a later look fails, and moves no state by that', () => {
    const before = withDrift(accountWith(), [], [drifted()]).account;

    const { account } = withDrift(before, asked, [unknown()]);
    const fresh = withDrift(accountWith(), asked, [unknown()]);

    expect(account.drift).toEqual([drifted()]);
    expect([fresh.event, fresh.account.gates.undrifted]).toEqual([undefined, 'unknown']);
  });
});
