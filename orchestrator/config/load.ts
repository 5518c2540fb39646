import { createReadStream } from 'node:fs';
import { errors, messageOf } from '../domain/errors';
import type { DesiredState } from '../domain/model/desired-state';
import { configBytesMax } from './document';
import { formatProblem, parseConfig } from './parse';
import { field } from './values';

/** @param warn receives warnings about settings that are valid but probably unintended. */
export async function loadConfig(
  file: string,
  warn: (warning: string) => void = () => undefined,
): Promise<DesiredState> {
  const bytes = await readBytes(file);
  const parsed = parseConfig(decoder.decode(bytes), file);
  if (!parsed.ok) {
    throw errors.invalidConfig(
      file,
      parsed.problems.map((problem) => formatProblem(file, problem)),
    );
  }
  for (const warning of parsed.warnings) warn(warning);
  return parsed.desiredState;
}

// The byte order mark stays: without it, a file just over the limit would seem to be within.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads at most one byte over the limit, so that a huge file or an endless device costs nothing. parseConfig rejects it. */
async function readBytes(file: string): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file, { end: configBytesMax })) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    throw errors.invalidInput(
      `cannot read the config ${file}: ${reasonOf(error)}`,
      field(error, 'code') === 'ENOENT'
        ? 'create it with `strongroom init`, or use `--config FILE`'
        : 'use `--config FILE`',
    );
  }
}

function reasonOf(error: unknown): string {
  const code = field(error, 'code');
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'permission denied';
  return messageOf(error);
}
