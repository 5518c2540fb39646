import { createReadStream } from 'node:fs';
import { errors, messageOf } from '../domain/errors';
import type { DesiredState } from '../domain/model/desired-state';
import { configBytesMax } from './document';
import { formatProblem, parseConfig } from './parse';
import { field } from './values';

/** @param warn is told what the config allows but hardly means. */
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

// A byte order mark stays: without it, a file just over the limit would look like one within.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Never more than one byte over the limit, so that a huge file, or a device without end, costs nothing: parseConfig refuses the rest. */
async function readBytes(file: string): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file, { end: configBytesMax })) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    throw errors.invalidInput(
      `cannot read the config ${file}: ${reasonOf(error)}`,
      field(error, 'code') === 'ENOENT'
        ? 'write a first one with `strongroom init`, or name yours with `--config FILE`'
        : 'name the config with `--config FILE`',
    );
  }
}

function reasonOf(error: unknown): string {
  const code = field(error, 'code');
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return messageOf(error);
}
