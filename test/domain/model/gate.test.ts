import fc from 'fast-check';
import { parseAccountId, parseRegion } from '../../../orchestrator/domain/model/brand';
import {
  type CheckOutcome,
  type CheckResult,
  checkOutcomes,
  gateIds,
  gatesOf,
  judgeWave,
  type Verdict,
  verdictOfAccount,
  verdicts,
  type WaveMember,
  worst,
} from '../../../orchestrator/domain/model/gate';

const result = (parts: Partial<CheckResult>): CheckResult => ({
  title: 'The operator role requires MFA',
  check: 'operator-role-requires-mfa',
  gate: 'access-controlled',
  module: 'operator-role',
  severity: 'critical',
  region: parseRegion('us-east-1'),
  outcome: 'pass',
  observed: 'observed',
  expected: 'expected',
  remediation: 'deploy again',
  ...parts,
});
const critical = (...outcomes: readonly CheckOutcome[]): readonly CheckResult[] =>
  outcomes.map((outcome) => result({ outcome }));

const anyResult = fc
  .record({
    gate: fc.constantFrom(...gateIds),
    severity: fc.constantFrom('critical' as const, 'advisory' as const),
    outcome: fc.constantFrom(...checkOutcomes),
  })
  .map(result);
const anyResults = fc.array(anyResult, { maxLength: 12 });

describe('a gate', () => {
  test('is as good as its worst critical check', () => {
    const results = [
      result({ gate: 'audited', outcome: 'pass' }),
      result({ gate: 'audited', outcome: 'unknown' }),
      result({ gate: 'access-controlled', outcome: 'fail' }),
      result({ gate: 'access-controlled', outcome: 'unknown' }),
      result({ gate: 'hardened', outcome: 'notApplicable' }),
    ];

    expect(gatesOf(results)).toEqual({ audited: 'unknown', 'access-controlled': 'fail', hardened: 'notApplicable' });
  });

  test('with advisory checks only is absent: they inform and never hold', () => {
    expect(gatesOf([result({ severity: 'advisory', outcome: 'fail' })])).toEqual({});
  });
});

test('the worst of nothing is nothing', () => {
  expect(worst(checkOutcomes, [])).toBeUndefined();
});

describe('the verdict on an account', () => {
  test.each<{ outcomes: readonly CheckOutcome[]; verdict: Verdict }>([
    { outcomes: ['pass'], verdict: 'healthy' },
    { outcomes: ['pass', 'notApplicable'], verdict: 'healthy' },
    { outcomes: ['pass', 'unknown'], verdict: 'inconclusive' },
    { outcomes: ['pass', 'fail'], verdict: 'failed' },
    { outcomes: ['unknown', 'fail'], verdict: 'failed' },
    { outcomes: ['notApplicable'], verdict: 'inconclusive' },
    { outcomes: [], verdict: 'inconclusive' },
  ])('whose critical checks said $outcomes is $verdict', ({ outcomes, verdict }) => {
    expect(verdictOfAccount(critical(...outcomes))).toBe(verdict);
  });

  test('is healthy only with a pass, and with no critical check that failed or could not be measured', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const outcomes = results.filter(({ severity }) => severity === 'critical').map(({ outcome }) => outcome);

        const healthy = outcomes.includes('pass') && !outcomes.includes('unknown') && !outcomes.includes('fail');
        expect(verdictOfAccount(results) === 'healthy').toBe(healthy);
      }),
    );
  });

  test('is failed exactly if a critical check was measured bad', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const failed = results.some(({ severity, outcome }) => severity === 'critical' && outcome === 'fail');
        expect(verdictOfAccount(results) === 'failed').toBe(failed);
      }),
    );
  });
});

