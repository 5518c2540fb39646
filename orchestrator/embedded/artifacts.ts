/** Artifacts in the same database, so that one file is the whole state. Every read checks the artifact against its mark. */
import { errors } from '../domain/errors';
import { checkKey, checkSize } from '../ports/artifact-limits';
import type { Artifacts } from '../ports/ports';
import type { Database } from './database';
import { failing } from './failures';
import { type ArtifactRow, artifactMark } from './rows';
import type { Writer } from './writer';

export function createSqliteArtifacts(place: string, database: Database, { write }: Pick<Writer, 'write'>): Artifacts {
  const one = database.prepare<[string], ArtifactRow>('select key, text, mark from artifacts where key = ?');
  const save = database.prepare('insert into artifacts (key, text, mark) values (?, ?, ?)');

  const find = (key: string): string | undefined => {
    const row = one.get(key);
    if (row !== undefined && row.mark !== artifactMark(row))
      throw errors.stateDamaged(place, `artifact ${key} was changed`);
    return row?.text;
  };

  return {
    get: async (key) => {
      checkKey(key);
      return failing(place, () => find(key));
    },
    put: async (key, text) => {
      checkKey(key);
      checkSize(key, Buffer.byteLength(text));
      return write((totals) => {
        const known = find(key);
        if (known !== undefined && known !== text) throw errors.immutableArtifact(key);
        if (known !== undefined) return { result: undefined, totals };
        save.run(key, text, artifactMark({ key, text }));
        return { result: undefined, totals: { ...totals, artifacts: totals.artifacts + 1 } };
      });
    },
  };
}
