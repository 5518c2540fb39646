/** How states and outcomes look: always a word and a shape besides the colour. Words are those of the terminal, spelled for a page. */
import type { CheckOutcome } from '../../domain/model/gate';
import type { ReadinessState } from '../../domain/model/readiness';
import type { Outcome } from '../../domain/model/rollout';
import type { RolloutRow } from '../api/contract';

export type Kind = 'good' | 'bad' | 'unsure' | 'busy' | 'other';
export const glyphs: Readonly<Record<Kind, string>> = { good: '✓', bad: '✗', unsure: '?', busy: '…', other: '–' };

export const stateKinds: Readonly<Record<ReadinessState, Kind>> = {
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
/** `KEYS_AT_RISK` is `Keys at risk`. */
export const stateTitle = (state: ReadinessState): string => sentenceCase(state.replaceAll('_', ' ').toLowerCase());
/** Ids stay as they are. */
export const sentenceCase = (text: string): string =>
  /^[a-z]+([\s:,.]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

export const outcomeKinds: Readonly<Record<CheckOutcome, Kind>> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'unsure',
  notApplicable: 'other',
};
export const outcomeWords: Readonly<Record<CheckOutcome, string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'could not be measured',
  notApplicable: 'not applicable',
};

const endKinds: Readonly<Record<Outcome, Kind>> = {
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

type Standing = Pick<RolloutRow, 'status' | 'outcome' | 'paused'>;
export function rolloutKind({ status, outcome, paused }: Standing): Kind {
  if (status === 'finished') return outcome === undefined ? 'other' : endKinds[outcome];
  return status === 'awaitingApproval' || paused ? 'unsure' : 'busy';
}
export function rolloutTitle({ status, outcome, paused }: Standing): string {
  if (status === 'finished') return outcome === undefined ? 'Finished' : outcomeTitles[outcome];
  if (status === 'awaitingApproval') return 'Waits for a person';
  return paused ? 'Paused' : 'Running';
}

export const counted = (count: number): string => count.toLocaleString('en');
/** Of nothing there is no share. Everything but one is not yet 100 %. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${part === whole ? 100 : Math.min(99, Math.floor((part / whole) * 100))} %`;

/** `2026-11-22 13:10 UTC`; times are UTC, as in CloudTrail. */
export const timeOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
