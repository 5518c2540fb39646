/**
 * Tries the Region deny with a person's profile, over moto, which evaluates neither trust policies nor denials: a proxy answers in its place
 * where IAM would refuse a caller without MFA, and EC2 a denied Region. So these tests show what is sent and how answers are read, not what AWS answers.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorCredentials } from '../../orchestrator/domain/health/region-deny';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { type Call, ec2Fault, type Intercept, queryFault } from '../emulator/gateway';
import {
  aMember,
  answerWith,
  both,
  gateway,
  home,
  marker,
  probes,
  roleArnOf,
  useProofs,
  withOperator,
} from '../emulator/probe-rig';

useProofs();

const wanted = { operator: 'InfraAdmin', denied: parseRegion('sa-east-1'), governed: home };
const device = 'arn:aws:iam::444400000000:mfa/ada';
const codesAsked: string[] = [];
const operatorCredentials = (profile: string): OperatorCredentials => ({
  profile,
  askCode: async (asked) => {
    codesAsked.push(asked);
    return '123456';
  },
});

let folder: string;
const former = { config: process.env['AWS_CONFIG_FILE'], credentials: process.env['AWS_SHARED_CREDENTIALS_FILE'] };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-profiles-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  restore('AWS_CONFIG_FILE', former.config);
  restore('AWS_SHARED_CREDENTIALS_FILE', former.credentials);
});
function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
/** As people write them; the SDK reads each file once, so every test has its own. */
function profilesFor(account: string): void {
  const [config, credentials] = [join(folder, `config-${account}`), join(folder, `credentials-${account}`)];
  const role = (name: string, more = '') =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::${account}:role/${name === 'ada' ? 'InfraAdmin' : name}\nsource_profile = keys\n${more}`;
  writeFileSync(config, `${role('ada', `mfa_serial = ${device}\nduration_seconds = 3600\n`)}${role('Reader')}`);
  writeFileSync(
    credentials,
    '[keys]\naws_access_key_id = AKIAADA\naws_secret_access_key = s\n[mfa]\naws_access_key_id = ASIAADA\naws_secret_access_key = s\naws_session_token = with-mfa\n',
  );
  process.env['AWS_CONFIG_FILE'] = config;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
  codesAsked.length = 0;
}

const operatorEntered = (calls: readonly Call[]): readonly URLSearchParams[] =>
  calls
    .filter((call) => call.action === 'AssumeRole' && roleArnOf(call).endsWith('/InfraAdmin'))
    .map(({ body }) => new URLSearchParams(body));

/** The trust, as IAM would evaluate it: a session token here is one that was given for a code. */
const trust: Intercept = (call) => {
  if (call.action !== 'AssumeRole' || !roleArnOf(call).endsWith('/InfraAdmin')) return undefined;
  const hasMfa = call.accessKeyId.startsWith('ASIA') || new URLSearchParams(call.body).get('TokenCode') === '123456';
  return hasMfa ? undefined : queryFault(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole');
};
const words =
  'User: x is not authorized to perform: ec2:DescribeAvailabilityZones with an explicit deny in an identity-based policy';
const denyingIn =
  (...regions: readonly string[]): Intercept =>
  ({ action, region }) =>
    action === 'DescribeAvailabilityZones' && regions.includes(region)
      ? ec2Fault(403, 'UnauthorizedOperation', `You are not authorized to perform this operation. ${words}`)
      : undefined;

async function tried(profile: string, ...denied: readonly string[]) {
  const visit = await withOperator();
  profilesFor(visit.account);
  answerWith(both(trust, denyingIn(...denied)));
  const before = gateway.calls.length;
  const trial = probes.tryRegionDeny(visit, wanted, operatorCredentials(profile));
  await trial.catch(() => undefined);
  return { trial, visit, calls: gateway.calls.slice(before) };
}

test.each([
  ['names the role and a device', 'ada', [device], { SerialNumber: device, TokenCode: '123456' }],
  ['is a session with MFA', 'mfa', [], { SerialNumber: null, TokenCode: null }],
])(
  'a profile that %s enters for this one call, for 15 minutes, under the name of the run',
  async (_what, profile, asked, mfa) => {
    const { trial, calls, visit } = await tried(profile, 'sa-east-1');

    expect(await trial).toEqual({
      by: 'operator',
      action: 'ec2:DescribeAvailabilityZones',
      denied: { region: 'sa-east-1', decision: 'explicitDeny', because: ['an identity-based policy'] },
      governed: { region: home, decision: 'allowed', because: [] },
    });
    const [sent, ...more] = operatorEntered(calls);
    expect(codesAsked).toEqual(asked);
    expect(more).toEqual([]);
    expect({ SerialNumber: sent?.get('SerialNumber'), TokenCode: sent?.get('TokenCode') }).toEqual(mfa);
    expect([sent?.get('RoleSessionName'), sent?.get('DurationSeconds'), sent?.get('SourceIdentity')]).toEqual([
      marker,
      '900',
      null,
    ]);
    expect(JSON.parse(sent?.get('Policy') ?? '').Statement).toEqual([
      { Effect: 'Allow', Action: 'ec2:DescribeAvailabilityZones', Resource: '*' },
    ]);
    const reads = calls.filter(({ action }) => action === 'DescribeAvailabilityZones');
    expect(reads.map(({ account, region }) => [account, region])).toEqual([
      [visit.account, 'sa-east-1'],
      [visit.account, home],
    ]);
  },
);

test.each([
  ['no fence', [], 'allowed', 'allowed'],
  ['a denial everywhere', ['sa-east-1', 'us-east-1'], 'explicitDeny', 'explicitDeny'],
])('%s is reported as found', async (_what, regions, denied, governed) => {
  const { trial } = await tried('mfa', ...regions);

  expect(await trial).toMatchObject({ denied: { decision: denied }, governed: { decision: governed } });
});

test.each([
  ['has no MFA', 'keys', 'AccessDenied'],
  ['goes by another role', 'Reader', 'InvalidInput'],
  ['is not there', 'nobody', 'NoCredentials'],
])('a profile that %s tries nothing, and says why', async (_what, profile, code) => {
  const { trial, calls } = await tried(profile);

  await expect(trial).rejects.toMatchObject({ code });
  expect(calls.filter(({ action }) => action === 'DescribeAvailabilityZones')).toEqual([]);
});

test('what fails for another reason than a denial is no answer', async () => {
  const visit = await withOperator();
  profilesFor(visit.account);
  answerWith(({ action }) => (action === 'DescribeAvailabilityZones' ? ec2Fault(401, 'AuthFailure', 'no') : undefined));

  await expect(probes.tryRegionDeny(visit, wanted, operatorCredentials('mfa'))).rejects.toMatchObject({
    code: 'NoCredentials',
  });
});

test('where there is no operator role nobody is asked for a code', async () => {
  const { visit } = await aMember();
  profilesFor(visit.account);

  expect(await probes.tryRegionDeny(visit, wanted, operatorCredentials('ada'))).toBeUndefined();
  expect(codesAsked).toEqual([]);
});
