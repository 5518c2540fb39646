/**
 * A number from 0 up to, but not including, 1 for a text: the same on every machine and in every version. It decides which accounts
 * a percentage takes and in which order a wave visits them, so a change here would move accounts between waves: the test pins it.
 *
 * FNV-1a spreads well over long texts but not over the high bits of short, similar ones, such as account ids that differ in the last
 * digit; the finalizer of MurmurHash3 mends that.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
