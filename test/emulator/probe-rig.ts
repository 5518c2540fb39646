/** The experiments over moto: objects and roles are its own; what it lacks of GuardDuty and IAM is put before it. */
import { gzipSync } from 'node:zlib';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Clients } from '../../orchestrator/aws/clients';
import { createProbes } from '../../orchestrator/aws/probes';
import {
  type AccountId,
  parseAccountId,
  parseOrganizationId,
  parseRegion,
  parseSweepId,
} from '../../orchestrator/domain/model/brand';
import { alertRecordsOf, publishedSampleKey } from '../../orchestrator/domain/model/resource-names';
import type { Probes, Visit } from '../../orchestrator/ports/ports';
import { type Answer, type Call, type Gateway, type Intercept, queryFault, startGateway } from './gateway';
import { memberClients, motoClients, motoRegion } from './moto';

export const home = parseRegion(motoRegion);
export const organization = parseOrganizationId('o-exampleorgid');
export const bucket = 'proofs-log-archive';
export const marker = 'baseline-sw-20261122-150405-ab12';
export const bus = `arn:aws:events:${motoRegion}:333344445555:event-bus/strongroom-alerts`;
export const now = () => new Date();

export let gateway: Gateway;
export let clients: Clients;
export let probes: Probes;
let instead: Intercept;
let used = 0;

/** What stands between us and moto in this test. */
export const answerWith = (intercept: Intercept): void => {
  instead = intercept;
};

/** A moto of its own for the tests of a file. */
export function useProofs(): void {
  beforeAll(async () => {
    gateway = await startGateway({ intercept: (call, onward) => instead(call, onward) });
    clients = motoClients(gateway);
    instead = () => undefined;
    probes = createProbes({ clients, home, now });
    for (const Bucket of [bucket, alertRecordsOf(bus).bucket])
      await clients.in(S3Client, home).send(new CreateBucketCommand({ Bucket }));
    // moto loads a service when it is first called, and we load its client: some seconds in all, which belong to no test.
    const { visit } = await watched();
    const member = await memberClients(clients, visit.account);
    await aTrail(member);
    await member.in(IAMClient, home).send(new ListRolesCommand({}));
    instead = guardDuty([]);
    const sample = await probes.raiseSample(visit, home);
    if (sample !== undefined) await probes.clearAway(visit, sample);
    await probes.lookForMarker(visit, { marker, organization, since: anHourAgo() });
    await probes.tryOperator(visit, roles);
  });
  afterAll(async () => {
    clients.destroy();
    await gateway.stop();
  });
  beforeEach(() => {
    instead = () => undefined;
  });
}

type Member = Pick<Clients, 'in'>;
export async function aMember(): Promise<{ visit: Visit & { account: AccountId }; member: Member }> {
  used += 1;
  const account = parseAccountId(`4444${String(used).padStart(8, '0')}`);
  const rollout = parseSweepId('sw-20261122-150405-ab12');
  const visit = { account, roles: { reader: 'BaselineReader', ci: 'BaselineCi' }, externalId: 'strongroom', rollout };
  return { visit, member: await memberClients(clients, account) };
}

export async function aTrail(member: Member): Promise<void> {
  const trails = member.in(CloudTrailClient, home);
  await trails.send(
    new CreateTrailCommand({ Name: 'strongroom-trail', S3BucketName: bucket, IsMultiRegionTrail: true }),
  );
  await trails.send(new StartLoggingCommand({ Name: 'strongroom-trail' }));
}

export const folderOf = (account: string): string =>
  `AWSLogs/${account}/CloudTrail/${home}/${now().toISOString().slice(0, 10).replaceAll('-', '/')}`;

/** A log object as CloudTrail delivers it. */
export async function deliver(key: string, record: object): Promise<void> {
  const Body = gzipSync(JSON.stringify({ Records: [{ eventName: 'Other' }, record] }));
  await clients.in(S3Client, home).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
}
export const calledBy = (session: string) => ({
  userIdentity: { arn: `arn:aws:sts::1:assumed-role/BaselineCi/${session}` },
});
export const anHourAgo = (): Date => new Date(now().getTime() - 3_600_000);
export const json = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** As much of GuardDuty as moto lacks: findings by type, samples told by their title. */
export function guardDuty(findings: { id: string; type: string; title: string; archived?: boolean }[]): Intercept {
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

export async function watched() {
  const { visit, member } = await aMember();
  await member.in(GuardDutyClient, home).send(new CreateDetectorCommand({ Enable: true }));
  /** As the function of the security account writes down what it has published. */
  const publish = (id: string) =>
    clients
      .in(S3Client, home)
      .send(new PutObjectCommand({ Bucket: alertRecordsOf(bus).bucket, Key: publishedSampleKey(id), Body: '' }));
  return { visit, publish };
}
export const xml = (action: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response><${action}Result>${body}</${action}Result></${action}Response>`,
});
export const simulation = (decide: (asked: URLSearchParams) => string, more = ''): Intercept => {
  return ({ action, body }) =>
    action === 'SimulatePrincipalPolicy'
      ? xml(
          action,
          `<EvaluationResults><member><EvalActionName>x</EvalActionName><EvalDecision>${decide(new URLSearchParams(body))}</EvalDecision>${more}</member></EvaluationResults>`,
        )
      : undefined;
};
export const both =
  (...intercepts: readonly Intercept[]): Intercept =>
  (call, onward) => {
    for (const intercept of intercepts) {
      const answer = intercept(call, onward);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
export const roleArnOf = ({ body }: Call): string => new URLSearchParams(body).get('RoleArn') ?? '';
export const closed: Intercept = (call) =>
  call.action === 'AssumeRole' && roleArnOf(call).endsWith('/InfraAdmin')
    ? queryFault(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole')
    : undefined;

export async function withOperator() {
  const { visit, member } = await aMember();
  await member
    .in(IAMClient, home)
    .send(new CreateRoleCommand({ RoleName: 'InfraAdmin', AssumeRolePolicyDocument: '{}' }));
  return visit;
}
export const roles = { operator: 'InfraAdmin', probe: 'Probe' };
