/** Artifacts as files, for embedded state. A file is written atomically and never overwritten. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';
import type { Artifacts } from '../ports/ports';
import { checkKey, checkSize } from './artifact-limits';
import { field } from './failures';

export function createFolderArtifacts(folder: string): Artifacts {
  const get = async (key: string): Promise<string | undefined> => {
    checkKey(key);
    const path = join(folder, key);
    try {
      checkSize(key, (await stat(path)).size);
      return await readFile(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw onDisk(folder, error);
    }
  };

  return {
    get,
    put: async (key, text) => {
      checkKey(key);
      checkSize(key, Buffer.byteLength(text));
      try {
        await writeOnce(join(folder, key), text);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw onDisk(folder, error);
        if ((await get(key)) !== text) throw errors.immutableArtifact(key);
      }
    },
  };
}

/** Writes and flushes the file under another name, then links it. Unlike a rename, a link fails if the name exists. */
async function writeOnce(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

const hasCode = (error: unknown, code: string): boolean => field(error, 'code') === code;

const onDisk = (folder: string, error: unknown): StrongroomError =>
  isStrongroomError(error)
    ? error
    : errors.invalidInput(
        `cannot use the state folder ${folder}: ${messageOf(error)}`,
        'free disk space or specify another folder with --state',
      );
