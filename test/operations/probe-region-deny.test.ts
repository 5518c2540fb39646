/** `verify --probe` with a profile that a person lends: the operator role tries its own fence, and the simulator is not asked. */

import type { OperatorCredentials } from '../../orchestrator/domain/health/region-deny';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { ProbeResult } from '../../orchestrator/domain/model/probe';
import { regionDeny, regionDenyName } from '../../orchestrator/domain/policies/operator-policy';
import { probeMembers } from '../../orchestrator/operations/probe';
import { membersMeant } from '../../orchestrator/operations/sweep';
import type { OutOfBandChange } from '../../orchestrator/simulated/account-contents';
import { simulatedCode, simulatedProfiles } from '../../orchestrator/simulated/probes';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, type Rig } from '../rig';
import { recordOf, waves } from './sweeping';

const config = (text: string): string => text.replace(/(name: (?:canary|sandbox),[^}]*)}/g, '$1, probe: true }');
async function rolledOut() {
  const rig = await createRig({ accounts: 40, config });
  await rig.rollOut({ waves });
  return { rig, account: anAccountIn(rig, 'Sandbox') };
}

async function fenceOf(
  rig: Rig,
  account: ReturnType<typeof anAccountIn>,
  operatorCredentials?: OperatorCredentials,
): Promise<ProbeResult> {
  const built = await baseline();
  const [passing] = await rig.inTime(async () => {
    const members = await membersMeant(rig.ports, built, rig.desiredState, { accounts: [account] });
    return probeMembers(rig.ports, rig.desiredState, members, { by: person('jo'), operatorCredentials });
  });
  const found =
    passing?.kind === 'passed' ? passing.results.find(({ probe }) => probe === 'regionDenyHolds') : undefined;
  if (found === undefined) throw new Error('the fence was not tried');
  return found;
}

const askCode = async (): Promise<string> => simulatedCode;
const withMfa: OperatorCredentials = { profile: simulatedProfiles.session, askCode };
const fencedTo = (region: string): OutOfBandChange => ({
  kind: 'change',
  of: 'roles',
  name: 'InfraAdmin',
  to: { inline: { [regionDenyName]: regionDeny([parseRegion(region)]) } },
});
const fenceGone: OutOfBandChange = { kind: 'change', of: 'roles', name: 'InfraAdmin', to: { inline: {} } };
const read = 'ec2:DescribeAvailabilityZones';
const denied = 'denied by an identity-based policy';

test.each<[string, OutOfBandChange[], ProbeResult['outcome'], string]>([
  ['is denied outside and allowed inside', [], 'pass', `${read} ${denied} in sa-east-1, allowed in us-east-1`],
  ['is allowed outside', [fenceGone], 'fail', `${read} allowed in sa-east-1, allowed in us-east-1`],
  [
    'is denied inside too',
    [fencedTo('eu-west-1')],
    'unknown',
    `${read} ${denied} in sa-east-1, ${denied} in us-east-1`,
  ],
])('who lends a session with MFA and %s', async (_what, outOfBandChanges, outcome, observed) => {
  const { rig, account } = await rolledOut();
  for (const change of outOfBandChanges) rig.world.contents.byHand(account, change);

  const found = await fenceOf(rig, account, withMfa);

  expect(found).toMatchObject({ outcome, observed: `${observed}, tried with the operator role` });
});

test.each<[string, OperatorCredentials, ProbeResult['outcome'], string]>([
  [
    'gives the code of the device',
    { profile: simulatedProfiles.device, askCode },
    'pass',
    'tried with the operator role',
  ],
  [
    'gives a wrong code',
    { profile: simulatedProfiles.device, askCode: async () => '000000' },
    'unknown',
    'sts:AssumeRole of InfraAdmin was denied',
  ],
  [
    'has keys alone',
    { profile: simulatedProfiles.keys, askCode },
    'unknown',
    'sts:AssumeRole of InfraAdmin was denied',
  ],
  ['names no profile of theirs', { profile: 'nobody', askCode }, 'unknown', 'no profile nobody'],
])('who %s', async (_what, operatorCredentials, outcome, observed) => {
  const { rig, account } = await rolledOut();

  const found = await fenceOf(rig, account, operatorCredentials);

  expect(found).toMatchObject({ outcome, observed: expect.stringContaining(observed) });
});

test('without a profile the simulator is asked, and named as the witness', async () => {
  const { rig, account } = await rolledOut();

  const found = await fenceOf(rig, account);

  expect(found).toMatchObject({
    outcome: 'pass',
    observed: expect.stringMatching(/^ec2:RunInstances .*, according to the IAM policy simulator$/),
  });
});

test('what the role tried is kept as evidence, and a fence that failed costs the account its readiness', async () => {
  const { rig, account } = await rolledOut();
  rig.world.contents.byHand(account, fenceGone);

  const found = await fenceOf(rig, account, withMfa);

  const { state, probes } = await recordOf(rig, account);
  const { remediation: _same, ...kept } = found;
  expect([state, probes?.results]).toEqual(['KEYS_AT_RISK', expect.arrayContaining([expect.objectContaining(kept)])]);
});
