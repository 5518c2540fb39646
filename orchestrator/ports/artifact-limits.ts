import { errors } from '../domain/errors';

/** Names with folders, like `templates/0a1b.json`. They are valid on S3 and on every file system, and cannot leave the folder. */
const keyForm = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*){0,7}$/;
const keyCharactersMax = 200;
/** The largest artifact is the plan, with about 300 bytes for each of 50,000 accounts. */
const bytesMax = 32 * 1024 * 1024;

export function checkKey(key: string): void {
  if (key.length > keyCharactersMax || !keyForm.test(key))
    throw errors.invalidInput(
      `artifact key "${key.slice(0, keyCharactersMax)}" is not a path of plain names`,
      `use letters, digits, ".", "_" and "-" in at most 8 names and ${keyCharactersMax} characters`,
    );
}

export function checkSize(key: string, bytes: number): void {
  if (bytes > bytesMax) throw errors.limitExceeded(`artifact ${key} of ${bytes} bytes`, `${bytesMax} bytes`);
}