const member = (verdict: Verdict, n = 1): WaveMember => ({
  account: parseAccountId(String(n).padStart(12, '0')),
  name: `app-${n}`,
  verdict,
  because: verdict === 'healthy' ? [] : [`us-east-1 operator-role-requires-mfa ${verdict}`],
});
const members = (failed: number, unmeasured: number, healthy: number): readonly WaveMember[] =>
  [
    ...Array.from({ length: failed }, () => 'failed' as const),
    ...Array.from({ length: unmeasured }, () => 'inconclusive' as const),
    ...Array.from({ length: healthy }, () => 'healthy' as const),
  ].map((verdict, n) => member(verdict, n));

describe('a wave', () => {
  test.each<{ failed: number; unmeasured: number; healthy: number; tolerance: number; verdict: Verdict }>([
    { failed: 0, unmeasured: 0, healthy: 3, tolerance: 0, verdict: 'healthy' },
    { failed: 1, unmeasured: 0, healthy: 2, tolerance: 0, verdict: 'failed' },
    { failed: 1, unmeasured: 0, healthy: 2, tolerance: 1, verdict: 'healthy' },
    { failed: 0, unmeasured: 1, healthy: 2, tolerance: 0, verdict: 'inconclusive' },
    { failed: 1, unmeasured: 1, healthy: 2, tolerance: 1, verdict: 'inconclusive' },
    { failed: 1, unmeasured: 1, healthy: 2, tolerance: 2, verdict: 'healthy' },
    { failed: 2, unmeasured: 1, healthy: 2, tolerance: 1, verdict: 'failed' },
    { failed: 0, unmeasured: 0, healthy: 0, tolerance: 0, verdict: 'healthy' },
    { failed: 3, unmeasured: 0, healthy: 0, tolerance: 5, verdict: 'failed' },
    { failed: 0, unmeasured: 2, healthy: 0, tolerance: 5, verdict: 'inconclusive' },
    { failed: 1, unmeasured: 1, healthy: 0, tolerance: 5, verdict: 'inconclusive' },
  ])(
    'of $failed failed, $unmeasured unmeasured, $healthy healthy with tolerance $tolerance is $verdict',
    ({ failed, unmeasured, healthy, tolerance, verdict }) => {
      expect(judgeWave(members(failed, unmeasured, healthy), tolerance).verdict).toBe(verdict);
    },
  );

  test('says how many, and of each account what was found', () => {
    const judged = judgeWave([member('healthy', 1), member('failed', 2), member('inconclusive', 3)], 0);

    expect(judged.because).toEqual([
      '1 failed and 1 unknown, of 3 accounts; tolerance 0',
      '000000000002 (app-2): us-east-1 operator-role-requires-mfa failed',
    ]);
  });

  test('that is healthy still names what it bears', () => {
    const judged = judgeWave([member('healthy', 1), member('failed', 2)], 1);

    expect(judged.because).toHaveLength(2);
    expect(judged.because[1]).toContain('app-2');
  });

  test('names the first twenty findings and counts the others', () => {
    const { because } = judgeWave(members(23, 0, 0), 0);

    expect(because).toHaveLength(22);
    expect(because.at(-1)).toBe('and 3 more');
  });

  test('is never healthy without a healthy account, and never better for a worse account or a smaller tolerance', () => {
    const small = fc.nat(6);
    fc.assert(
      fc.property(small, small, small, small, (failed, unmeasured, healthy, tolerance) => {
        const rank = (f: number, u: number, h: number, t: number) =>
          verdicts.indexOf(judgeWave(members(f, u, h), t).verdict);
        const now = rank(failed, unmeasured, healthy, tolerance);

        if (healthy === 0 && failed + unmeasured > 0) expect(now).toBeGreaterThan(0);
        if (healthy > 0) {
          expect(rank(failed + 1, unmeasured, healthy - 1, tolerance)).toBeGreaterThanOrEqual(now);
          expect(rank(failed, unmeasured + 1, healthy - 1, tolerance)).toBeGreaterThanOrEqual(now);
        }
        if (tolerance > 0) expect(rank(failed, unmeasured, healthy, tolerance - 1)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
