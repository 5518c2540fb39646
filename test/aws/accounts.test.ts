import type { FactsWanted } from '../../orchestrator/domain/health/fact-sources';
import { absent } from '../../orchestrator/domain/health/facts';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import { ec2Fault, queryFault } from '../emulator/gateway';
import { memberClients, motoAccount, motoRegion } from '../emulator/moto';
import { jsonFault } from '../emulator/moto-gaps';
import { everything, useVisits } from '../emulator/moto-visits';
import { furnish } from './furnish';

const home = parseRegion(motoRegion);

const visits = useVisits();

describe('facts', () => {
  it('of an account with nothing in it are absent, and say so', async () => {
    const visit = visits.freshVisit();

    const facts = await visits.accounts.collectFacts(visit, everything(home));

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
          alertForwarder: absent,
          alertRules: { kind: 'read', value: {} },
        },
      },
    });
  });

  it('that no check needs are not asked for', async () => {
    const nothing: FactsWanted = { ...everything(), account: [] };

    const calls = await visits.callsDuring(() => visits.accounts.collectFacts(visits.freshVisit(), nothing));

    expect(calls.map((call) => call.action)).toEqual(['AssumeRole', 'GetCallerIdentity']);
  });

  it('are what the services of the account hold', async () => {
    const visit = visits.freshVisit();
    const seeded = await furnish(await memberClients(visits.clients, visit.account), home);

    const facts = await visits.accounts.collectFacts(visit, everything(home));

    expect(facts.operatorRole).toEqual({
      kind: 'read',
      value: {
        trust: seeded.trust,
        maxSessionSeconds: 3_600,
        attached: [seeded.policyArn],
        inline: { 'region-deny': seeded.fencingToken, 'self-protect': seeded.fencingToken },
      },
    });
    const rules = facts.regions[home]?.alertRules;
    expect(rules?.kind === 'read' && Object.keys(rules.value).sort()).toEqual(['guardduty-findings', 'root-user']);
    expect(facts.regions[home]).toMatchObject({
      ebsEncryption: { kind: 'read', value: { enabled: true } },
      alertRules: {
        kind: 'read',
        value: {
          'root-user': { state: 'ENABLED', pattern: seeded.pattern, targets: [seeded.target] },
          'guardduty-findings': { state: 'DISABLED', targets: [] },
        },
      },
    });
  });

  it('that the services cannot give are unreadable, each for itself', async () => {
    // What moto lacks: services that fail, for once not made up here.
    visits.instead = () => undefined;

    const facts = await visits.accounts.collectFacts(visits.freshVisit(), everything(home));

    const because = (call: string) => ({ kind: 'unreadable', why: expect.stringContaining(call) });
    expect(facts.root).toEqual({
      kind: 'unreadable',
      why: 'iam:GetAccountSummary answered without AccountPasswordPresent',
    });
    expect(facts.regions[home]).toMatchObject({
      imdsDefaults: because('ec2:GetInstanceMetadataDefaults in us-east-1'),
      snapshotBlockPublicAccess: because('ec2:GetSnapshotBlockPublicAccessState in us-east-1'),
      ebsDefaultKey: because('ec2:GetEbsDefaultKmsKeyId in us-east-1'),
      hub: because('securityhub:GetEnabledStandards in us-east-1'),
      analyzers: because('access-analyzer:ListAnalyzers in us-east-1'),
      ebsEncryption: { kind: 'read' },
      recorder: absent,
      detector: absent,
    });
  });

  it('that are denied are unreadable, and never absent', async () => {
    // With the one answer that each protocol takes for a denial.
    visits.instead = ({ service, account }) => {
      if (account === motoAccount || service === 'sts') return undefined;
      if (service === 'ec2') return ec2Fault(403, 'UnauthorizedOperation', 'explicit deny');
      if (queryServices.includes(service) || service === 's3') return queryFault(403, 'AccessDenied', 'explicit deny');
      return jsonFault(403, 'AccessDeniedException', 'explicit deny');
    };

    const facts = await visits.accounts.collectFacts(visits.freshVisit(), everything(home));

    const { account, collectedAt, identity, regions, ...ofAccount } = facts;
    for (const fact of [...Object.values(ofAccount), ...Object.values(regions[home] ?? {})])
      expect(fact).toEqual({ kind: 'unreadable', why: expect.stringMatching(/^[a-z0-9-]+:\w+.* was denied: /) });
  });
});

const queryServices = ['iam', 'cloudformation'];
