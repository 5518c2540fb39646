/** A finding of `doctor`. */

/** What a look at the installation gave: the value, or why it could not be read. */
export type Look<T> =
  | { readonly kind: 'seen'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly why: string; readonly next: string };

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'problem' | 'unknown';
  readonly saw: string;
  /** What to do; empty if all is well. */
  readonly next: string;
}

export type Judged = Pick<Finding, 'verdict' | 'saw' | 'next'>;
export const ok = (saw: string): Judged => ({ verdict: 'ok', saw, next: '' });
export const problem = (saw: string, next: string): Judged => ({ verdict: 'problem', saw, next });

/** @param refused what it means that the value could not be read. */
export function judged<T>(
  check: string,
  look: Look<T>,
  refused: 'problem' | 'unknown',
  judge: (value: T) => Judged,
): Finding {
  if (look.kind === 'seen') return { check, ...judge(look.value) };
  return { check, verdict: refused, saw: look.why, next: look.next };
}
