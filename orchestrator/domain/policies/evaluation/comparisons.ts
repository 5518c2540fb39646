/** Values of condition keys as what they mean: numbers, dates, addresses, bytes. Undefined is a text that is none. */

/** A decimal number of any length, exactly: an integer, and how many of its digits follow the point. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const longestNumber = 100;

export function decimalOf(text: string): Decimal | undefined {
  if (text.length > longestNumber) return undefined;
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  return { digits: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), scale: fraction.length };
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = a.digits * 10n ** BigInt(scale - a.scale) - b.digits * 10n ** BigInt(scale - b.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** "One of the W3C implementations of the ISO 8601 date formats" [doc:IAM/reference_policies_elements_condition_operators]. */
const isoForm = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** Milliseconds since 1970, from an ISO date or from epoch seconds. Four digits are a year. */
export function dateOf(text: string): number | undefined {
  const iso = isoForm.exec(text);
  if (iso === null) return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) * 1000 : undefined;
  const part = (at: number, otherwise: number): number => (iso[at] === undefined ? otherwise : Number(iso[at]));
  const [year, month, day, hour, minute, second] = [
    part(1, 0),
    part(2, 1),
    part(3, 1),
    part(4, 0),
    part(5, 0),
    part(6, 0),
  ];
  // A date that the calendar does not have would be shifted to one that it has.
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (month < 1 || midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(iso[8] ?? '') ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  const fraction = Number(`0.${iso[7] ?? '0'}`) * 1000;
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}

/** A block of addresses: an address, and how many of its leading bits count. */
export interface Block {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

export function addressOf(text: string): Omit<Block, 'prefix'> | undefined {
  const address = text.includes(':') ? ipv6(text) : ipv4(text);
  return address === undefined ? undefined : { bits: text.includes(':') ? 128 : 32, address };
}

/** "If you specify an IP address without the associated routing prefix, IAM uses the default prefix value of /32". */
export function blockOf(text: string): Block | undefined {
  const [written = '', prefix, ...more] = text.split('/');
  const address = addressOf(written);
  if (address === undefined || more.length > 0) return undefined;
  if (prefix === undefined) return { ...address, prefix: address.bits };
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= address.bits
    ? { ...address, prefix: Number(prefix) }
    : undefined;
}

/** IPv4 and IPv6 are never in each other's blocks. */
export function isInBlock({ bits, address }: Omit<Block, 'prefix'>, block: Block): boolean {
  const ignored = BigInt(block.bits - block.prefix);
  return bits === block.bits && address >> ignored === block.address >> ignored;
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some readers and decimal to others.
  const isByte = (part: string) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  if (parts.length !== 4 || !parts.every(isByte)) return undefined;
  return parts.reduce((address, part) => address * 256n + BigInt(part), 0n);
}

function ipv6(text: string): bigint | undefined {
  if (text.length > 45) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? undefined : ipv4(dotted[2] ?? '');
  if (dotted !== null && tail === undefined) return undefined;
  const written =
    tail === undefined ? text : `${dotted?.[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const halves = written.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], rest = []] = halves;
  const groups = [...head, ...rest];
  if (halves.length > 2 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  if (halves.length === 1 ? groups.length !== 8 : groups.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - groups.length }, () => '0');
  return [...head, ...zeros, ...rest].reduce((address, group) => address * 65_536n + BigInt(`0x${group}`), 0n);
}

const digits64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes of a base64 text, in hexadecimal digits. */
export function bytesOf(text: string): string | undefined {
  const digits = text.replace(/={0,2}$/, '');
  if (!/^[A-Za-z\d+/]*$/.test(digits) || digits.length % 4 === 1) return undefined;
  let [bytes, held, bits] = ['', 0, 0];
  for (const digit of digits) {
    held = (held << 6) | digits64.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += ((held >> bits) & 0xff).toString(16).padStart(2, '0');
    held &= (1 << bits) - 1;
  }
  return bytes;
}
