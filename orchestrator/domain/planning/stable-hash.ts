/**
 * Maps a text to a number from 0 up to, but not including, 1: the same on every machine and in every version. It decides which accounts
 * a percentage selects and in which order a wave visits them. A change here would move accounts between waves, so the test pins it.
 *
 * FNV-1a spreads long texts well, but not the high bits of short, similar ones, such as account ids that differ in the last digit. The
 * finalizer of MurmurHash3 corrects that.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
