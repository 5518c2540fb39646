import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { type Call, type Intercept, queryFault } from '../emulator/gateway';
import { memberClients } from '../emulator/moto';
import {
  aMember,
  anHourAgo,
  answerWith,
  aTrail,
  both,
  bus,
  clients,
  closed,
  gateway,
  guardDuty,
  home,
  marker,
  organization,
  probes,
  roleArnOf,
  roles,
  simulation,
  useProofs,
  watched,
  withOperator,
} from '../emulator/probe-rig';

useProofs();

describe('the operator role', () => {
  it('that refuses the probe has said so to the probe, without MFA', async () => {
    const visit = await withOperator();
    answerWith(
      both(
        simulation(() => 'allowed'),
        closed,
      ),
    );
    const before = gateway.calls.length;

    const trial = await probes.tryOperator(visit, roles);

    const entered = gateway.calls.slice(before).filter(({ action }) => action === 'AssumeRole');
    const [attempt] = entered.filter((call) => roleArnOf(call).endsWith('/InfraAdmin'));
    expect(trial).toMatchObject({ control: { decision: 'allowed' }, attempt: { entered: false } });
    expect(attempt?.account).toBe(visit.account);
    expect(new URLSearchParams(attempt?.body).has('SerialNumber')).toBe(false);
  });

  it('that lets it in gives a session that may do nothing', async () => {
    const visit = await withOperator();
    answerWith(simulation(() => 'allowed'));
    const before = gateway.calls.length;

    const trial = await probes.tryOperator(visit, roles);

    const attempt = gateway.calls.slice(before).findLast(({ action }) => action === 'AssumeRole');
    expect(trial?.attempt).toEqual({ entered: true, said: '' });
    expect(JSON.parse(new URLSearchParams(attempt?.body).get('Policy') ?? '{}').Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ]);
  });

  it('is not tried where the control says that the probe may not', async () => {
    const visit = await withOperator();
    answerWith(simulation(() => 'implicitDeny'));
    const before = gateway.calls.length;

    const trial = await probes.tryOperator(visit, roles);

    expect(trial).toEqual({ control: { decision: 'implicitDeny', because: [] } });
    expect(gateway.calls.slice(before).map(roleArnOf).join()).not.toContain('Probe');
  });

  it.each([
    ['/Probe', 'AccessDenied', 'AccessDenied'],
    // A region that is turned off is refused with the same status, and says nothing of the role.
    ['/InfraAdmin', 'RegionDisabledException', 'AccessDenied'],
    ['/InfraAdmin', 'ExpiredToken', 'NoCredentials'],
  ])('is not proved where %s is answered with %s', async (role, name, code) => {
    const visit = await withOperator();
    const failing: Intercept = (call) =>
      call.action === 'AssumeRole' && roleArnOf(call).endsWith(role) ? queryFault(403, name, 'no') : undefined;
    answerWith(
      both(
        simulation(() => 'allowed'),
        failing,
      ),
    );

    await expect(probes.tryOperator(visit, roles)).rejects.toMatchObject({ code });
  });

  it('is not there, and so refuses nobody', async () => {
    const { visit } = await aMember();

    expect(await probes.tryOperator(visit, roles)).toBeUndefined();
  });

  it("is fenced as IAM's simulator says, region by region, with what it says of the organization", async () => {
    const visit = await withOperator();
    const detail =
      '<MatchedStatements><member><SourcePolicyId>role_InfraAdmin_region-deny</SourcePolicyId></member></MatchedStatements><OrganizationsDecisionDetail><AllowedByOrganizations>true</AllowedByOrganizations></OrganizationsDecisionDetail>';
    const regionOf = (asked: URLSearchParams) => asked.get('ContextEntries.member.1.ContextKeyValues.member.1');
    answerWith(simulation((asked) => (regionOf(asked) === home ? 'allowed' : 'explicitDeny'), detail));

    const trial = await probes.simulateRegionDeny(visit, {
      operator: 'InfraAdmin',
      denied: parseRegion('sa-east-1'),
      governed: home,
    });

    const said = { because: ['role_InfraAdmin_region-deny'], byOrganization: true };
    expect(trial).toEqual({
      by: 'simulator',
      action: 'ec2:RunInstances',
      denied: { region: 'sa-east-1', decision: 'explicitDeny', ...said },
      governed: { region: home, decision: 'allowed', ...said },
    });
  });

  it('is not judged by moto, which has no simulator', async () => {
    const visit = await withOperator();

    const trial = probes.simulateRegionDeny(visit, {
      operator: 'InfraAdmin',
      denied: parseRegion('sa-east-1'),
      governed: home,
    });

    await expect(trial).rejects.toMatchObject({ code: 'AwsUnavailable' });
  });
});

describe('all experiments together', () => {
  let calls: readonly Call[] = [];
  // The whole of it, which takes some seconds where the machine is busy.
  beforeAll(async () => {
    answerWith(() => undefined);
    const { visit } = await watched();
    const member = await memberClients(clients, visit.account);
    await aTrail(member);
    await member
      .in(IAMClient, home)
      .send(new CreateRoleCommand({ RoleName: 'InfraAdmin', AssumeRolePolicyDocument: '{}' }));
    answerWith(
      both(
        guardDuty([]),
        simulation(() => 'allowed'),
      ),
    );
    const before = gateway.calls.length;

    await probes.markedCall(visit);
    await probes.lookForMarker(visit, { marker, organization, since: anHourAgo() });
    const sample = await probes.raiseSample(visit, home);
    if (sample === undefined) throw new Error('nothing was raised');
    await probes.lookForSample(visit, sample, bus);
    await probes.clearAway(visit, sample);
    await probes.tryOperator(visit, roles);
    await probes.simulateRegionDeny(visit, {
      operator: 'InfraAdmin',
      denied: parseRegion('sa-east-1'),
      governed: home,
    });

    calls = gateway.calls.slice(before);
  });

  it('make exactly the calls that their session policy allows', () => {
    const session = calls.find(({ action }) => action === 'GetCallerIdentity')?.accessKeyId;
    const made = calls.filter(({ accessKeyId }) => accessKeyId === session).map(iamActionOf);
    const allowed: readonly { readonly Action: readonly string[] }[] = JSON.parse(sessionPolicy('probe')).Statement;
    expect([...new Set(made)].sort()).toEqual(allowed.flatMap(({ Action }) => Action).sort());
  });
});

/** Calls of GuardDuty have no name on the wire, only a method and a path. */
const guardDutyActions: readonly (readonly [path: RegExp, action: string])[] = [
  [/^GET \/detector$/, 'ListDetectors'],
  [/\/findings\/create$/, 'CreateSampleFindings'],
  [/\/findings\/get$/, 'GetFindings'],
  [/\/findings\/archive$/, 'ArchiveFindings'],
  [/\/findings$/, 'ListFindings'],
];
const iamActionOf = ({ service, action }: Call): string =>
  `${service}:${guardDutyActions.find(([path]) => service === 'guardduty' && path.test(action))?.[1] ?? action}`;
