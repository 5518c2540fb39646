/** The commands of docs/install.md, as they are written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = join(__dirname, '..', '..', '..', 'docs', 'install.md');

export interface Block {
  /** The heading that it is under. */
  readonly under: string;
  readonly script: string;
}

/** Every block of shell commands in the guide, in order. */
export function blocksOfGuide(): readonly Block[] {
  let under = '';
  const blocks: Block[] = [];
  for (const [, heading, script] of readFileSync(guide, 'utf8').matchAll(/^##+ ([^\n]+)$|^```sh\n(.*?)^```$/gms)) {
    if (heading !== undefined) under = heading;
    else blocks.push({ under, script: script ?? '' });
  }
  return blocks;
}

/** @throws if the guide has no such block, or has another number of them. */
export function blocksUnder(heading: string, count = 1): readonly string[] {
  const found = blocksOfGuide().filter(({ under }) => under === heading);
  if (found.length !== count)
    throw new Error(`docs/install.md has ${found.length} blocks of commands under ${heading}`);
  return found.map(({ script }) => script);
}
