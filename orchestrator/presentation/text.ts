/** Text for terminals and machines. Names, reasons and observations come from other accounts, so they are never trusted. */

/** Control characters, format characters (which change the direction of text or hide it) and line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line of plain text, without anything that a terminal would obey. */
export const clean = (text: string): string => text.replace(/\s+/g, ' ').replace(unprintable, '\u{fffd}');

/** Cleans every text in a value. Keys are ours and stay. */
export function cleaned<T>(value: T): T;
export function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item: unknown) => cleaned(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner)]));
}

/** Whether a text has visible characters. */
export const saysSomething = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);

/** A name that somebody chose, on one line and not too long; undefined if nothing of it is visible. */
export const chosenName = (text: string, charactersMax: number): string | undefined =>
  saysSomething(text) ? [...clean(text).trim()].slice(0, charactersMax).join('') : undefined;

/** JSON that keeps every character, but escapes those that a terminal would obey. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(/[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** A spreadsheet evaluates text that begins like a formula; an apostrophe prevents that. */
export function csvCell(value: string): string {
  const safe = /^\s*[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `2 h 31 min`, `4 min`, `12 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 48) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return `${Math.round(hours / 24)} days`;
}

/** `13:10:44`, with the date if it is not today. All times are UTC, as in CloudTrail. */
export function clockTime(iso: string, now?: Date): string {
  const isToday = now === undefined || now.toISOString().slice(0, 10) === iso.slice(0, 10);
  return isToday ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** The first few items: `a, b, c and 17 more`. */
export function few(items: readonly string[], max: number): string {
  // Naming one more item takes no more space than counting it.
  const shown = items.length <= max + 1 ? items : items.slice(0, max);
  const more = items.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Columns of plain text; the last is not padded. */
export function table(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    `${indent}${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}

/** Groups are in the order in which their keys first occur. */
export function groupedBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups];
}
