/** The experiments over moto: queues, subscriptions, objects and roles are its own; what it lacks of GuardDuty and IAM is put before it. */
import { gzipSync } from 'node:zlib';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Clients } from '../../orchestrator/aws/clients';
import { createProofs } from '../../orchestrator/aws/proofs';
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import {
  type AccountId,
  parseAccountId,
  parseOrganizationId,
  parseRegion,
  parseSweepId,
} from '../../orchestrator/domain/brand';
import { sampleTypes } from '../../orchestrator/domain/proof';
import type { Proofs, Visit } from '../../orchestrator/ports/ports';
import { type Answer, type Call, type Gateway, type Intercept, queryFault, startGateway } from '../emulator/gateway';
import { memberClients, motoClients, motoRegion, motoStartsWithinMs } from '../emulator/moto';

const home = parseRegion(motoRegion);
const organization = parseOrganizationId('o-exampleorgid');
const bucket = 'proofs-log-archive';
const marker = 'baseline-sw-20261122-150405-ab12';
const name = 'strongroom-proof-20261122-150405-ab12';
const now = () => new Date();

let gateway: Gateway;
let clients: Clients;
let proofs: Proofs;
let instead: Intercept;
let used = 0;

beforeAll(async () => {
  gateway = await startGateway({ intercept: (call, onward) => instead(call, onward) });
  clients = motoClients(gateway);
  instead = () => undefined;
  proofs = createProofs({ clients, home, now });
  await clients.in(S3Client, home).send(new CreateBucketCommand({ Bucket: bucket }));
  // moto loads a service when it is first called, and we load its client: some seconds in all, which belong to no test.
  const { visit } = await watched();
  const member = await memberClients(clients, visit.account);
  await aTrail(member);
  await member.in(IAMClient, home).send(new ListRolesCommand({}));
  instead = guardDuty([]);
  const sample = await proofs.raiseSample(visit, home, name);
  await proofs.clearAway(visit, home, () => true, sample);
  await proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() });
  await proofs.tryOperator(visit, roles);
}, motoStartsWithinMs);
afterAll(async () => {
  clients.destroy();
  await gateway.stop();
});
beforeEach(() => {
  instead = () => undefined;
});

type Member = Pick<Clients, 'in'>;
async function aMember(): Promise<{ visit: Visit & { account: AccountId }; member: Member }> {
  used += 1;
  const account = parseAccountId(`4444${String(used).padStart(8, '0')}`);
  const rollout = parseSweepId('sw-20261122-150405-ab12');
  const visit = { account, role: 'BaselineCi', externalId: 'strongroom', rollout };
  return { visit, member: await memberClients(clients, account) };
}

async function aTrail(member: Member): Promise<void> {
  const trails = member.in(CloudTrailClient, home);
  await trails.send(
    new CreateTrailCommand({ Name: 'strongroom-trail', S3BucketName: bucket, IsMultiRegionTrail: true }),
  );
  await trails.send(new StartLoggingCommand({ Name: 'strongroom-trail' }));
}

const folderOf = (account: string): string =>
  `AWSLogs/${account}/CloudTrail/${home}/${now().toISOString().slice(0, 10).replaceAll('-', '/')}`;

/** A log object as CloudTrail delivers it. */
async function deliver(key: string, record: object): Promise<void> {
  const Body = gzipSync(JSON.stringify({ Records: [{ eventName: 'Other' }, record] }));
  await clients.in(S3Client, home).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
}
const calledBy = (session: string) => ({ userIdentity: { arn: `arn:aws:sts::1:assumed-role/BaselineCi/${session}` } });
const anHourAgo = (): Date => new Date(now().getTime() - 3_600_000);

