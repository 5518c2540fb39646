/** What is concluded about the fence, from the simulator's word or from the role's own try: a denial without its control proves nothing. */

import { absent, type Fact, read, unreadable } from '../../../orchestrator/domain/health/facts';
import { judgeProbe } from '../../../orchestrator/domain/health/probe';
import {
  type Decision,
  denialIn,
  deniedRegion,
  type RegionDenyTrial,
} from '../../../orchestrator/domain/health/region-deny';
import { parseRegion } from '../../../orchestrator/domain/model/brand';
import type { ProbeResult } from '../../../orchestrator/domain/model/probe';

const at = new Date('2026-11-22T10:00:00Z');
type Row = [what: string, trial: Fact<RegionDenyTrial>, outcome: ProbeResult['outcome'], observed: string];
const said = ({ outcome, observed }: ProbeResult) => ({ outcome, observed });
const [inside, outside] = [parseRegion('us-east-1'), parseRegion('sa-east-1')];
const allowed = { decision: 'allowed', because: [] } as const;
const notAllowed = { decision: 'implicitDeny', because: [] } as const;

describe("asked of IAM's simulator, a fence that", () => {
  const denied = { decision: 'explicitDeny', because: ['region-deny'] } as const;
  const regionDeny = (deniedHere: Partial<Decision>, governed: Partial<Decision> = {}): Fact<RegionDenyTrial> =>
    read({
      by: 'simulator',
      action: 'ec2:RunInstances',
      denied: { ...denied, ...deniedHere, region: outside },
      governed: { ...allowed, ...governed, region: inside },
    });
  const by = 'according to the IAM policy simulator';
  const denial = 'ec2:RunInstances denied by region-deny in sa-east-1';
  test.each<Row>([
    ['denies outside only', regionDeny({}), 'pass', `${denial}, allowed in us-east-1, ${by}`],
    [
      'denies outside, where inside nothing is granted',
      regionDeny({}, notAllowed),
      'pass',
      `${denial}, not allowed in us-east-1, ${by}`,
    ],
    [
      'allows outside',
      regionDeny(allowed),
      'fail',
      `ec2:RunInstances allowed in sa-east-1, allowed in us-east-1, ${by}`,
    ],
    [
      'only does not grant outside',
      regionDeny(notAllowed),
      'fail',
      `ec2:RunInstances not allowed in sa-east-1, allowed in us-east-1, ${by}`,
    ],
    ['denies everywhere', regionDeny({}, denied), 'unknown', `${denial}, denied by region-deny in us-east-1, ${by}`],
    [
      'the organization stands before',
      regionDeny({ byOrganization: false }),
      'unknown',
      `ec2:RunInstances denied by an organization policy in sa-east-1, allowed in us-east-1, ${by}`,
    ],
    ['is on no role', absent, 'unknown', 'no operator role'],
    ['cannot be asked about', unreadable('denied'), 'unknown', 'denied'],
  ])('%s', (_what, trial, outcome, observed) => {
    expect(said(judgeProbe('regionDenyHolds', trial, at))).toEqual({ outcome, observed });
  });
});

describe('tried by the operator role, a fence that', () => {
  const denied = { decision: 'explicitDeny', because: ['an identity-based policy'] } as const;
  const other = { decision: 'otherDeny', because: ['a service control policy'] } as const;
  const tried = (denied: Decision, governed: Decision): Fact<RegionDenyTrial> =>
    read({
      by: 'operator',
      action: 'ec2:X',
      denied: { ...denied, region: outside },
      governed: { ...governed, region: inside },
    });
  const denial = 'ec2:X denied by an identity-based policy in sa-east-1';
  test.each<Row>([
    ['denies outside only', tried(denied, allowed), 'pass', `${denial}, allowed in us-east-1`],
    ['allows outside', tried(allowed, allowed), 'fail', 'ec2:X allowed in sa-east-1, allowed in us-east-1'],
    [
      'only does not grant outside',
      tried(notAllowed, allowed),
      'fail',
      'ec2:X not allowed in sa-east-1, allowed in us-east-1',
    ],
    [
      'denies inside too',
      tried(denied, denied),
      'unknown',
      `${denial}, denied by an identity-based policy in us-east-1`,
    ],
    // Unlike the simulator's, this control is a call that has to work.
    [
      'denies where inside nothing is granted',
      tried(denied, notAllowed),
      'unknown',
      `${denial}, not allowed in us-east-1`,
    ],
    [
      'is hidden behind another denial',
      tried(other, allowed),
      'unknown',
      'ec2:X denied by a service control policy in sa-east-1, allowed in us-east-1',
    ],
  ])('%s', (_what, trial, outcome, observed) => {
    const whole = `${observed}, tried with the operator role`;
    expect(said(judgeProbe('regionDenyHolds', trial, at))).toEqual({ outcome, observed: whole });
  });
});

describe('the words of a denial', () => {
  const who = 'User: arn:aws:sts::111122223333:assumed-role/InfraAdmin/x is not authorized to perform: ec2:X';
  test.each<[string, Decision['decision'], string[]]>([
    [`${who} with an explicit deny in an identity-based policy`, 'explicitDeny', ['an identity-based policy']],
    [
      `${who} with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/p`,
      'explicitDeny',
      ['an identity-based policy'],
    ],
    [`${who} with an explicit deny in a service control policy`, 'otherDeny', ['a service control policy']],
    [`${who} with an explicit deny in a permissions boundary: arn:x`, 'otherDeny', ['a permissions boundary']],
    [`${who} because no identity-based policy allows the ec2:X action`, 'implicitDeny', []],
    [`${who} because no permissions boundary allows the ec2:X action`, 'implicitDeny', []],
    ['You are not authorized to perform this operation.', 'otherDeny', ['a policy that AWS does not name']],
  ])('%s', (words, decision, because) => {
    expect(denialIn(words)).toEqual({ decision, because });
  });
});

test.each([
  ['us-east-1', ['us-east-1'], 'sa-east-1'],
  ['us-east-1', ['us-east-1', 'sa-east-1'], 'ap-northeast-3'],
  ['cn-north-1', ['cn-north-1'], 'cn-northwest-1'],
  ['us-gov-west-1', ['us-gov-west-1', 'us-gov-east-1'], undefined],
])('beside the home %s, with %j governed, %s is fenced', (home, governed, denied) => {
  expect(deniedRegion({ home: parseRegion(home), governed: governed.map(parseRegion) })).toBe(denied);
});
