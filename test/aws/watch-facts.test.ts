import { absent } from '../../orchestrator/domain/health/facts';
import { type AccountId, parseRegion } from '../../orchestrator/domain/model/brand';
import type { Answer, Call } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault } from '../emulator/moto-gaps';
import { everything, everythingBut, useVisits } from '../emulator/moto-visits';
import { aDefaultKey, aDetector, aStack, aTrail, recorderRole, recording, watch } from './furnish';

const home = parseRegion(motoRegion);
const west = parseRegion('us-west-2');
const boundaryArn = (account: string) => `arn:aws:iam::${account}:policy/baseline/BaselineCiBoundary`;
const trust = { Version: '2012-10-17', Statement: [] };
const analyzer = { name: 'strongroom-external-access', type: 'ACCOUNT', status: 'CREATING' };
const filled = fillGaps({
  bootstrapRoles: [{ name: 'BaselineCi', boundaryArn, trust }],
  snapshotBlock: 'block-all-sharing',
  analyzers: [analyzer],
});

const visits = useVisits(() => filled);

const memberOf = (account: AccountId) => memberClients(visits.clients, account);
const collect = (visit: ReturnType<typeof visits.freshVisit>, ...regions: readonly (typeof home)[]) =>
  visits.accounts.collectFacts(visit, everything(...(regions.length > 0 ? regions : [home])));
/** Answers one action otherwise than moto does; all else is as usual. */
const answering = (action: string, answer: (call: Call) => Answer): void => {
  visits.instead = (call, onward) => (call.action === action ? answer(call) : filled(call, onward));
};
const json = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });

