/** The audited gate: one trail records the API calls of every region where nobody in the account can delete them. */

import type { CheckOutcome } from '../../model/gate';
import type { Release } from '../../model/release';
import { type Answer, type Check, fixedByOthers, judged, type Place, restore } from '../check';
import type { AccountFacts } from '../fact-sources';
import type { TrailFacts } from '../facts';

/** A trail delivers every few minutes if there is any activity, and our own reads are activity [controls 000-07]. */
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
  if (!multiRegion) return fail(`${name} records only one region`);
  return logFileValidation
    ? pass(`${name} records all regions, with log file validation`)
    : fail(`${name} has no log file validation`);
};

const judgeDelivery: Judge = ({ name, logging, deliveryError, deliveredAt }, { collectedAt }) => {
  if (!logging) return fail(`${name} is not logging`);
  if (deliveryError !== undefined) return fail(`${name} cannot deliver: ${deliveryError}`);
  if (deliveredAt === undefined)
    return { outcome: 'unknown', isPending: true, observed: `${name} has not delivered yet` };
  const ageHours = (Date.parse(collectedAt) - Date.parse(deliveredAt)) / 3_600_000;
  return (ageHours <= deliveryAgeHoursMax ? pass : fail)(`${name} last delivered at ${deliveredAt}`);
};

const isOrganizations = ({ expectations }: Release): boolean =>
  expectations.organizationManaged.includes('audit-logging');

/** Another team chooses its own bucket; only the organization's trail must use the bucket that the config names. */
const bucketWanted = (release: Release, { adopted }: Place): string | undefined =>
  adopted !== undefined && !isOrganizations(release) ? undefined : release.expectations.logArchiveBucket;

const judgeDestination: Judge = ({ name, organizationTrail, bucket }, { release, place }) => {
  if (isOrganizations(release) && !organizationTrail)
    return fail(`${name} belongs to the account, not to the organization`);
  const seen = `${organizationTrail ? 'organization trail ' : ''}${name} delivers to ${bucket}`;
  return (bucket === (bucketWanted(release, place) ?? bucket) ? pass : fail)(seen);
};

const judges: readonly Judge[] = [judgeReach, judgeDelivery, judgeDestination];

/** One failure is worse than any number of unknowns. */
const badnesses: Readonly<Record<CheckOutcome, number>> = {
  notApplicable: 0,
  pass: 0,
  unknown: 1,
  fail: judges.length + 1,
};

/** The best trail. All checks judge the same one; otherwise two incomplete trails would pass as one good trail. */
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
  gate: 'audited',
  module: 'audit-logging',
  severity: 'critical',
  scope: 'account',
  needs: ['trails'],
  remediation: restore('the trail'),
  remediationByOthers: fixedByOthers,
} as const;

export const trailChecks: readonly Check[] = [
  {
    ...row,
    id: 'cloudtrail-trail-covers-all-regions',
    control: '000-07',
    title: 'A trail records all regions, with log file validation',
    judge: ask(judgeReach, () => 'a trail that records all regions, with log file validation'),
  },
  {
    ...row,
    id: 'cloudtrail-trail-delivers-logs',
    control: '000-07',
    title: 'The trail is logging and delivers its logs',
    // About 5 minutes on average, without a promise [doc:awscloudtrail/how-cloudtrail-works].
    settlesMinutes: 60,
    remediation: 'Start logging again by hand, and check that the policies of bucket and key let CloudTrail write',
    judge: ask(judgeDelivery, () => `logging, with a delivery in the last ${deliveryAgeHoursMax} hours and no error`),
  },
  {
    ...row,
    id: 'cloudtrail-trail-uses-log-archive',
    control: '002-27',
    title: 'The trail delivers to the log archive',
    judge: ask(judgeDestination, (release, place) => {
      const which = isOrganizations(release) ? 'an organization trail' : 'a trail';
      return `${which} that delivers to ${bucketWanted(release, place) ?? 'any bucket'}`;
    }),
  },
];
