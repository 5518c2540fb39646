/** What a schedule calls, some times an hour: drift is looked for once a day in every StackSet, as far as no rollout is at work there. */

import { parseSweepId } from '../domain/model/brand';
import { advanceDrift, type DriftPorts, type DriftProgress } from '../operations/detect-drift';
import type { Ports } from '../ports/ports';
import { readDesiredState } from '../records/desired-state';
import { loadDocument } from '../records/documents';

export const scheduledDrift =
  (ports: DriftPorts & Pick<Ports, 'artifacts'>) => async (): Promise<DriftProgress | undefined> => {
    // Where no rollout was ever started, there is nothing to have drifted.
    const wanted = await readDesiredState(ports);
    if (wanted === undefined) return undefined;
    const desiredState = await loadDocument(ports, 'desiredState', wanted.desiredState);
    const day = ports.clock.now().toISOString().slice(0, 'yyyy-mm-dd'.length).replaceAll('-', '');
    return advanceDrift(ports, desiredState, { id: parseSweepId(`sw-${day}-drift`) });
  };