describe('facts about what records and watches', () => {
  it('are absent, or read and empty, in an account that has nothing', async () => {
    visits.instead = fillGaps();

    const facts = await collect(visits.freshVisit());

    expect(facts).toMatchObject({ trails: { kind: 'read', value: [] }, ciRole: absent });
    expect(facts.regions[home]).toMatchObject({
      snapshotBlockPublicAccess: { kind: 'read', value: { state: 'unblocked' } },
      ebsDefaultKey: absent,
      recorder: absent,
      deliveryChannel: absent,
      detector: absent,
      hub: absent,
      analyzers: { kind: 'read', value: [] },
      stacks: { kind: 'read', value: [] },
    });
  });

  it('are what the services of the account hold, region by region', async () => {
    const visit = visits.freshVisit();
    const { detectorId } = await watch(await memberOf(visit.account), home);

    const facts = await collect(visit, home, west);

    const [inHome, inWest] = [facts.regions[home], facts.regions[west]];
    expect(facts.root).toEqual({ kind: 'read', value: { accessKeys: false, password: false, mfa: false } });
    expect(facts.ciRole).toEqual({ kind: 'read', value: { trust, boundaryArn: boundaryArn(visit.account) } });
    expect(inHome).toMatchObject({
      snapshotBlockPublicAccess: { kind: 'read', value: { state: 'block-all-sharing', managedBy: 'account' } },
      recorder: {
        kind: 'read',
        value: {
          name: 'strongroom-recorder',
          recording: true,
          allSupported: true,
          globalTypes: true,
          roleArn: recorderRole,
        },
      },
      deliveryChannel: { kind: 'read', value: { failing: false } },
      detector: { kind: 'read', value: { id: detectorId, enabled: true } },
      hub: { kind: 'read', value: { standards: [] } },
      analyzers: { kind: 'read', value: [analyzer] },
    });
    expect(inWest).toMatchObject({ recorder: absent, deliveryChannel: absent, detector: absent, hub: absent });
  });

  it.each([
    ['Enabled', { kind: 'read', value: '999900000001' }],
    ['Removed', absent],
  ])('of a detector with an administrator whose relation is %s say %j', async (relationshipStatus, administrator) => {
    const visit = visits.freshVisit();
    const id = await aDetector(await memberOf(visit.account), home);
    answering(`GET /detector/${id}/administrator`, () =>
      json({ administrator: { accountId: '999900000001', relationshipStatus } }),
    );

    const facts = await collect(visit);

    expect(facts.regions[home]?.detector).toEqual({ kind: 'read', value: { id, enabled: true } });
    expect(facts.regions[home]?.detectorAdministrator).toEqual(administrator);
  });

  it('do not say who administers a detector that need not have an administrator', async () => {
    const visit = visits.freshVisit();
    await aDetector(await memberOf(visit.account), home);
    const wanted = everythingBut(['detectorAdministrator'], home);

    const calls = await visits.callsDuring(() => visits.accounts.collectFacts(visit, wanted));

    expect(calls.filter(({ action }) => /^GET .*administrator$/.test(action))).toEqual([]);
  });

  it('say which standards a hub has, and the status of each', async () => {
    answering('POST /standards/get', () =>
      json({ StandardsSubscriptions: [{ StandardsArn: 'arn:cis', StandardsStatus: 'INCOMPLETE' }] }),
    );
    const visit = visits.freshVisit();
    await watch(await memberOf(visit.account), home);

    const facts = await collect(visit);

    expect(facts.regions[home]?.hub).toMatchObject({
      value: { standards: [{ arn: 'arn:cis', status: 'INCOMPLETE' }] },
    });
  });

  it.each<[string, string, Answer]>([
    [
      'absent',
      'it is off',
      jsonFault(401, 'InvalidAccessException', 'Account 1 is not subscribed to AWS Security Hub'),
    ],
    ['unreadable', 'the same error means something else', jsonFault(401, 'InvalidAccessException', 'suspended')],
    ['unreadable', 'it may not be asked', jsonFault(403, 'AccessDeniedException', 'explicit deny')],
  ])('of Security Hub are %s where %s', async (kind, _why, answer) => {
    answering('POST /standards/get', () => answer);

    const facts = await collect(visits.freshVisit());

    expect(facts.regions[home]?.hub.kind).toBe(kind);
  });

  it('tell the key that EBS encrypts with by default, where it is one of the account', async () => {
    const visit = visits.freshVisit();
    const arn = await aDefaultKey(await memberOf(visit.account), home);

    const facts = await collect(visit, home, west);

    expect(facts.regions[home]?.ebsDefaultKey).toEqual({ kind: 'read', value: { arn, enabled: true, rotates: true } });
    expect(facts.regions[west]?.ebsDefaultKey).toEqual(absent);
  });

  it("say that there is no such key where EBS names AWS's own by its ARN", async () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/aws-ebs';
    visits.instead = (call, onward) => {
      if (call.action === 'DescribeKey')
        return json({ KeyMetadata: { KeyId: 'aws-ebs', KeyManager: 'AWS', Enabled: true } });
      if (call.action !== 'GetEbsDefaultKmsKeyId') return filled(call, onward);
      return { status: 200, body: `<R><kmsKeyId>${arn}</kmsKeyId></R>` };
    };

    const facts = await collect(visits.freshVisit());

    expect(facts.regions[home]?.ebsDefaultKey).toEqual(absent);
  });

  it('tell of stacks only ours, with what they were given', async () => {
    const visit = visits.freshVisit();
    const member = await memberOf(visit.account);
    await aStack(member, home, 'StackSet-strongroom-sandbox-alerts-0a1b2c3d-1111-2222-3333-444455556666');
    await aStack(member, home, 'StackSet-acme-network-0a1b2c3d-1111-2222-3333-444455556666');
    await aStack(member, home, 'strongroom-by-hand');

    const facts = await collect(visit);

    expect(facts.regions[home]?.stacks).toEqual({
      kind: 'read',
      value: [{ stackSet: 'strongroom-sandbox-alerts', status: 'CREATE_COMPLETE', parameters: { Level: 'high' } }],
    });
  });
});

