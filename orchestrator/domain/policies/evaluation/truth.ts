/** Three-valued logic: what a request does not say is neither true nor false. */
export type Truth = true | false | 'unknown';

export const not = (truth: Truth): Truth => (truth === 'unknown' ? truth : !truth);

/** One false one decides, whatever the others are. */
export const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === true && b === true ? true : 'unknown';

/** One true one decides, whatever the others are. */
export const either = (a: Truth, b: Truth): Truth => not(both(not(a), not(b)));

export const all = (truths: readonly Truth[]): Truth => truths.reduce<Truth>(both, true);
export const any = (truths: readonly Truth[]): Truth => truths.reduce<Truth>(either, false);
