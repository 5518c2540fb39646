/** From checks to gates, from gates to an account's outcome, from accounts to a wave's verdict. Failed and unknown are never the same thing. */
import type { AccountId, Region } from './brand';
import type { ModuleId } from './module';

/** What one check said, worst last. `notApplicable` is a measured answer, never a way to skip one. */
export const checkOutcomes = ['notApplicable', 'pass', 'unknown', 'fail'] as const;
export type CheckOutcome = (typeof checkOutcomes)[number];

export const gateIds = ['bootstrapped', 'audited', 'watched', 'access-controlled', 'hardened', 'undrifted'] as const;
export type GateId = (typeof gateIds)[number];
export const gateTitles: Readonly<Record<GateId, string>> = {
  bootstrapped: 'bootstrapped',
  audited: 'audited',
  watched: 'watched',
  'access-controlled': 'access controlled',
  hardened: 'hardened',
  undrifted: 'undrifted',
};

export type Severity = 'critical' | 'advisory';

/** One answer of one check. Title, severity and gate come first, as on every screen and in every file. */
export interface CheckResult {
  readonly title: string;
  readonly severity: Severity;
  readonly gate: GateId;
  /** Id of the row in the check table, like `operator-role-requires-mfa`. */
  readonly check: string;
  /** Number in the controls catalog, like `000-15`; absent for checks that the catalog does not number. */
  readonly control?: string | undefined;
  readonly module: ModuleId | 'bootstrap';
  readonly region: Region | 'global';
  readonly outcome: CheckOutcome;
  readonly observed: string;
  readonly expected: string;
  /** What a person does about it. */
  readonly remediation: string;
  /** AWS is not done yet, and may take so long after the deployment. */
  readonly settlesMinutes?: number;
}

export const worst = <T>(order: readonly T[], seen: readonly T[]): T | undefined =>
  order.findLast((o) => seen.includes(o));

/** A gate is as good as its worst critical check; advisory checks inform and never hold. Gates without a critical check are absent. */
export function gatesOf(results: readonly CheckResult[]): Partial<Record<GateId, CheckOutcome>> {
  const gates: Partial<Record<GateId, CheckOutcome>> = {};
  for (const gate of gateIds) {
    const seen = results.filter((r) => r.gate === gate && r.severity === 'critical').map((r) => r.outcome);
    const outcome = worst(checkOutcomes, seen);
    if (outcome !== undefined) gates[gate] = outcome;
  }
  return gates;
}

/** What the gates concluded, worst last. `failed` was measured bad; `inconclusive` is unknown. */
export const verdicts = ['healthy', 'inconclusive', 'failed'] as const;
export type Verdict = (typeof verdicts)[number];

/** The verdict on an account is that of its worst gate. An account in which no gate passed is inconclusive: nothing was measured there. */
export function verdictOfGates(gates: Partial<Record<GateId, CheckOutcome>>): Verdict {
  const outcome = worst(checkOutcomes, Object.values(gates));
  if (outcome === 'fail') return 'failed';
  return outcome === 'pass' ? 'healthy' : 'inconclusive';
}
export const verdictOfAccount = (results: readonly CheckResult[]): Verdict => verdictOfGates(gatesOf(results));

export interface Judgement {
  readonly verdict: Verdict;
  readonly because: readonly string[];
}

export interface WaveMember {
  readonly account: AccountId;
  readonly name: string;
  readonly verdict: Verdict;
  /** One sentence per finding: region, check or module, observed, expected. */
  readonly because: readonly string[];
}

/** How many reasons a judgement names; the rest is counted, and every one is in the store. */
const reasonsMax = 20;

/**
 * Failed accounts within the tolerance are accepted. Past it the wave has failed. If only failed and unknown accounts together are past it,
 * the wave is inconclusive and requires a decision. A tolerance never covers a whole wave: at least one account must be healthy.
 */
export function judgeWave(members: readonly WaveMember[], tolerance: number): Judgement {
  const failed = members.filter((m) => m.verdict === 'failed');
  const unmeasured = members.filter((m) => m.verdict === 'inconclusive');
  const because = (list: readonly WaveMember[]): string[] => {
    const all = list.flatMap((m) => m.because.map((reason) => `${m.account} (${m.name}): ${reason}`));
    return all.length > reasonsMax ? [...all.slice(0, reasonsMax), `and ${all.length - reasonsMax} more`] : all;
  };
  const borne = Math.min(tolerance, Math.max(members.length - 1, 0));
  const count = `${failed.length} failed and ${unmeasured.length} unknown, of ${members.length} accounts; tolerance ${borne}`;
  if (failed.length > borne) return { verdict: 'failed', because: [count, ...because(failed)] };
  if (failed.length + unmeasured.length > borne)
    return { verdict: 'inconclusive', because: [count, ...because([...failed, ...unmeasured])] };
  return { verdict: 'healthy', because: [count, ...because([...failed, ...unmeasured])] };
}
