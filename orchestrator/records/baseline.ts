import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTemplateHash, type TemplateHash } from '../domain/model/brand';
import { type ModuleId, moduleIds } from '../domain/model/module';

/** What the build made out of stackset-templates/ and state-machine/: aws-cdk-lib is needed to make it, and never to use it. */
export interface Baseline {
  readonly templates: Readonly<Partial<Record<ModuleId, { readonly hash: TemplateHash; readonly body: string }>>>;
  /** The state machine in Amazon States Language. */
  readonly definition: unknown;
}

/** @param dist the folder that `npm run build` wrote. */
export async function readBaseline(dist: string): Promise<Baseline> {
  const index: Record<string, string> = JSON.parse(await readFile(join(dist, 'templates', 'index.json'), 'utf8'));
  const templates: Partial<Record<ModuleId, { hash: TemplateHash; body: string }>> = {};
  for (const module of moduleIds) {
    const hash = index[module];
    if (hash === undefined) continue;
    templates[module] = {
      hash: parseTemplateHash(hash),
      body: await readFile(join(dist, 'templates', `${hash}.json`), 'utf8'),
    };
  }
  return { templates, definition: JSON.parse(await readFile(join(dist, 'state-machine.json'), 'utf8')) };
}
