/** What `doctor` says of one thing that it looked at. */

/** Something that was looked for: found, or not to be looked at, and why. */
export type Look<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly why: string; readonly next: string };

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'problem' | 'unknown';
  readonly saw: string;
  /** What to do; '' where all is well. */
  readonly next: string;
}

export type Judged = Pick<Finding, 'verdict' | 'saw' | 'next'>;
export const ok = (saw: string): Judged => ({ verdict: 'ok', saw, next: '' });
export const problem = (saw: string, next: string): Judged => ({ verdict: 'problem', saw, next });

/** What must be readable and is not is a problem; of the rest nothing is concluded. */
export function judged<T>(
  check: string,
  look: Look<T>,
  refused: 'problem' | 'unknown',
  judge: (value: T) => Judged,
): Finding {
  if (look.kind === 'seen') return { check, ...judge(look.value) };
  return { check, verdict: refused, saw: look.why, next: look.next };
}
