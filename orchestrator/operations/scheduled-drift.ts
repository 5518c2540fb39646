/** What a schedule calls several times an hour: it looks for drift once a day in every StackSet that no rollout is changing. */

import { strongroomItself } from '../domain/model/actor';
import { parseSweepId } from '../domain/model/brand';
import type { Ports } from '../ports/ports';
import { readDesiredState } from '../records/desired-state';
import { loadDocument } from '../records/documents';
import { advanceDrift, type DriftPorts, type DriftProgress } from './detect-drift';

export const scheduledDrift =
  (ports: DriftPorts & Pick<Ports, 'artifacts'>) => async (): Promise<DriftProgress | undefined> => {
    // Before the first rollout nothing can have drifted.
    const wanted = await readDesiredState(ports);
    if (wanted === undefined) return undefined;
    const desiredState = await loadDocument(ports, 'desiredState', wanted.desiredState);
    const day = ports.clock.now().toISOString().slice(0, 'yyyy-mm-dd'.length).replaceAll('-', '');
    return advanceDrift(ports, desiredState, { id: parseSweepId(`sw-${day}-drift`), by: strongroomItself });
  };
