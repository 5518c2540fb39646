/** The findings of an account in sentences: failures during a rollout, and checks that failed or are unknown. */
import { type AccountRecord, type Failure, failuresOf } from '../domain/model/account-record';
import type { RolloutId } from '../domain/model/brand';
import { checkName } from '../domain/model/check-name';
import type { CheckResult } from '../domain/model/gate';

export interface Finding {
  readonly where: string;
  readonly what: string;
  /** How a person fixes it. */
  readonly remedy?: string | undefined;
}
export interface Troubled {
  readonly id: string;
  readonly name: string;
  readonly wave: string;
  readonly findings: readonly Finding[];
}

export const troubledAccounts = (accounts: readonly AccountRecord[], rollout: RolloutId): readonly Troubled[] =>
  accounts
    .map((account) => ({
      id: account.id,
      name: account.name,
      wave: account.wave ?? '',
      findings: [
        ...failuresOf(account, rollout).map(failureFinding),
        ...account.failing.filter(({ severity }) => severity === 'critical').map(checkFinding),
      ],
    }))
    .filter(({ findings }) => findings.length > 0);

export const failureFinding = ({ at, module, region, reason }: Failure): Finding => ({
  where: region ?? 'global',
  what: `${module ?? at}: ${reason}`,
});

export const checkFinding = (result: CheckResult): Finding => ({
  where: result.region,
  what: `${checkName(result)} ${outcomeVerb(result.outcome)}: observed ${result.observed}, expected ${result.expected}`,
  remedy: result.remediation,
});

export const outcomeVerb = (outcome: CheckResult['outcome']): string => (outcome === 'fail' ? 'failed' : 'is unknown');

export const findingLines = (findings: readonly Finding[], indent: string): readonly string[] =>
  findings.flatMap(({ where, what, remedy }) => [
    `${indent}${where}: ${what}`,
    ...(remedy === undefined ? [] : [`${indent}  → ${remedy}`]),
  ]);
