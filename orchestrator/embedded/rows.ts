/** The rows of the database. Each has a mark, which is a hash of its content, and the totals have the sum of all marks. */
import { createHash } from 'node:crypto';

export interface ItemRow {
  readonly pk: string;
  readonly sk: string;
  readonly version: number;
  readonly value: string;
  readonly mark: string;
}

export interface ArtifactRow {
  readonly key: string;
  readonly text: string;
  readonly mark: string;
}

/** Describes all items after a number of writes. Two databases with the same totals have the same items. */
export interface Totals {
  /** Identifies the database, so that a replaced one is detected. */
  readonly id: string;
  /** Commits so far. */
  readonly writes: number;
  readonly items: number;
  /** The sum of the marks of all items, modulo 2^64. */
  readonly sum: string;
  readonly artifacts: number;
}

const markCharacters = 16;

const hashOf = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, markCharacters);
};

export const itemMark = ({ pk, sk, version, value }: Omit<ItemRow, 'mark'>): string =>
  hashOf(pk, sk, String(version), value);
export const artifactMark = ({ key, text }: Omit<ArtifactRow, 'mark'>): string => hashOf(key, text);
export const textMark = (text: string): string => hashOf(text);

export const noSum = '0'.repeat(markCharacters);

/** A sum does not depend on the order of writes, so a change subtracts the old mark and adds the new one. */
export const sumWith = (sum: string, { added, removed = noSum }: { added: string; removed?: string }): string =>
  BigInt.asUintN(64, BigInt(`0x${sum}`) + BigInt(`0x${added}`) - BigInt(`0x${removed}`))
    .toString(16)
    .padStart(markCharacters, '0');
