/** What is wrong in an account, in sentences: what failed while it was worked on, and which checks did not pass. */
import { type AccountRecord, type Failure, failuresOf } from '../domain/model/account-record';
import type { RolloutId } from '../domain/model/brand';
import { type CheckResult, gateTitles } from '../domain/model/gate';

export interface Finding {
  readonly where: string;
  readonly what: string;
  /** What a person does about it. */
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

/** Title, severity and gate first, then the id. */
export const checkName = ({
  title,
  severity,
  gate,
  check,
}: Pick<CheckResult, 'title' | 'severity' | 'gate' | 'check'>): string =>
  `${title} (${severity}, ${gateTitles[gate]}, ${check})`;

export const checkFinding = (result: CheckResult): Finding => ({
  where: result.region,
  what: `${checkName(result)}: ${result.outcome === 'fail' ? 'failed' : 'could not be measured'}, observed ${result.observed}, expected ${result.expected}`,
  remedy: result.remediation,
});

export const findingLines = (findings: readonly Finding[], indent: string): readonly string[] =>
  findings.flatMap(({ where, what, remedy }) => [
    `${indent}${where}: ${what}`,
    ...(remedy === undefined ? [] : [`${indent}  → ${remedy}`]),
  ]);
