import { parseRegion } from '../../orchestrator/domain/model/brand';
import { type Answer, type Call, ec2Fault } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault } from '../emulator/moto-gaps';
import { useVisits } from '../emulator/moto-visits';
import { aDetector, aTrail, recording, watch } from './furnish';

const home = parseRegion(motoRegion);
const west = parseRegion('us-west-2');
const ireland = parseRegion('eu-west-1');
const hongKong = parseRegion('ap-east-1');
const ours = { 'strongroom:module': 'threat-detection' };
const administrator = '999900000001';

const visits = useVisits();

/** Answers some calls otherwise than moto does; all else is as usual. */
const answering = (answer: (call: Call) => Answer | undefined): void => {
  const usual = visits.instead;
  visits.instead = (call, onward) => answer(call) ?? usual(call, onward);
};
const json = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });

/** A visit to an account that somebody has furnished. */
async function visitTo(furnish: (member: Awaited<ReturnType<typeof memberClients>>) => Promise<unknown>) {
  const visit = visits.freshVisit();
  await furnish(await memberClients(visits.clients, visit.account));
  return visit;
}

describe('preflight sees', () => {
  it('that nobody was there before', async () => {
    expect(await visits.accounts.preflight(visits.freshVisit(), [home, west])).toEqual({
      unusable: [],
      singletons: [
        { region: home, trails: [] },
        { region: west, trails: [] },
      ],
    });
  });

  it('what is ours, by name and by tag', async () => {
    const visit = await visitTo((member) => watch(member, west, ours));

    const { singletons } = await visits.accounts.preflight(visit, [home, west]);

    const trails = [{ name: 'strongroom-trail', ours: true, organization: false, multiRegion: true }];
    expect(singletons).toEqual([
      // A trail that reaches the home region counts there.
      { region: home, trails },
      {
        region: west,
        recorder: { name: 'strongroom-recorder', ours: true },
        detector: { id: expect.any(String), ours: true },
        hub: { ours: true },
        trails,
      },
    ]);
  });

  it('that a declarative policy holds the sharing of snapshots, and nothing of it where the account decides', async () => {
    const held = '<R><state>block-all-sharing</state><managedBy>declarative-policy</managedBy></R>';
    answering(({ action, region }) =>
      action === 'GetSnapshotBlockPublicAccessState' && region === west ? { status: 200, body: held } : undefined,
    );

    const { singletons } = await visits.accounts.preflight(visits.freshVisit(), [home, west]);

    expect(singletons.map(({ snapshotsHeld }) => snapshotsHeld)).toEqual([undefined, { state: 'block-all-sharing' }]);
  });

  it.each([
    [true, 'StackSet-strongroom-sandbox-threat-detection-0a1b2c3d'],
    [false, 'StackSet-acme-guardduty-0a1b2c3d'],
  ])('whose a detector is by the stack that made it: ours is %s for %s', async (expected, stack) => {
    const visit = await visitTo((member) => aDetector(member, home, { 'aws:cloudformation:stack-name': stack }));

    const { singletons } = await visits.accounts.preflight(visit, [home]);

    expect(singletons[0]?.detector?.ours).toBe(expected);
  });

  it("what is somebody else's, and who administers it", async () => {
    const visit = await visitTo(async (member) => {
      await watch(member, home);
      await recording(member, west, 'aws-controltower-BaselineConfigRecorder');
    });
    answering(({ service, action }) => {
      if (service === 'guardduty' && action.endsWith('/administrator'))
        return json({ administrator: { accountId: administrator, relationshipStatus: 'Enabled' } });
      return service === 'securityhub' && action === 'GET /administrator'
        ? json({ Administrator: { AccountId: administrator, MemberStatus: 'ENABLED' } })
        : undefined;
    });

    const { singletons } = await visits.accounts.preflight(visit, [home, west]);

    expect(singletons).toMatchObject([
      { detector: { ours: false, administrator }, hub: { ours: false, administrator } },
      { recorder: { name: 'aws-controltower-BaselineConfigRecorder', ours: false } },
    ]);
  });

  it('a hub that somebody else enabled where there is no detector', async () => {
    const visit = visits.freshVisit();
    answering(({ service, action }) =>
      service === 'securityhub'
        ? json(action.startsWith('GET /tags/') ? { Tags: { team: 'security' } } : {})
        : undefined,
    );

    const { singletons } = await visits.accounts.preflight(visit, [home]);

    expect(singletons).toEqual([{ region: home, hub: { ours: false }, trails: [] }]);
  });

  it.each([
    [
      { name: 'by-hand', type: 'ACCOUNT', status: 'DISABLED' },
      { name: 'by-hand', ours: false, status: 'DISABLED' },
    ],
    [
      { name: 'strongroom-external-access', type: 'ACCOUNT', status: 'ACTIVE' },
      { name: 'strongroom-external-access', ours: true, status: 'ACTIVE' },
    ],
    [{ name: 'for-unused', type: 'ACCOUNT_UNUSED_ACCESS', status: 'ACTIVE' }, undefined],
    [{ name: 'for-all', type: 'ORGANIZATION', status: 'ACTIVE' }, undefined],
  ])("the account's analyzer of external access: of %j it tells %j", async (analyzer, told) => {
    visits.instead = fillGaps({
      analyzers: [{ name: 'unused', type: 'ACCOUNT_UNUSED_ACCESS', status: 'ACTIVE' }, analyzer],
    });

    const { singletons } = await visits.accounts.preflight(visits.freshVisit(), [home]);

    expect(singletons[0]?.analyzer).toEqual(told);
  });

  it("the organization's trail in every region, another's where it is at home, and all that reach the home region", async () => {
    const visit = await visitTo((member) => aTrail(member, west, 'by-hand'));
    const organization = { Name: 'acme-org', HomeRegion: ireland, IsOrganizationTrail: true, IsMultiRegionTrail: true };
    const byHand = { Name: 'by-hand', HomeRegion: west, IsOrganizationTrail: false, IsMultiRegionTrail: true };
    answering(({ action }) => (action === 'DescribeTrails' ? json({ trailList: [organization, byHand] }) : undefined));

    const { singletons } = await visits.accounts.preflight(visit, [home, west, ireland]);

    expect(singletons.map(({ region, trails }) => [region, trails.map(({ name }) => name)])).toEqual([
      [home, ['acme-org', 'by-hand']],
      [west, ['acme-org', 'by-hand']],
      [ireland, ['acme-org']],
    ]);
  });

  it('nothing of what it may not ask, where something else answers', async () => {
    answering(({ service }) =>
      service === 'config' || service === 'cloudtrail' ? jsonFault(403, 'AccessDeniedException', 'no') : undefined,
    );

    expect(await visits.accounts.preflight(visits.freshVisit(), [home])).toEqual({
      unusable: [],
      singletons: [{ region: home, trails: [] }],
    });
  });
});