describe('the facts about a recorder', () => {
  it.each([
    ['SUCCESS', 'Success'],
    ['FAILURE', 'Failure'],
    ['Pending', 'Pending'],
  ])('say of its status %s that it is %s', async (lastStatus, expected) => {
    const visit = visits.freshVisit();
    await recording(await memberOf(visit.account), home, 'default');
    answering('DescribeConfigurationRecorderStatus', () =>
      json({ ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus }] }),
    );

    const facts = await collect(visit);

    expect(facts.regions[home]?.recorder).toMatchObject({ value: { recording: true, lastStatus: expected } });
  });

  it('say that its deliveries fail', async () => {
    const visit = visits.freshVisit();
    await recording(await memberOf(visit.account), home, 'default');
    answering('DescribeDeliveryChannelStatus', () =>
      json({ DeliveryChannelsStatus: [{ configHistoryDeliveryInfo: { lastStatus: 'FAILURE' } }] }),
    );

    const facts = await collect(visit);

    expect(facts.regions[home]?.deliveryChannel).toMatchObject({ value: { failing: true } });
  });
});

describe('the facts about trails', () => {
  it('are those of a trail at work', async () => {
    const visit = visits.freshVisit();
    await aTrail(await memberOf(visit.account), home, 'strongroom-trail');

    const { trails } = await collect(visit);

    expect(trails).toMatchObject({
      kind: 'read',
      value: [
        {
          name: 'strongroom-trail',
          homeRegion: home,
          multiRegion: true,
          organizationTrail: false,
          logFileValidation: true,
          bucket: expect.stringMatching(/^log-archive-/),
          kmsKeyArn: 'alias/logs',
          logging: true,
          deliveredAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ],
    });
  });

  it('hold what went wrong with logs and digests, and when either last arrived', async () => {
    const visit = visits.freshVisit();
    await aTrail(await memberOf(visit.account), home, 'strongroom-trail');
    answering('GetTrailStatus', () =>
      json({
        IsLogging: true,
        LatestDeliveryError: 'AccessDenied',
        LatestDigestDeliveryError: 'NoSuchBucket',
        LatestDigestDeliveryTime: 1_795_359_600,
      }),
    );

    const { trails } = await collect(visit);

    expect(trails).toMatchObject({
      value: [{ deliveryError: 'AccessDenied, NoSuchBucket', digestDeliveredAt: '2026-11-22T15:00:00.000Z' }],
    });
  });

  it('of a trail elsewhere are asked for where it is at home, by its ARN', async () => {
    const visit = visits.freshVisit();
    await aTrail(await memberOf(visit.account), west, 'central');

    const calls = await visits.callsDuring(() => collect(visit));

    const asked = calls.filter(({ action }) => action === 'GetTrailStatus');
    expect(asked.map(({ region, body }) => [region, JSON.parse(body).Name])).toEqual([
      [west, `arn:aws:cloudtrail:us-west-2:${visit.account}:trail/central`],
    ]);
  });

  it('are of the two that matter most, ours before all', async () => {
    const visit = visits.freshVisit();
    const member = await memberOf(visit.account);
    await aTrail(member, home, 'one-region', false);
    await aTrail(member, home, 'by-hand');
    await aTrail(member, home, 'strongroom-trail');

    const { trails } = await collect(visit);

    expect(trails).toMatchObject({ value: [{ name: 'strongroom-trail' }, { name: 'by-hand' }] });
  });

  it('are unreadable when the status of one is denied, and never absent', async () => {
    const visit = visits.freshVisit();
    await aTrail(await memberOf(visit.account), home, 'strongroom-trail');
    answering('GetTrailStatus', () => jsonFault(403, 'AccessDeniedException', 'explicit deny'));

    const { trails } = await collect(visit);

    expect(trails).toEqual({
      kind: 'unreadable',
      why: 'cloudtrail:GetTrailStatus of strongroom-trail in us-east-1 was denied: explicit deny',
    });
  });
});
