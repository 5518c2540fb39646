/** What the team wanted when it last started a rollout, as it was kept then: the deployed function has neither config nor build. */

import { errors } from '../domain/errors';
import type { Ports } from '../ports/ports';
import { readDesiredState } from '../records/desired-state';
import { loadDocument, loadRelease, loadTemplate } from '../records/documents';
import type { DesiredBaseline } from './api/acts';

export async function storedDesiredState(ports: Pick<Ports, 'store' | 'artifacts'>): Promise<DesiredBaseline> {
  const wanted = await readDesiredState(ports);
  if (wanted === undefined)
    throw errors.nothingToRollBack('no rollout was ever started', 'start one from the terminal');
  const [desiredState, release] = await Promise.all([
    loadDocument(ports, 'desiredState', wanted.desiredState),
    loadRelease(ports, wanted.release),
  ]);
  const templates = await Promise.all(
    release.modules.map(
      async ({ module, template: hash }) => [module, { hash, body: await loadTemplate(ports, hash) }] as const,
    ),
  );
  return { desiredState, baseline: { templates: Object.fromEntries(templates) } };
}
