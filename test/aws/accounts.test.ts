import { EC2Client, EnableEbsEncryptionByDefaultCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { parseRegion } from '../../orchestrator/domain/brand';
import { absent, type FactsWanted } from '../../orchestrator/domain/facts';
import type { Accounts, Purpose, Visit } from '../../orchestrator/ports/ports';
import { type Call, ec2Fault, type Intercept } from '../emulator/gateway';
import { memberClients, motoRegion, motoStartsWithinMs } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { startVisits, type Visits } from '../emulator/moto-visits';

const home = parseRegion(motoRegion);
const west = parseRegion('us-west-2');
const everything: FactsWanted = {
  operatorRoleName: 'InfraAdmin',
  passwordPolicy: true,
  s3PublicAccessBlock: true,
  home,
  regions: [{ region: home, ebsEncryption: true, imdsDefaults: true, alerts: true }],
};

let visits: Visits;
let accounts: Accounts;
let instead: Intercept = fillGaps();

beforeAll(async () => {
  visits = await startVisits((call, onward) => instead(call, onward));
  accounts = visits.accounts;
}, motoStartsWithinMs);
afterAll(() => visits.stop());
beforeEach(() => {
  instead = fillGaps();
});

describe('facts', () => {
  it('of an account with nothing in it are absent, and say so', async () => {
    const visit = visits.freshVisit();

    const facts = await accounts.collectFacts(visit, everything);

    expect(facts).toMatchObject({
      account: visit.account,
      collectedAt: '2026-11-22T15:00:00.000Z',
      identity: { kind: 'read', value: { account: visit.account } },
      passwordPolicy: absent,
      s3PublicAccessBlock: absent,
      operatorRole: absent,
      regions: {
        [home]: {
          ebsEncryption: { kind: 'read', value: { enabled: false } },
          imdsDefaults: { kind: 'read', value: {} },
          alertTopic: absent,
          alertRules: { 'guardduty-findings': absent, 'securityhub-findings': absent, 'root-sign-in': absent },
        },
      },
    });
  });

  it('that no check needs are not asked for', async () => {
    const nothing: FactsWanted = { passwordPolicy: false, s3PublicAccessBlock: false, home, regions: [] };

    const calls = await visits.callsDuring(() => accounts.collectFacts(visits.freshVisit(), nothing));

    expect(calls.map((call) => call.action)).toEqual(['AssumeRole', 'GetCallerIdentity']);
  });

  it('are what the services of the account hold', async () => {
    const visit = visits.freshVisit();
    const seeded = await furnish(visit.account);

    const facts = await accounts.collectFacts(visit, everything);

    expect(facts.operatorRole).toEqual({
      kind: 'read',
      value: {
        trust: seeded.trust,
        maxSessionSeconds: 3_600,
        attached: [seeded.policyArn],
        inline: { 'region-fence': seeded.fence },
      },
    });
    expect(facts.regions[home]).toMatchObject({
      ebsEncryption: { kind: 'read', value: { enabled: true } },
      alertTopic: {
        kind: 'read',
        value: {
          policy: seeded.topicPolicy,
          subscriptions: [{ protocol: 'email', endpoint: 'security@example.com' }],
        },
      },
      alertRules: {
        'root-sign-in': {
          kind: 'read',
          value: { enabled: true, pattern: seeded.pattern, targetArns: [seeded.topicArn] },
        },
        'guardduty-findings': { kind: 'read', value: { enabled: false } },
        'securityhub-findings': absent,
      },
    });
  });

  it('that the service cannot give are unreadable, and spoil no other', async () => {
    // moto knows no metadata defaults: a service that fails, for once not made up here.
    instead = () => undefined;

    const facts = await accounts.collectFacts(visits.freshVisit(), everything);

    expect(facts.regions[home]).toMatchObject({
      imdsDefaults: {
        kind: 'unreadable',
        why: expect.stringContaining('ec2:GetInstanceMetadataDefaults in us-east-1'),
      },
      ebsEncryption: { kind: 'read' },
    });
  });

  it('that are denied are unreadable, and never absent', async () => {
    instead = (call) => (call.service === 'ec2' ? ec2Fault(403, 'UnauthorizedOperation', 'explicit deny') : undefined);

    const facts = await accounts.collectFacts(visits.freshVisit(), everything);

    expect(facts.regions[home]?.ebsEncryption).toEqual({
      kind: 'unreadable',
      why: 'ec2:GetEbsEncryptionByDefault in us-east-1 was denied: explicit deny',
    });
  });
});

describe('preflight', () => {
  it('finds nothing wrong where the regions answer', async () => {
    expect(await accounts.preflight(visits.freshVisit(), [home, west])).toEqual({ unusable: [] });
  });

  it.each([
    ['ap-east-1', 'AuthFailure', 'the account has not opted in to the region'],
    ['eu-west-1', 'AuthFailure', 'the region is still being activated (AuthFailure)'],
    ['eu-west-1', 'OptInRequired', 'the region is still being activated (OptInRequired)'],
    ['eu-west-1', 'UnauthorizedOperation', 'ec2:GetEbsEncryptionByDefault in eu-west-1 was denied: no'],
  ])('says of %s, which answers %s, that %s', async (name, code, why) => {
    const region = parseRegion(name);
    instead = (call) => (call.region === name ? ec2Fault(code === 'AuthFailure' ? 401 : 403, code, 'no') : undefined);

    const { unusable } = await accounts.preflight(visits.freshVisit(), [home, region]);

    expect(unusable).toEqual([{ region, why }]);
  });
});

describe('a session policy', () => {
  const passwordPolicy = {
    minimumLength: 14,
    requireSymbols: true,
    requireNumbers: true,
    requireUppercase: true,
    requireLowercase: true,
    allowUsersToChange: true,
    maxAgeDays: 90,
    reusePrevention: 24,
    hardExpiry: false,
  };
  const s3PublicAccessBlock = {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  };
  const imds = { imdsDefaults: { httpTokens: 'required' } } as const;
  const all = { passwordPolicy, s3PublicAccessBlock, ebsEncryption: { enabled: true }, ...imds };
  const nothingSet = {
    passwordPolicy: null,
    s3PublicAccessBlock: null,
    ebsEncryption: { [home]: false },
    imdsDefaults: { [home]: {} },
  };

  it.each<[Purpose, (visit: Visit) => Promise<void>]>([
    [
      'preflight',
      async (visit) => {
        instead = (call) => (call.region === 'eu-west-1' ? ec2Fault(403, 'OptInRequired', 'no') : undefined);
        await accounts.preflight(visit, [parseRegion('eu-west-1')]);
      },
    ],
    [
      'facts',
      async (visit) => {
        await furnish(visit.account);
        await accounts.collectFacts(visit, everything);
      },
    ],
    [
      'settings',
      async (visit) => {
        await accounts.applySettings(visit, all, [home]);
        await accounts.putBackSettings(visit, nothingSet);
      },
    ],
  ])('for %s allows exactly the calls that are made', async (purpose, run) => {
    const visit = visits.freshVisit();

    const calls = await visits.callsDuring(() => run(visit));

    const session = calls.findLast((call) => call.action === 'GetCallerIdentity')?.accessKeyId;
    const made = new Set(calls.filter((call) => call.accessKeyId === session).map(iamActionOf));
    expect([...made].sort()).toEqual([...JSON.parse(sessionPolicy(purpose)).Statement[0].Action].sort());
  });
});

const iamActionOf = ({ service, action }: Call): string => {
  if (action.startsWith('GET ')) return 's3:GetAccountPublicAccessBlock';
  if (action.startsWith('PUT ') || action.startsWith('DELETE ')) return 's3:PutAccountPublicAccessBlock';
  return `${service}:${action}`;
};

/** Puts an operator role, an alert topic and two of the three rules into an account, through the services' own APIs. */
async function furnish(account: string) {
  const member = await memberClients(visits.clients, account);
  const iam = member.in(IAMClient, home);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] };
  const fence = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', NotAction: ['iam:*'], Resource: '*' }] };
  const RoleName = 'InfraAdmin';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyDocument = JSON.stringify(fence);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'region-fence', PolicyDocument }));
  const { Policy: policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'Admin', PolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policy?.Arn }));

  const sns = member.in(SNSClient, home);
  const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: 'strongroom-alerts' }));
  const topicPolicy = { Version: '2012-10-17', Statement: [{ Sid: 'Events', Effect: 'Allow' }] };
  const AttributeValue = JSON.stringify(topicPolicy);
  await sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue }));
  const Endpoint = 'security@example.com';
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint }));

  const events = member.in(EventBridgeClient, home);
  const pattern = { 'detail-type': ['AWS Console Sign In via CloudTrail'] };
  const EventPattern = JSON.stringify(pattern);
  const Rule = 'strongroom-root-sign-in';
  await events.send(new PutRuleCommand({ Name: Rule, EventPattern, State: 'ENABLED' }));
  await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'topic', Arn: topicArn }] }));
  await events.send(new PutRuleCommand({ Name: 'strongroom-guardduty-findings', EventPattern, State: 'DISABLED' }));

  await member.in(EC2Client, home).send(new EnableEbsEncryptionByDefaultCommand({}));
  return { trust, fence, policyArn: policy?.Arn, topicArn, topicPolicy, pattern };
}
