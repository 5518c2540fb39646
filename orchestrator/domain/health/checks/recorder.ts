/** G1: how resources were configured, and when that changed, is recorded in every governed region. */

import type { Release } from '../../model/release';
import { type Answer, type Check, fixedByOthers, isRunByOthers, judged, type Place, putBack } from '../check';
import type { RecorderFacts } from '../facts';

const row = {
  gate: 'G1',
  module: 'aws-config',
  severity: 'critical',
  remediationByOthers: fixedByOthers,
} as const;

/** The API writes Pending, Success, Failure, NotApplicable [bc:config:RecorderStatus], and its users all kinds of cases. */
const judgeRecording = ({ name, recording, lastStatus }: RecorderFacts): Omit<Answer, 'expected'> => {
  if (!recording) return { outcome: 'fail', observed: `${name} is off` };
  const observed = `${name} is on, last status ${lastStatus}`;
  switch (lastStatus.toUpperCase()) {
    case 'SUCCESS':
      return { outcome: 'pass', observed };
    case 'PENDING':
      return { outcome: 'unknown', observed };
    default:
      return { outcome: 'fail', observed };
  }
};

/**
 * Global types are recorded at home; a copy from another region is paid for again. That is for us to avoid: who else runs the
 * recorder may have another home, or the means.
 */
const typesWanted = (release: Release, place: Place): boolean | undefined => {
  if (place.region === release.regions.home) return true;
  return isRunByOthers('aws-config', release, place) ? undefined : false;
};

const typesWords = (wanted: boolean | undefined): string => {
  if (wanted === undefined) return 'all types';
  return wanted ? 'all types, and the global ones' : 'all types, but for the global ones';
};

const judgeTypes = ({ allSupported, globalTypes }: RecorderFacts, wanted: boolean | undefined) => {
  const isGood = allSupported && (wanted === undefined || wanted === globalTypes);
  const observed = allSupported ? typesWords(globalTypes) : 'some types only';
  return { outcome: isGood ? ('pass' as const) : ('fail' as const), observed };
};

export const recorderChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-08',
    title: 'AWS Config records, and does so well',
    remediation: 'Start the recorder again by hand; if it fails, see to its role, its delivery channel and the bucket',
    judge: ({ recorder }) => judged(recorder, 'a recorder that is on, last status SUCCESS', 'fail', judgeRecording),
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-08-types',
    title: 'AWS Config records all types, and global ones at home only',
    remediation: putBack("the recorder's types"),
    judge: ({ recorder }, release, place) => {
      const wanted = typesWanted(release, place);
      return judged(recorder, typesWords(wanted), 'fail', (seen) => judgeTypes(seen, wanted));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: '000-08-delivery',
    title: 'what AWS Config records is delivered',
    remediation:
      'Let AWS Config write to the bucket, by the policies of the bucket and its key; a channel that is gone is made again by hand',
    judge: ({ deliveryChannel }) =>
      judged(deliveryChannel, 'a delivery channel that does not fail', 'fail', ({ failing }) => ({
        outcome: failing ? 'fail' : 'pass',
        observed: failing ? 'a channel that fails to deliver' : 'a channel that does not fail',
      })),
  },
];
