/** The audited gate: AWS Config records resource configurations and their changes in every governed region. */

import type { Release } from '../../model/release';
import { type Answer, type Check, fixedByOthers, isRunByOthers, judged, type Place, restore } from '../check';
import type { RecorderFacts } from '../facts';

const row = {
  gate: 'audited',
  module: 'aws-config',
  severity: 'critical',
  remediationByOthers: fixedByOthers,
} as const;

/** The API's model has Pending, Success, Failure and NotApplicable [bc:config:RecorderStatus]; the service varies the case. */
const judgeRecording = ({ name, recording, lastStatus }: RecorderFacts): Omit<Answer, 'expected'> => {
  if (!recording) return { outcome: 'fail', observed: `${name} is stopped` };
  const observed = `${name} is recording, last status ${lastStatus}`;
  switch (lastStatus.toUpperCase()) {
    case 'SUCCESS':
      return { outcome: 'pass', observed };
    case 'PENDING':
      return { outcome: 'unknown', isPending: true, observed };
    default:
      return { outcome: 'fail', observed };
  }
};

/**
 * Global types are recorded in the home region; each other region that records them costs extra. This holds for our recorders only:
 * another team may have another home region, or accept the cost.
 */
const typesWanted = (release: Release, place: Place): boolean | undefined => {
  if (place.region === release.regions.home) return true;
  return isRunByOthers('aws-config', release, place) ? undefined : false;
};

const typesWords = (wanted: boolean | undefined): string => {
  if (wanted === undefined) return 'all resource types';
  return wanted ? 'all resource types, including global ones' : 'all resource types except global ones';
};

const judgeTypes = ({ allSupported, globalTypes }: RecorderFacts, wanted: boolean | undefined) => {
  const isGood = allSupported && (wanted === undefined || wanted === globalTypes);
  const observed = allSupported ? typesWords(globalTypes) : 'only some resource types';
  return { outcome: isGood ? ('pass' as const) : ('fail' as const), observed };
};

export const recorderChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'config-recorder-is-recording',
    control: '000-08',
    title: 'AWS Config is recording without errors',
    // Nothing documents how long a recorder is pending [assumption A46].
    settlesMinutes: 30,
    needs: ['recorder'],
    remediation: 'Start the recorder again by hand; if it fails, check its role, its delivery channel and the bucket',
    judge: ({ recorder }) => judged(recorder, 'a recording recorder, last status SUCCESS', 'fail', judgeRecording),
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'config-recorder-covers-all-resource-types',
    control: '000-08',
    title: 'AWS Config records all resource types, global ones only in the home region',
    needs: ['recorder'],
    remediation: restore('the resource types of the recorder'),
    judge: ({ recorder }, release, place) => {
      const wanted = typesWanted(release, place);
      return judged(recorder, typesWords(wanted), 'fail', (seen) => judgeTypes(seen, wanted));
    },
  },
  {
    ...row,
    scope: 'region',
    where: 'governed',
    id: 'config-delivery-channel-delivers',
    control: '000-08',
    title: 'AWS Config delivers what it records',
    needs: ['deliveryChannel'],
    remediation:
      'Let AWS Config write to the bucket in the policies of bucket and key; create a missing delivery channel again by hand',
    judge: ({ deliveryChannel }) =>
      judged(deliveryChannel, 'a delivery channel without errors', 'fail', ({ failing }) => ({
        outcome: failing ? 'fail' : 'pass',
        observed: failing ? 'the last delivery failed' : 'a delivery channel without errors',
      })),
  },
];
