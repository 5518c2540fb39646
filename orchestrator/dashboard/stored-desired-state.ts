/** The desired state of the last rollout, from the store. The deployed function has neither a config nor a build. */
import { errors } from '../domain/errors';
import type { Ports } from '../ports/ports';
import { readDesiredState } from '../records/desired-state';
import { loadDocument, loadRelease, loadTemplate } from '../records/documents';
import type { DesiredBaseline } from './api/actions';

export async function storedDesiredState(ports: Pick<Ports, 'store' | 'artifacts'>): Promise<DesiredBaseline> {
  const stored = await readDesiredState(ports);
  if (stored === undefined)
    throw errors.nothingToRollBack('no rollout has been started yet', 'start one with `strongroom rollout`');
  const [desiredState, release] = await Promise.all([
    loadDocument(ports, 'desiredState', stored.desiredState),
    loadRelease(ports, stored.release),
  ]);
  const templates = await Promise.all(
    release.modules.map(
      async ({ module, template: hash }) => [module, { hash, body: await loadTemplate(ports, hash) }] as const,
    ),
  );
  return { desiredState, baseline: { templates: Object.fromEntries(templates) } };
}