describe('a marked call', () => {
  it('is made in the account, under the name that its record will have', async () => {
    const { visit } = await aMember();
    const before = gateway.calls.length;

    const made = await proofs.markedCall(visit);

    const calls = gateway.calls.slice(before);
    const [assumed] = calls.filter(({ action }) => action === 'AssumeRole');
    expect(made).toBe(marker);
    expect(new URLSearchParams(assumed?.body).get('RoleSessionName')).toBe(marker);
    expect(calls.at(-1)).toMatchObject({ action: 'GetCallerIdentity', region: home, account: visit.account });
  });

  it('is found in the object that has its record', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await deliver(`${folderOf(visit.account)}/one.json.gz`, calledBy('somebody'));
    await deliver(`${folderOf(visit.account)}/two.json.gz`, calledBy(marker));

    const look = await proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    expect(look).toEqual({
      logging: true,
      objects: 2,
      foundIn: `s3://${bucket}/${folderOf(visit.account)}/two.json.gz`,
    });
  });

  it.each<[string, (account: string) => Promise<void>, Date, number]>([
    ['in nothing', async () => {}, anHourAgo(), 0],
    [
      'where another spoke of it',
      (id) => deliver(`${folderOf(id)}/a.gz`, { ...calledBy('x'), said: marker }),
      anHourAgo(),
      1,
    ],
    [
      'in what was there before',
      (id) => deliver(`${folderOf(id)}/b.gz`, calledBy(marker)),
      new Date(Date.now() + 3_600_000),
      0,
    ],
    ['in another account', () => deliver(`${folderOf('999999999999')}/c.gz`, calledBy(marker)), anHourAgo(), 0],
  ])('is not found %s', async (_where, prepare, since, objects) => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await prepare(visit.account);

    const look = await proofs.lookForMarker(visit, { marker, organization, since });

    expect(look).toEqual({ logging: true, objects });
  });

  it('is looked for with the own credentials, not those of the account', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await deliver(`${folderOf(visit.account)}/one.json.gz`, calledBy(marker));
    const before = gateway.calls.length;

    await proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    const reads = gateway.calls.slice(before).filter(({ service }) => service === 's3');
    expect(new Set(reads.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['test']));
    expect(reads).toHaveLength(2);
  });

  it('has no trail that could record it', async () => {
    const { visit } = await aMember();

    expect(await proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() })).toBeUndefined();
  });

  it('cannot be looked for in a bucket that does not let itself be read', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    instead = ({ service }) => (service === 's3' ? queryFault(403, 'AccessDenied', 'no') : undefined);

    const look = proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    await expect(look).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

const json = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** As much of GuardDuty as moto lacks: findings by type, samples told by their title. */
function guardDuty(findings: { id: string; type: string; title: string; archived?: boolean }[]): Intercept {
  return (call) => {
    if (call.service !== 'guardduty') return undefined;
    const asked = JSON.parse(call.body || '{}');
    if (call.action.endsWith('/findings/create')) {
      const [type = ''] = asked.findingTypes;
      findings.push({ id: `sample-${findings.length}`, type, title: `[SAMPLE] ${type}` });
      return json({});
    }
    if (call.action.endsWith('/findings/get'))
      return json({
        findings: findings.filter(({ id }) => asked.findingIds.includes(id)).map(({ id, title }) => ({ id, title })),
      });
    if (call.action.endsWith('/findings/archive')) {
      for (const finding of findings) if (asked.findingIds.includes(finding.id)) finding.archived = true;
      return json({});
    }
    if (!call.action.endsWith('/findings')) return undefined;
    const types: readonly string[] = asked.findingCriteria.criterion.type.equals;
    return json({ findingIds: findings.filter(({ type }) => types.includes(type)).map(({ id }) => id) });
  };
}

async function watched() {
  const { visit, member } = await aMember();
  await member.in(GuardDutyClient, home).send(new CreateDetectorCommand({ Enable: true }));
  const { TopicArn } = await member.in(SNSClient, home).send(new CreateTopicCommand({ Name: 'strongroom-alerts' }));
  const ring = (id: string) =>
    member.in(SNSClient, home).send(new PublishCommand({ TopicArn, Message: JSON.stringify({ detail: { id } }) }));
  const standing = async () => {
    const { QueueUrls = [] } = await member.in(SQSClient, home).send(new ListQueuesCommand({}));
    const { Subscriptions = [] } = await member
      .in(SNSClient, home)
      .send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    return { queues: QueueUrls.map((url) => url.split('/').at(-1)), subscriptions: Subscriptions.length };
  };
  return { visit, ring, standing };
}

describe('a sample finding', () => {
  it('is of a type that was never made there, and listened for', async () => {
    const { visit, standing } = await watched();
    const findings = [{ id: 'old', type: sampleTypes[0], title: 'a real one' }];
    instead = guardDuty(findings);

    const sample = await proofs.raiseSample(visit, home, name);

    expect(sample).toEqual({ region: home, name, findingType: sampleTypes[1], isNew: true });
    expect(findings.map(({ type }) => type)).toEqual([sampleTypes[0], sampleTypes[1]]);
    expect(await standing()).toEqual({ queues: [name], subscriptions: 1 });
  });

  it('is known to be old where every type was made before', async () => {
    const { visit } = await watched();
    instead = guardDuty(sampleTypes.map((type, index) => ({ id: `${index}`, type, title: `[SAMPLE] ${type}` })));

    expect(await proofs.raiseSample(visit, home, name)).toMatchObject({ isNew: false });
  });

  it('has arrived when its own message came through the topic, and not when another did', async () => {
    const { visit, ring } = await watched();
    instead = guardDuty([]);
    const sample = await proofs.raiseSample(visit, home, name);
    if (sample === undefined) throw new Error('nothing was raised');

    await ring('another');
    const other = await proofs.lookForSample(visit, sample);
    await ring('sample-0');
    const own = await proofs.lookForSample(visit, sample);

    expect([other, own]).toEqual([
      { isMade: true, hasArrived: false },
      { isMade: true, hasArrived: true },
    ]);
  });

  it('leaves nothing behind: its finding archived, no queue, no subscription, and what others made untouched', async () => {
    const { visit, standing } = await watched();
    const findings: Parameters<typeof guardDuty>[0] = [];
    instead = guardDuty(findings);
    const sample = await proofs.raiseSample(visit, home, name);
    await proofs.raiseSample(visit, home, 'strongroom-proof-of-another');
    findings.push({ id: 'real', type: sample?.findingType ?? '', title: 'Somebody is in' });

    await proofs.clearAway(visit, home, (other) => other === name, sample);
    await proofs.clearAway(visit, home, (other) => other === name, sample);

    expect(await standing()).toEqual({ queues: ['strongroom-proof-of-another'], subscriptions: 1 });
    expect(findings.map(({ archived }) => archived === true)).toEqual([true, false, false]);
  });

  it.each(['detector', 'topic'])('cannot be followed without a %s', async (missing) => {
    const { visit, member } = await aMember();
    if (missing === 'topic') await member.in(GuardDutyClient, home).send(new CreateDetectorCommand({ Enable: true }));
    instead = guardDuty([]);

    expect(await proofs.raiseSample(visit, home, name)).toBeUndefined();
  });

  it('that moto cannot make is not made: nothing passes for lack of it', async () => {
    const { visit } = await watched();

    await expect(proofs.raiseSample(visit, home, name)).rejects.toMatchObject({ code: 'AwsRefused' });
  });
});

const xml = (action: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response><${action}Result>${body}</${action}Result></${action}Response>`,
});
const simulation = (decide: (asked: URLSearchParams) => string, more = ''): Intercept => {
  return ({ action, body }) =>
    action === 'SimulatePrincipalPolicy'
      ? xml(
          action,
          `<EvaluationResults><member><EvalActionName>x</EvalActionName><EvalDecision>${decide(new URLSearchParams(body))}</EvalDecision>${more}</member></EvaluationResults>`,
        )
      : undefined;
};
const both =
  (...intercepts: readonly Intercept[]): Intercept =>
  (call, onward) => {
    for (const intercept of intercepts) {
      const answer = intercept(call, onward);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
const roleArnOf = ({ body }: Call): string => new URLSearchParams(body).get('RoleArn') ?? '';
const closed: Intercept = (call) =>
  call.action === 'AssumeRole' && roleArnOf(call).endsWith('/InfraAdmin')
    ? queryFault(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole')
    : undefined;

async function withOperator() {
  const { visit, member } = await aMember();
  await member
    .in(IAMClient, home)
    .send(new CreateRoleCommand({ RoleName: 'InfraAdmin', AssumeRolePolicyDocument: '{}' }));
  return visit;
}
const roles = { operator: 'InfraAdmin', probe: 'Probe' };

describe('the operator role', () => {
  it('that refuses the probe has said so to the probe, without MFA', async () => {
    const visit = await withOperator();
    instead = both(
      simulation(() => 'allowed'),
      closed,
    );
    const before = gateway.calls.length;

    const trial = await proofs.tryOperator(visit, roles);

    const entered = gateway.calls.slice(before).filter(({ action }) => action === 'AssumeRole');
    const [attempt] = entered.filter((call) => roleArnOf(call).endsWith('/InfraAdmin'));
    expect(trial).toMatchObject({ control: { decision: 'allowed' }, attempt: { entered: false } });
    expect(attempt?.account).toBe(visit.account);
    expect(new URLSearchParams(attempt?.body).has('SerialNumber')).toBe(false);
  });

  it('that lets it in gives a session that may do nothing', async () => {
    const visit = await withOperator();
    instead = simulation(() => 'allowed');
    const before = gateway.calls.length;

    const trial = await proofs.tryOperator(visit, roles);

    const attempt = gateway.calls.slice(before).findLast(({ action }) => action === 'AssumeRole');
    expect(trial?.attempt).toEqual({ entered: true, said: '' });
    expect(JSON.parse(new URLSearchParams(attempt?.body).get('Policy') ?? '{}').Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ]);
  });

  it('is not tried where the control says that the probe may not', async () => {
    const visit = await withOperator();
    instead = simulation(() => 'implicitDeny');
    const before = gateway.calls.length;

    const trial = await proofs.tryOperator(visit, roles);

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
    instead = both(
      simulation(() => 'allowed'),
      failing,
    );

    await expect(proofs.tryOperator(visit, roles)).rejects.toMatchObject({ code });
  });

  it('is not there, and so refuses nobody', async () => {
    const { visit } = await aMember();

    expect(await proofs.tryOperator(visit, roles)).toBeUndefined();
  });

  it("is fenced as IAM's simulator says, region by region, with what it says of the organization", async () => {
    const visit = await withOperator();
    const detail =
      '<MatchedStatements><member><SourcePolicyId>role_InfraAdmin_region-fence</SourcePolicyId></member></MatchedStatements><OrganizationsDecisionDetail><AllowedByOrganizations>true</AllowedByOrganizations></OrganizationsDecisionDetail>';
    const regionOf = (asked: URLSearchParams) => asked.get('ContextEntries.member.1.ContextKeyValues.member.1');
    instead = simulation((asked) => (regionOf(asked) === home ? 'allowed' : 'explicitDeny'), detail);

    const trial = await proofs.askFence(visit, {
      operator: 'InfraAdmin',
      fenced: parseRegion('sa-east-1'),
      governed: home,
    });

    const said = { because: ['role_InfraAdmin_region-fence'], byOrganization: true };
    expect(trial).toEqual({
      action: 'ec2:RunInstances',
      fenced: { region: 'sa-east-1', decision: 'explicitDeny', ...said },
      governed: { region: home, decision: 'allowed', ...said },
    });
  });

  it('is not judged by moto, which has no simulator', async () => {
    const visit = await withOperator();

    const trial = proofs.askFence(visit, { operator: 'InfraAdmin', fenced: parseRegion('sa-east-1'), governed: home });

    await expect(trial).rejects.toMatchObject({ code: 'AwsUnavailable' });
  });
});

describe('all experiments together', () => {
  let calls: readonly Call[] = [];
  // The whole of it, which takes some seconds where the machine is busy.
  beforeAll(async () => {
    instead = () => undefined;
    const { visit, ring } = await watched();
    const member = await memberClients(clients, visit.account);
    await aTrail(member);
    await member
      .in(IAMClient, home)
      .send(new CreateRoleCommand({ RoleName: 'InfraAdmin', AssumeRolePolicyDocument: '{}' }));
    instead = both(
      guardDuty([]),
      simulation(() => 'allowed'),
    );
    const before = gateway.calls.length;

    await proofs.markedCall(visit);
    await proofs.lookForMarker(visit, { marker, organization, since: anHourAgo() });
    const sample = await proofs.raiseSample(visit, home, name);
    if (sample === undefined) throw new Error('nothing was raised');
    await ring('sample-0');
    await proofs.lookForSample(visit, sample);
    await proofs.clearAway(visit, home, () => true, sample);
    await proofs.tryOperator(visit, roles);
    await proofs.askFence(visit, { operator: 'InfraAdmin', fenced: parseRegion('sa-east-1'), governed: home });

    calls = gateway.calls.slice(before);
  }, motoStartsWithinMs);

  it('make exactly the calls that their session policy allows', () => {
    const session = calls.find(({ action }) => action === 'GetCallerIdentity')?.accessKeyId;
    const made = calls.filter(({ accessKeyId }) => accessKeyId === session).map(iamActionOf);
    const allowed: readonly { readonly Action: readonly string[] }[] = JSON.parse(sessionPolicy('proof')).Statement;
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
