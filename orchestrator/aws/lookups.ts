/** How each lookup of preflight is asked from AWS: one function per row of the table. It returns undefined if there is nothing. */
import type { Region } from '../domain/model/brand';
import type { LookupId, LookupValues } from '../domain/model/lookups';
import { analyzerFacts, listAnalyzers } from './facts/accessanalyzer';
import { describeTrails } from './facts/cloudtrail';
import { findRecorder } from './facts/config';
import { readSnapshotBlockPublicAccess } from './facts/ec2';
import { detectorAdministrator, findDetector } from './facts/guardduty';
import { isOurName, isOursByTags } from './facts/ours';
import { findHubAdministrator, findHubTags } from './facts/securityhub';
import type { Session } from './sessions';

export interface Looking {
  readonly session: Session;
  readonly region: Region;
  /** The answer to another lookup of the region; undefined if there is none, or if it is not wanted. */
  readonly found: <Id extends LookupId>(id: Id) => Promise<LookupValues[Id] | undefined>;
}

export type Lookers = {
  readonly [Id in LookupId]: (looking: Looking) => Promise<LookupValues[Id] | undefined>;
};

export const lookers: Lookers = {
  recorder: async ({ session, region }) => {
    const recorder = await findRecorder(session, region);
    return recorder && { name: recorder.name, ours: isOurName(recorder.name) };
  },

  /** Our own detector stays in our stack, even if another account administers it. */
  detector: async ({ session, region }) => {
    const detector = await findDetector(session, region);
    if (detector === undefined) return undefined;
    const { id, tags } = detector;
    if (isOursByTags(tags)) return { id, ours: true };
    return { id, ours: false, administrator: await detectorAdministrator(session, region, id) };
  },

  /** One stack creates both. If the detector is not ours, neither is the hub, and its tags need not be read. */
  hub: async ({ session, region, found }) => {
    const detector = await found('detector');
    const tags = detector?.ours === false ? {} : await findHubTags(session, region);
    if (tags !== undefined && isOursByTags(tags)) return { ours: true };
    const hub = tags && (await findHubAdministrator(session, region));
    return hub && { ours: false, ...hub };
  },

  analyzer: async ({ session, region }) => {
    const analyzer = analyzerFacts(await listAnalyzers(session, region)).find(({ type }) => type === 'ACCOUNT');
    return analyzer && { name: analyzer.name, status: analyzer.status, ours: isOurName(analyzer.name) };
  },

  snapshotsHeld: async ({ session, region }) => {
    const { state, managedBy } = await readSnapshotBlockPublicAccess(session, region);
    return managedBy === 'declarative-policy' ? { state } : undefined;
  },

  trails: async ({ session }) =>
    (await describeTrails(session)).map((trail) => ({
      name: trail.Name ?? '',
      ours: isOurName(trail.Name),
      organization: trail.IsOrganizationTrail ?? false,
      multiRegion: trail.IsMultiRegionTrail ?? false,
    })),
};