describe('preflight says', () => {
  it.each([
    [hongKong, 'UnrecognizedClientException', 'the account has not opted in to the region', undefined],
    [ireland, 'UnrecognizedClientException', 'the region is still being activated (UnrecognizedClient)', true],
    [ireland, 'OptInRequired', 'the region is still being activated (OptInRequired)', true],
    [ireland, 'AccessDeniedException', 'config:DescribeConfigurationRecorders in eu-west-1 was denied: no', undefined],
  ])('of %s, where every service answers %s, that %s', async (region, name, why, activating) => {
    answering((call) => (call.region === region ? jsonFault(403, name, 'no') : undefined));

    const { unusable, singletons } = await visits.accounts.preflight(visits.freshVisit(), [home, region]);

    expect(unusable).toEqual([{ region, why, activating }]);
    expect(singletons.map((one) => one.region)).toEqual([home]);
  });

  it('that a region is not usable while one of its services is still coming up', async () => {
    answering(({ service }) =>
      service === 'guardduty' ? jsonFault(403, 'SubscriptionRequiredException', 'needs a subscription') : undefined,
    );

    const { unusable } = await visits.accounts.preflight(visits.freshVisit(), [home]);

    expect(unusable).toEqual([
      { region: home, why: 'the region is still being activated (SubscriptionRequired)', activating: true },
    ]);
  });

  it('nothing of a service that a retry may mend, and fails', async () => {
    answering(({ service }) =>
      service === 'guardduty' ? jsonFault(503, 'ServiceUnavailableException', 'later') : undefined,
    );

    await expect(visits.accounts.preflight(visits.freshVisit(), [home])).rejects.toMatchObject({
      code: 'AwsUnavailable',
    });
  });

  it("the region's own answer where nobody tells which regions the account has", async () => {
    answering(({ service, region }) => {
      if (service === 'ec2') return ec2Fault(403, 'UnauthorizedOperation', 'no');
      return region === hongKong ? jsonFault(403, 'UnrecognizedClientException', 'no') : undefined;
    });

    const { unusable } = await visits.accounts.preflight(visits.freshVisit(), [hongKong]);

    expect(unusable).toMatchObject([{ why: 'the region is still being activated (UnrecognizedClient)' }]);
  });
});
