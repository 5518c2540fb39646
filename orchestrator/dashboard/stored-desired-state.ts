/** What the team wanted when it last started a rollout, as it was kept then: the deployed function has neither config nor build. */

import { errors } from '../domain/errors';
import type { Ports } from '../ports/ports';
import { loadDocument, loadRelease, loadTemplate } from '../records/documents';
import { readWanted } from '../records/waves';
import type { Wish } from './api/acts';

export async function storedWish(ports: Pick<Ports, 'store' | 'artifacts'>): Promise<Wish> {
  const wanted = await readWanted(ports);
  if (wanted === undefined)
    throw errors.nothingToTakeBack('no rollout was ever started', 'start one from the terminal');
  const [intent, release] = await Promise.all([
    loadDocument(ports, 'intent', wanted.intent),
    loadRelease(ports, wanted.release),
  ]);
  const templates = await Promise.all(
    release.modules.map(
      async ({ module, template: hash }) => [module, { hash, body: await loadTemplate(ports, hash) }] as const,
    ),
  );
  return { intent, baseline: { templates: Object.fromEntries(templates) } };
}
