/** Up to ten thousand accounts in every condition, copied from the few accounts of a rollout. */

import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import { parseAccountId, parseRegion } from '../../orchestrator/domain/model/brand';
import type { CheckResult } from '../../orchestrator/domain/model/gate';
import { type ReadinessState, withEntered } from '../../orchestrator/domain/model/readiness';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { writeAccount } from '../../orchestrator/records/accounts';

export const hostileName = '<img src=x onerror="document.title=1">\u202egpj.exe\u200b';

const failed = (result: Partial<CheckResult>): CheckResult => ({
  title: 'Only StackSets and the orchestrator can assume the CI role',
  check: 'ci-role-trust-matches-bootstrap',
  gate: 'access-controlled',
  module: 'operator-role',
  severity: 'critical',
  region: 'global',
  outcome: 'fail',
  observed: 'the role can be assumed without MFA',
  expected: 'a trust policy that asks for MFA of at most 3600 s',
  remediation: 'Remove the statement without the condition from the trust policy of InfraAdmin',
  ...result,
});

interface Condition {
  readonly state: ReadinessState;
  /** Number in each hundred accounts. */
  readonly share: number;
  readonly failing?: readonly CheckResult[];
}
const conditions: readonly Condition[] = [
  { state: 'READY_FOR_KEYS', share: 84 },
  { state: 'BASELINE_HEALTHY', share: 4 },
  {
    state: 'UNHEALTHY',
    share: 3,
    failing: [
      failed({
        title: 'The password policy is strong',
        check: 'password-policy-is-strong',
        gate: 'hardened',
        module: 'account-hardening',
        observed: 'minimum length 8',
        expected: '14 or more',
        remediation: 'Restore the password policy with `strongroom rollout --retry-failed`',
      }),
    ],
  },
  { state: 'KEYS_AT_RISK', share: 1, failing: [failed({})] },
  {
    state: 'DRIFTED',
    share: 2,
    failing: [
      failed({
        title: 'The resources of the alerts stack have not drifted',
        check: 'alerts-stack-has-no-drift',
        gate: 'undrifted',
        module: 'alerts',
        region: parseRegion('us-west-2'),
      }),
    ],
  },
  {
    state: 'UNKNOWN',
    share: 2,
    failing: [
      failed({
        title: 'GuardDuty is enabled',
        check: 'guardduty-detector-is-enabled',
        gate: 'watched',
        outcome: 'unknown',
        observed: 'AccessDenied: guardduty:GetDetector',
      }),
    ],
  },
  { state: 'DEPLOYING', share: 2 },
  { state: 'DISCOVERED', share: 1 },
  { state: 'UNPLACED', share: 1 },
];

const conditionOf = (place: number): Condition => {
  let left = (place * 37) % 100;
  for (const condition of conditions) {
    left -= condition.share;
    if (left < 0) return condition;
  }
  throw new Error('the shares do not add up to a hundred');
};

/** @param models accounts after a rollout. */
export async function writeCrowd(
  ports: Pick<UnguardedPorts, 'store'>,
  models: readonly AccountRecord[],
  count: number,
): Promise<void> {
  const whole = models.filter(({ modules }) => modules.length > 0);
  for (let place = 0; place < count; place += 1) {
    const model = whole[place % whole.length];
    if (model === undefined) throw new Error('the rollout reached no account');
    await writeAccount(guard(ports, byVersion), accountLike(model, place), 0);
  }
}

function accountLike(model: AccountRecord, place: number): AccountRecord {
  const { state, failing = [] } = conditionOf(place);
  const { wave, holder: _nobody, ...rest } = model;
  const gates = Object.fromEntries(failing.map(({ gate, outcome }) => [gate, outcome]));
  const isUntouched = state === 'DISCOVERED' || state === 'UNPLACED';
  return {
    ...rest,
    id: parseAccountId(String(500_000_000_000 + place * 1_013)),
    name: place === 7 ? hostileName : `${rest.name.replace(/-?\d+$/, '')}-${String(place).padStart(5, '0')}`,
    state,
    states: withEntered(model.states ?? [], { state, at: model.stateSince }),
    failing,
    gates: isUntouched ? {} : { ...passing, ...gates },
    modules: isUntouched ? [] : model.modules,
    ...(state === 'UNPLACED' || wave === undefined ? {} : { wave }),
    because: state === 'UNPLACED' ? 'no wave selects it' : model.because,
  };
}

const passing = {
  bootstrapped: 'pass',
  audited: 'pass',
  watched: 'pass',
  'access-controlled': 'pass',
  hardened: 'pass',
  undrifted: 'pass',
} as const;
