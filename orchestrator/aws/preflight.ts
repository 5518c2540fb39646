/** Preflight reads of an account: whether each region responds, and which resources already exist. At most 7 calls per region. */
import pLimit from 'p-limit';
import { isStrongroomError, messageOf } from '../domain/errors';
import type { Region } from '../domain/model/brand';
import type { Preflight, Singletons } from '../ports/ports';
import { analyzerFacts, listAnalyzers } from './facts/accessanalyzer';
import { describeTrails } from './facts/cloudtrail';
import { findRecorder } from './facts/config';
import { readSnapshotBlockPublicAccess, regionsNotOptedIn } from './facts/ec2';
import { detectorAdministrator, findDetector } from './facts/guardduty';
import { isOurName, isOursByTags } from './facts/ours';
import { findHubAdministrator, findHubTags } from './facts/securityhub';
import { awsName } from './failures';
import type { Session } from './sessions';

/** Per account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

export async function preflight(session: Session, regions: readonly Region[]): Promise<Preflight> {
  const [seen, trails] = await Promise.all([
    pLimit(regionsAtOnce).map(regions, (region) => look(session, region)),
    attempt(() => trailsByRegion(session)),
  ]);
  const trailsIn = trails.kind === 'answered' ? trails.value : () => [];
  return {
    unusable: await whyUnusable(session, seen.filter(isUnusable)),
    singletons: seen.flatMap((one) => (isUnusable(one) ? [] : { ...one, trails: trailsIn(one.region) })),
  };
}

type Unusable = { readonly region: Region; readonly error: unknown };
type Seen = Omit<Singletons, 'trails'> | Unusable;
const isUnusable = (seen: Seen): seen is Unusable => 'error' in seen;

/**
 * A region is unusable if all calls in it fail, for example because of an organization policy, or if one reports that the region is still
 * being activated.
 */
async function look(session: Session, region: Region): Promise<Seen> {
  const [recorder, [detector, hub], analyzer, snapshots] = await Promise.all([
    attempt(() => recorderIn(session, region)),
    threatsIn(session, region),
    attempt(() => analyzerIn(session, region)),
    attempt(() => readSnapshotBlockPublicAccess(session, region)),
  ]);
  const attempts = [recorder, detector, hub, analyzer, snapshots];
  const refusals = attempts.flatMap((one) => (one.kind === 'refused' ? one.error : []));
  const [fatal] = refusals.length === attempts.length ? refusals : refusals.filter(isActivating);
  if (fatal !== undefined) return { region, error: refusals.find(isActivating) ?? fatal };
  const { state = '', managedBy } = answerOf(snapshots) ?? {};
  return {
    region,
    recorder: answerOf(recorder),
    detector: answerOf(detector),
    hub: answerOf(hub),
    analyzer: answerOf(analyzer),
    ...(managedBy === 'declarative-policy' && { snapshotsHeld: { state } }),
  };
}

async function recorderIn(session: Session, region: Region): Promise<Singletons['recorder']> {
  const recorder = await findRecorder(session, region);
  return recorder && { name: recorder.name, ours: isOurName(recorder.name) };
}

/** One stack creates both. If the detector is not ours, neither is the hub, and its tags need not be read. */
async function threatsIn(session: Session, region: Region) {
  const detector = await attempt(() => detectorIn(session, region));
  const isBesideAnothers = detector.kind === 'answered' && detector.value?.ours === false;
  const hub = await attempt(() => hubIn(session, region, isBesideAnothers));
  return [detector, hub] as const;
}

/** Our own detector stays in our stack, even if another account administers it. */
async function detectorIn(session: Session, region: Region): Promise<Singletons['detector']> {
  const detector = await findDetector(session, region);
  if (detector === undefined) return undefined;
  const { id, tags } = detector;
  if (isOursByTags(tags)) return { id, ours: true };
  return { id, ours: false, administrator: await detectorAdministrator(session, region, id) };
}

async function hubIn(session: Session, region: Region, isBesideAnothers: boolean): Promise<Singletons['hub']> {
  const tags = isBesideAnothers ? {} : await findHubTags(session, region);
  if (tags !== undefined && isOursByTags(tags)) return { ours: true };
  const found = tags && (await findHubAdministrator(session, region));
  return found && { ours: false, ...found };
}

async function analyzerIn(session: Session, region: Region): Promise<Singletons['analyzer']> {
  const analyzer = analyzerFacts(await listAnalyzers(session, region)).find(({ type }) => type === 'ACCOUNT');
  return analyzer && { name: analyzer.name, status: analyzer.status, ours: isOurName(analyzer.name) };
}

/** One call in the home region returns all relevant trails: those of the region and shadow trails of others. */
async function trailsByRegion(session: Session): Promise<(region: Region) => Singletons['trails']> {
  const trails = await describeTrails(session);
  return (region) =>
    trails
      .filter((trail) => region === session.home || trail.HomeRegion === region || trail.IsOrganizationTrail)
      .map((trail) => ({
        name: trail.Name ?? '',
        ours: isOurName(trail.Name),
        organization: trail.IsOrganizationTrail ?? false,
        multiRegion: trail.IsMultiRegionTrail ?? false,
      }));
}

type Attempt<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: unknown };

/** A retriable error says nothing about the region, so it is thrown. */
async function attempt<T>(run: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: 'answered', value: await run() };
  } catch (error) {
    if (isStrongroomError(error) && error.retriable) throw error;
    return { kind: 'refused', error };
  }
}

const answerOf = <T>(attempted: Attempt<T>): T | undefined =>
  attempted.kind === 'answered' ? attempted.value : undefined;

/** A new account, or a region that was just enabled, rejects credentials that work elsewhere [aws-behavior 6]. */
const activating = [
  'AuthFailure',
  'InvalidClientTokenId',
  'OptInRequired',
  'RegionDisabled',
  'SubscriptionRequired',
  'UnrecognizedClient',
];
const isActivating = (error: unknown): boolean => activating.includes(awsName(error) ?? '');

async function whyUnusable(session: Session, found: readonly Unusable[]): Promise<Preflight['unusable']> {
  if (found.length === 0) return [];
  // If this call fails, the error of the region itself is used.
  const notOptedIn = await regionsNotOptedIn(session).catch(() => new Set<string>());
  return found.map(({ region, error }) => {
    if (notOptedIn.has(region)) return { region, why: 'the account has not opted in to the region' };
    if (!isActivating(error)) return { region, why: messageOf(error) };
    return { region, why: `the region is still being activated (${awsName(error)})`, activating: true };
  });
}
