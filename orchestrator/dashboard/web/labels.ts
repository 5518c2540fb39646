/** Labels and status kinds for states and outcomes. A status always has a word and a glyph, never only a color. */
import { type CheckOutcome, type CheckResult, type GateId, gateTitles, type Severity } from '../../domain/model/gate';
import type { ReadinessState } from '../../domain/model/readiness';
import type { Outcome } from '../../domain/model/rollout';
import type { RolloutRow } from '../api/contract';

export type StatusKind = 'good' | 'bad' | 'unsure' | 'busy' | 'other';
export const glyphs: Readonly<Record<StatusKind, string>> = { good: '✓', bad: '✗', unsure: '?', busy: '…', other: '–' };

export const stateKinds: Readonly<Record<ReadinessState, StatusKind>> = {
  READY_FOR_KEYS: 'good',
  BASELINE_HEALTHY: 'good',
  KEYS_AT_RISK: 'bad',
  UNHEALTHY: 'bad',
  DEPLOY_FAILED: 'bad',
  BOOTSTRAP_FAILED: 'bad',
  DRIFTED: 'bad',
  UNKNOWN: 'unsure',
  UNPLACED: 'unsure',
  OUTDATED: 'unsure',
  BOOTSTRAPPING: 'busy',
  DEPLOYING: 'busy',
  VERIFYING: 'busy',
  DEPLOYED: 'busy',
  BOOTSTRAPPED: 'busy',
  DISCOVERED: 'other',
  EXEMPT: 'other',
  SUSPENDED: 'other',
  OUT_OF_SCOPE: 'other',
};
/** `KEYS_AT_RISK` becomes `Keys at risk`. */
export const stateTitle = (state: ReadinessState): string => sentenceCase(state.replaceAll('_', ' ').toLowerCase());
/** Capitalizes a word, but leaves an id such as `ro-20261122` or an ARN as it is. */
export const sentenceCase = (text: string): string =>
  /^(?!arn:)[a-z]+([\s:,.]|$)/.test(text) ? capitalized(text) : text;
/** Messages of the API start in lower case and have no period. */
export const sentence = (text: string): string => `${sentenceCase(text)}.`;
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const gateTitle = (gate: GateId): string => capitalized(gateTitles[gate]);
export const severityTitles: Readonly<Record<Severity, string>> = { critical: 'Critical', advisory: 'Advisory' };
export const checkTitle = ({ title }: Pick<CheckResult, 'title'>): string => sentenceCase(title);

export const outcomeKinds: Readonly<Record<CheckOutcome, StatusKind>> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'unsure',
  notApplicable: 'other',
};
export const outcomeWords: Readonly<Record<CheckOutcome, string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'unknown',
  notApplicable: 'not applicable',
};

const outcomeStatusKinds: Readonly<Record<Outcome, StatusKind>> = {
  completed: 'good',
  held: 'bad',
  rolledBack: 'unsure',
  aborted: 'unsure',
  failed: 'bad',
};
export const outcomeTitles: Readonly<Record<Outcome, string>> = {
  completed: 'Completed',
  held: 'Held',
  rolledBack: 'Rolled back',
  aborted: 'Aborted',
  failed: 'Failed',
};

type RolloutState = Pick<RolloutRow, 'status' | 'outcome' | 'paused'>;
export function rolloutKind({ status, outcome, paused }: RolloutState): StatusKind {
  if (status === 'finished') return outcome === undefined ? 'other' : outcomeStatusKinds[outcome];
  return status === 'awaitingApproval' || paused ? 'unsure' : 'busy';
}
export function rolloutTitle({ status, outcome, paused }: RolloutState): string {
  if (status === 'finished') return outcome === undefined ? 'Finished' : outcomeTitles[outcome];
  if (status === 'awaitingApproval') return 'Waiting for approval';
  return paused ? 'Paused' : 'Running';
}

export const formatCount = (count: number): string => count.toLocaleString('en');
/** An empty whole has no percentage. The result is 100% only if nothing is missing. */
export const formatPercent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${part === whole ? 100 : Math.min(99, Math.floor((part / whole) * 100))}%`;

/** `2026-11-22 13:10 UTC`: times are in UTC, as in CloudTrail. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
