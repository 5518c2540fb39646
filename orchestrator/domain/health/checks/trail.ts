/** G1: every region's calls are recorded, where nobody in the account can remove them. One trail must do all of it. */

import type { CheckOutcome } from '../../model/gate';
import type { Release } from '../../model/release';
import { type Answer, type Check, fixedByOthers, judged, type Place, putBack } from '../check';
import type { AccountFacts, TrailFacts } from '../facts';

/** A trail delivers every few minutes where anything happens at all, and being read is something [controls 000-07]. */
const deliveryAgeHoursMax = 24;

type Judged = Omit<Answer, 'expected'>;
const pass = (observed: string): Judged => ({ outcome: 'pass', observed });
const fail = (observed: string): Judged => ({ outcome: 'fail', observed });

interface Sight {
  readonly release: Release;
  readonly place: Place;
  readonly collectedAt: string;
}
type Judge = (trail: TrailFacts, sight: Sight) => Judged;

const judgeReach: Judge = ({ name, multiRegion, logFileValidation }) => {
  if (!multiRegion) return fail(`${name} records one region`);
  return logFileValidation ? pass(`${name}, all regions, validated`) : fail(`${name} without log-file validation`);
};

const judgeDelivery: Judge = ({ name, logging, deliveryError, deliveredAt }, { collectedAt }) => {
  if (!logging) return fail(`${name} does not log`);
  if (deliveryError !== undefined) return fail(`${name} cannot deliver: ${deliveryError}`);
  if (deliveredAt === undefined) return { outcome: 'unknown', observed: `${name} has not delivered yet` };
  const ageHours = (Date.parse(collectedAt) - Date.parse(deliveredAt)) / 3_600_000;
  return (ageHours <= deliveryAgeHoursMax ? pass : fail)(`${name} delivered at ${deliveredAt}`);
};

const isOrganizations = ({ expectations }: Release): boolean =>
  expectations.organizationManaged.includes('audit-logging');

/** Whoever runs the trail chose its bucket, unless the config names the one that the organization's trail must deliver to. */
const bucketWanted = (release: Release, { adopted }: Place): string | undefined =>
  adopted !== undefined && !isOrganizations(release) ? undefined : release.expectations.logArchiveBucket;

const judgeDestination: Judge = ({ name, organizationTrail, bucket }, { release, place }) => {
  if (isOrganizations(release) && !organizationTrail) return fail(`${name} is the account's own`);
  const seen = `${organizationTrail ? 'organization trail ' : ''}${name} to ${bucket}`;
  return (bucket === (bucketWanted(release, place) ?? bucket) ? pass : fail)(seen);
};

const judges: readonly Judge[] = [judgeReach, judgeDelivery, judgeDestination];

/** One failure is worse than all that is only not known yet. */
const badnesses: Readonly<Record<CheckOutcome, number>> = {
  notApplicable: 0,
  pass: 0,
  unknown: 1,
  fail: judges.length + 1,
};

/** The trail that comes nearest: all rows judge the same one, or two half-good trails would pass for a whole one. */
const nearestTrail = (trails: readonly TrailFacts[], sight: Sight): TrailFacts | undefined => {
  const badness = (trail: TrailFacts): number =>
    judges.reduce((sum, judge) => sum + badnesses[judge(trail, sight).outcome], 0);
  return trails.toSorted((a, b) => badness(a) - badness(b))[0];
};

const ask = (judge: Judge, expected: (release: Release, place: Place) => string) => {
  return ({ trails, collectedAt }: AccountFacts, release: Release, place: Place): Answer =>
    judged(trails, expected(release, place), 'fail', (seen) => {
      const sight = { release, place, collectedAt };
      const trail = nearestTrail(seen, sight);
      return trail === undefined ? fail('no trail') : judge(trail, sight);
    });
};

const row = {
  gate: 'G1',
  module: 'audit-logging',
  severity: 'critical',
  scope: 'account',
  remediation: putBack('the trail'),
  remediationByOthers: fixedByOthers,
} as const;

export const trailChecks: readonly Check[] = [
  {
    ...row,
    id: '000-07',
    title: 'a trail records every region, and its log files can be validated',
    judge: ask(judgeReach, () => 'a trail of all regions, with log-file validation'),
  },
  {
    ...row,
    id: '000-07-delivery',
    title: 'the trail logs and delivers',
    remediation:
      "Start the trail's logging again by hand, and see to it that its bucket and its key let CloudTrail write",
    judge: ask(judgeDelivery, () => `logging, no delivery error, delivered within ${deliveryAgeHoursMax} h`),
  },
  {
    ...row,
    id: '002-27',
    title: 'the trail delivers to the log archive',
    judge: ask(judgeDestination, (release, place) => {
      const which = isOrganizations(release) ? "an organization's trail" : 'a trail';
      return `${which} to ${bucketWanted(release, place) ?? 'any bucket'}`;
    }),
  },
];
