/** Three-valued logic: what a request does not say is neither true nor false. */
export type Truth = true | false | 'unknown';

export const not = (truth: Truth): Truth => (truth === 'unknown' ? truth : !truth);

/** A single false one decides, even if the other is unknown. */
export const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === true && b === true ? true : 'unknown';

/** A single true one decides, even if the other is unknown. */
export const either = (a: Truth, b: Truth): Truth => not(both(not(a), not(b)));

export const all = (truths: readonly Truth[]): Truth => truths.reduce<Truth>(both, true);
export const any = (truths: readonly Truth[]): Truth => truths.reduce<Truth>(either, false);
