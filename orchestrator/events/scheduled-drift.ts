/** What a schedule calls, some times an hour: drift is looked for once a day in every StackSet, as far as no rollout is at work there. */

import { parseSweepId } from '../domain/model/brand';
import { advanceDrift, type DriftPorts, type DriftProgress } from '../operations/detect-drift';
import type { Ports } from '../ports/ports';
import { loadDocument } from '../records/documents';
import { readWanted } from '../records/waves';

export const scheduledDrift =
  (ports: DriftPorts & Pick<Ports, 'artifacts'>) => async (): Promise<DriftProgress | undefined> => {
    // Where no rollout was ever started, there is nothing to have drifted.
    const wanted = await readWanted(ports);
    if (wanted === undefined) return undefined;
    const intent = await loadDocument(ports, 'intent', wanted.intent);
    const day = ports.clock.now().toISOString().slice(0, 'yyyy-mm-dd'.length).replaceAll('-', '');
    return advanceDrift(ports, intent, { id: parseSweepId(`sw-${day}-drift`) });
  };
