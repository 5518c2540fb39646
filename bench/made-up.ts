/** Makes up records as a team has them after some months, for the benches of the dashboard. */
import { createHash } from 'node:crypto';
import type { AccountRecord } from '../orchestrator/domain/model/account-record';
import {
  parseAccountId,
  parseRegion,
  parseReleaseId,
  parseRolloutId,
  parseWaveName,
} from '../orchestrator/domain/model/brand';
import { gateIds } from '../orchestrator/domain/model/gate';
import { moduleIds } from '../orchestrator/domain/model/module';

/** Digits that compress no better than those of real ids and times. */
const digits = (n: number, what: string): number =>
  Number.parseInt(createHash('sha256').update(`${what} ${n}`).digest('hex').slice(0, 12), 16);
export const idOf = (n: number) => parseAccountId(String(100_000_000_000 + (digits(n, 'id') % 899_999_999_999)));
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'].map(parseRegion);
const wave = parseWaveName('prod');
const rollout = parseRolloutId('ro-20261022-090000-abcd');
const at = '2026-11-22T08:00:00.000Z';
const hoursAgo = (hours: number): string => new Date(new Date(at).getTime() - hours * 3_600_000).toISOString();

/** As many as an initial rollout and two updates leave. */
const statesKept = 20;
const statesOf = (n: number): AccountRecord['states'] =>
  Array.from({ length: statesKept }, (_, index) => ({
    state: index % 2 === 0 ? 'DEPLOYED' : 'BASELINE_HEALTHY',
    at: hoursAgo(2_000 + (digits(n, 'since') % 2_000) + statesKept - index),
    event: index % 2 === 0 ? 'deployLanded' : 'passed',
    rollout,
  }));

export function madeUp(n: number): AccountRecord {
  const isBad = n % 50 === 0;
  return {
    id: idOf(n),
    name: `${['payments', 'claims', 'mobile', 'data'][n % 4]}-${['api', 'batch', 'portal'][n % 3]}-${digits(n, 'name') % 100_000}`,
    ou: `Workloads/${['Production', 'Staging', 'Dev'][n % 3]}/team-${n % 120}`,
    orgState: 'ACTIVE',
    wave,
    because: `OU Workloads/Production selects it`,
    state: isBad ? 'UNHEALTHY' : 'READY_FOR_KEYS',
    stateSince: hoursAgo(digits(n, 'since') % 2_000),
    states: statesOf(n),
    firstSeenAt: at,
    release: parseReleaseId(n % 20 === 0 ? 'r-111111111111' : 'r-222222222222'),
    modules: moduleIds.flatMap((module) =>
      regions.map((region) => ({ module, region, wave, version: 'abcdef012345', status: 'current' }) as const),
    ),
    gates: Object.fromEntries(gateIds.map((gate) => [gate, isBad && gate === 'access-controlled' ? 'fail' : 'pass'])),
    failing: isBad
      ? [
          {
            title: 'The operator role requires MFA',
            severity: 'critical',
            gate: 'access-controlled',
            check: 'operator-role-requires-mfa',
            control: '000-15',
            module: 'operator-role',
            region: 'global',
            outcome: 'fail',
            observed: 'no condition on aws:MultiFactorAuthPresent',
            expected: 'MFA is asked for',
            remediation: 'Put the trust back',
          },
        ]
      : [],
    checkedAt: hoursAgo((digits(n, 'checked') % 1_440) / 60),
    visits: 12,
  };
}
