/** Randomness from a seed. One seed gives one world: the same names, durations and weather, independent of the order in which they are drawn. */

export interface Random {
  /** The next number in [0, 1). */
  readonly next: () => number;
  /** A number in [0, 1) that depends on the key alone: drawing it, or not, changes nothing else. */
  readonly of: (key: string) => number;
  /** A separate source, so that subsystems do not affect each other. */
  readonly fork: (label: string) => Random;
}

/** FNV-1a over the UTF-16 units, then murmur3's finalizer: with FNV alone, similar keys give similar numbers. */
function hash32(text: string, basis: number): number {
  let h = (0x811c9dc5 ^ basis) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const toUnit = (uint32: number): number => uint32 / 2 ** 32;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    // mulberry32 by Tommy Ettinger, public domain: 32 bits of state are plenty for a simulated world.
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return toUnit((t ^ (t >>> 14)) >>> 0);
    },
    of: (key) => toUnit(hash32(key, seed)),
    fork: (label) => createRandom(hash32(label, seed)),
  };
}

/** A whole number in [least, most] from a number in [0, 1). */
export const between = (unit: number, least: number, most: number): number =>
  least + Math.floor(unit * (most - least + 1));

export function pick<T>(unit: number, from: readonly [T, ...T[]]): T {
  return from[Math.floor(unit * from.length)] ?? from[0];
}
