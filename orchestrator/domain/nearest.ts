/** Suggests existing names for a name that does not exist. */

/** Longer texts are not typing errors, and the cost of comparing them grows with the square of their length. */
const lengthMax = 256;

/** Up to `max` plausible candidates: those that contain the name first, then those that are the fewest keystrokes away. */
export function nearestNames(name: string, candidates: readonly string[], max: number): readonly string[] {
  const wanted = name.toLowerCase();
  if (wanted.length === 0 || wanted.length > lengthMax) return [];
  return [...new Set(candidates)]
    .filter((candidate) => candidate.length > 0 && candidate.length <= lengthMax)
    .map((candidate) => ({ candidate, ...compare(wanted, candidate.toLowerCase()) }))
    .filter(({ isSensible }) => isSensible)
    .sort((a, b) => a.tier - b.tier || a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

/** Shorter parts occur in nearly every name. */
const partMin = 3;

function compare(wanted: string, candidate: string) {
  const distance = distanceBetween(wanted, candidate);
  const shorter = Math.min(wanted.length, candidate.length);
  const longer = Math.max(wanted.length, candidate.length);
  const completes = shorter >= partMin && candidate.includes(wanted);
  const shortens = shorter >= partMin && wanted.includes(candidate);
  // With up to a third of the letters wrong, it is still the same word.
  const mistyped = distance <= Math.max(1, Math.floor(longer / 3)) && distance < shorter;
  return { distance, tier: completes ? 0 : 1, isSensible: completes || shortens || mistyped };
}

/** Edit distance: how many letters to insert, delete, replace or swap with their neighbor, computed row by row. */
function distanceBetween(from: string, to: string): number {
  const [letters, others] = [[...from], [...to]];
  let before: readonly number[] = [];
  let row: readonly number[] = [0, ...others.map((_, column) => column + 1)];
  for (const [index, letter] of letters.entries()) {
    const next = [index + 1];
    for (const [column, other] of others.entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      const isExchanged = letter === others[column - 1] && letters[index - 1] === other;
      const exchanged = isExchanged ? (before[column - 1] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
