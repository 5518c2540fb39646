/** What several invariants ask. */
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { RolloutRecord, WaveProgress } from '../../../orchestrator/domain/model/rollout';
import type { WaveDraw } from '../draws';
import type { Effect, History, Moment } from '../history';

export const minuteMs = 60_000;

const effectKinds: readonly string[] = ['entered', 'settingsWritten', 'settingsPutBack', 'driftReverted', 'operation'];
/** An effect on an account, or on StackSets. */
export type Touch = Exclude<Effect, { readonly kind: 'woken' }>;
export const isTouch = (moment: Moment): moment is Touch => effectKinds.includes(moment.kind);
export const accountsOf = (touch: Touch): readonly AccountId[] =>
  touch.kind === 'operation' ? touch.request.accounts : [touch.account];

/** A sweep only looks: it plans nothing and holds no account. */
export const isSweep = ({ by }: Pick<Effect, 'by'>): boolean => by.startsWith('sw-');

export const isGreen = ({ state }: Pick<AccountRecord, 'state'>): boolean =>
  state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS';

/** Closed since it was planned, or taken for closed by an event: nothing more is done there, and it holds up no wave. */
export const isGone = ({ isOpen, accounts }: History, id: AccountId): boolean =>
  !isOpen(id) || accounts.get(id)?.state === 'SUSPENDED';

export const currentOf = (record: RolloutRecord | undefined): WaveProgress | undefined => record?.waves[record.wave];

export const membersOf = (history: History, record: RolloutRecord, wave: string): readonly AccountId[] =>
  history
    .planOf(record)
    ?.waves.find(({ name }) => name === wave)
    ?.accounts.map(({ id }) => id) ?? [];

/** A wave as the config draws it. */
export function drawOf({ config }: History, wave: string): WaveDraw {
  const draw = config.waves.find(({ name }) => name === wave);
  if (draw === undefined) throw new Error(`the config has no wave ${wave}`);
  return draw;
}

export const stackSetOf = (wave: string, module: string): string => `strongroom-${wave}-${module}`;

/** The same content, in whatever order it was written. */
export const isSame = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'absent';
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields
    .map(([name, inner]) => `${JSON.stringify(name)}:${textOf(inner)}`)
    .sort()
    .join()}}`;
}
