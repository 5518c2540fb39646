/** What each experiment shows, from what came of it: never a pass for lack of data. */

import { absent, type Fact, read, unreadable } from '../../../orchestrator/domain/health/facts';
import {
  type AlertTrial,
  judgeProbe,
  type OperatorTrial,
  standing,
  type TrailTrial,
} from '../../../orchestrator/domain/health/probe';
import { parseReleaseId } from '../../../orchestrator/domain/model/brand';
import { failedProbes, type ProbeResult } from '../../../orchestrator/domain/model/probe';

const at = new Date('2026-11-22T10:00:00Z');
type Row<T> = [what: string, trial: Fact<T>, outcome: ProbeResult['outcome'], observed: string];
const said = ({ outcome, observed }: ProbeResult) => ({ outcome, observed });

const trail = (change: Partial<TrailTrial>): Fact<TrailTrial> =>
  read({ marker: 'baseline-x', waitedMinutes: 20, logging: true, objects: 3, ...change });
test.each<Row<TrailTrial>>([
  [
    'found',
    trail({ foundIn: 's3://logs/a', waitedMinutes: 1 }),
    'pass',
    'the call of session baseline-x is in s3://logs/a, found within 1 minute',
  ],
  ['not there yet', trail({}), 'unknown', 'no record in 3 new log objects within 20 minutes; it may still arrive'],
  ['not logging', trail({ logging: false }), 'fail', 'the trail is not logging'],
  ['failing', trail({ deliveryError: 'NoSuchBucket' }), 'fail', 'CloudTrail cannot deliver: NoSuchBucket'],
  [
    'found, with an error since',
    trail({ foundIn: 'o', deliveryError: 'x' }),
    'pass',
    'the call of session baseline-x is in o, found within 20 minutes',
  ],
  ['without a trail', absent, 'fail', 'no trail covers the home region'],
  ['unreadable', unreadable('s3:GetObject was denied'), 'unknown', 's3:GetObject was denied'],
])('a marked call that is %s', (_what, trial, outcome, observed) => {
  expect(said(judgeProbe('trailDelivers', trial, at))).toEqual({ outcome, observed });
});

const alert = (change: Partial<AlertTrial>): Fact<AlertTrial> =>
  read({ findingType: 'T', isNew: true, isMade: true, hasArrived: false, waitedMinutes: 10, ...change });
const kept =
  'sample findings of all types existed already, and GuardDuty may publish those after 6 hours; none arrived within 10 minutes';
test.each<Row<AlertTrial>>([
  ['arrives', alert({ hasArrived: true, waitedMinutes: 3 }), 'pass', 'T arrived within 3 minutes'],
  ['is new and does not arrive', alert({}), 'fail', 'T was created but did not arrive within 10 minutes'],
  ['was there before and does not arrive', alert({ isNew: false }), 'unknown', kept],
  ['was there before and arrives', alert({ isNew: false, hasArrived: true }), 'pass', 'T arrived within 10 minutes'],
  ['GuardDuty does not list', alert({ isMade: false }), 'unknown', 'GuardDuty lists no sample finding of T'],
  [
    'arrives and stays',
    alert({ hasArrived: true, leftBehind: 'it' }),
    'pass',
    'T arrived within 10 minutes; could not be removed: it',
  ],
  ['has no detector', absent, 'fail', 'no detector in the home region'],
  ['cannot be made', unreadable('denied'), 'unknown', 'denied'],
])('a sample finding that %s', (_what, trial, outcome, observed) => {
  expect(said(judgeProbe('alertsArrive', trial, at))).toEqual({ outcome, observed });
});

const allowed = { decision: 'allowed', because: [] } as const;
const refused = { entered: false, said: 'AccessDenied' };
const operator = (change: Partial<OperatorTrial>): Fact<OperatorTrial> => read({ control: allowed, ...change });
const control = 'the probe cannot assume the role even with MFA';
test.each<Row<OperatorTrial>>([
  ['is refused', operator({ attempt: refused }), 'pass', 'refused: AccessDenied'],
  ['enters', operator({ attempt: { entered: true, said: '' } }), 'fail', 'the probe assumed the role without MFA'],
  ['did not try', operator({}), 'unknown', 'the probe did not try'],
  [
    'is refused, as its own policy would refuse it',
    operator({ control: { decision: 'implicitDeny', because: [] }, attempt: refused }),
    'unknown',
    `${control}: not allowed according to the IAM policy simulator`,
  ],
  [
    'is refused, as the organization would refuse it',
    operator({ control: { ...allowed, byOrganization: false }, attempt: refused }),
    'unknown',
    `${control}: allowed by an organization policy according to the IAM policy simulator`,
  ],
  ['has no role to enter', absent, 'unknown', 'no operator role'],
  ['is not configured', unreadable('no probe'), 'unknown', 'no probe'],
])('a probe without MFA that %s', (_what, trial, outcome, observed) => {
  expect(said(judgeProbe('operatorNeedsMfa', trial, at))).toEqual({ outcome, observed });
});

describe('what was shown', () => {
  const [one, other] = [parseReleaseId('r-111111111111'), parseReleaseId('r-222222222222')];
  const failed = judgeProbe('trailDelivers', trail({ logging: false }), at);
  const passed = judgeProbe('trailDelivers', trail({ foundIn: 'o' }), at);
  const unmade = judgeProbe('trailDelivers', unreadable('throttled'), at);

  test.each<[string, ProbeResult, typeof one, number]>([
    ['stands when it cannot be shown again', unmade, one, 1],
    ['is taken back by a pass', passed, one, 0],
    ['is gone with its release', unmade, other, 0],
    ['is reported again', failed, one, 1],
  ])('to fail %s', (_what, result, release, failures) => {
    const now = standing({ release: one, results: [failed] }, { release, results: [result] });

    expect(failedProbes(now, release)).toHaveLength(failures);
  });

  test('says nothing of another release', () => {
    expect(failedProbes({ release: one, results: [failed] }, other)).toEqual([]);
  });
});
