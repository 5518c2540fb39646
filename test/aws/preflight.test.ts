import { parseRegion } from '../../orchestrator/domain/model/brand';
import { type Answer, type Call, ec2Fault, queryFault } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps, jsonFault } from '../emulator/moto-gaps';
import { useVisits } from '../emulator/moto-visits';
import { everyLookup, noLookup } from '../lookups';
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
    expect(await visits.accounts.preflight(visits.freshVisit(), everyLookup(home, west))).toEqual({
      unusable: [],
      unanswered: [],
      singletons: [{ region: home, trails: [] }, { region: west }],
    });
  });

  it('what is ours, by name and by tag', async () => {
    const visit = await visitTo((member) => watch(member, west, ours));

    const { singletons } = await visits.accounts.preflight(visit, everyLookup(home, west));

    const trails = [{ name: 'strongroom-trail', ours: true, organization: false, multiRegion: true }];
    expect(singletons).toEqual([
      // A trail that reaches the home region counts there.
      { region: home, trails },
      {
        region: west,
        recorder: { name: 'strongroom-recorder', ours: true },
        detector: { id: expect.any(String), ours: true },
        hub: { ours: true },
      },
    ]);
  });

  it('that a declarative policy holds the sharing of snapshots, and nothing of it where the account decides', async () => {
    const held = '<R><state>block-all-sharing</state><managedBy>declarative-policy</managedBy></R>';
    answering(({ action, region }) =>
      action === 'GetSnapshotBlockPublicAccessState' && region === west ? { status: 200, body: held } : undefined,
    );

    const { singletons } = await visits.accounts.preflight(visits.freshVisit(), everyLookup(home, west));

    expect(singletons.map(({ snapshotsHeld }) => snapshotsHeld)).toEqual([undefined, { state: 'block-all-sharing' }]);
  });

  it.each([
    [true, 'StackSet-strongroom-sandbox-threat-detection-0a1b2c3d'],
    [false, 'StackSet-acme-guardduty-0a1b2c3d'],
  ])('whose a detector is by the stack that made it: ours is %s for %s', async (expected, stack) => {
    const visit = await visitTo((member) => aDetector(member, home, { 'aws:cloudformation:stack-name': stack }));

    const { singletons } = await visits.accounts.preflight(visit, everyLookup(home));

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

    const { singletons } = await visits.accounts.preflight(visit, everyLookup(home, west));

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

    const { singletons } = await visits.accounts.preflight(visit, everyLookup(home));

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

    const { singletons } = await visits.accounts.preflight(visits.freshVisit(), everyLookup(home));

    expect(singletons[0]?.analyzer).toEqual(told);
  });

  it('the trails that cover the home region, asked there alone', async () => {
    const visit = await visitTo((member) => aTrail(member, west, 'by-hand'));
    const organization = { Name: 'acme-org', HomeRegion: ireland, IsOrganizationTrail: true, IsMultiRegionTrail: true };
    const byHand = { Name: 'by-hand', HomeRegion: west, IsOrganizationTrail: false, IsMultiRegionTrail: true };
    answering(({ action }) => (action === 'DescribeTrails' ? json({ trailList: [organization, byHand] }) : undefined));

    const { singletons } = await visits.accounts.preflight(visit, everyLookup(home, west, ireland));

    expect(singletons.map(({ region, trails }) => [region, trails?.map(({ name }) => name)])).toEqual([
      [home, ['acme-org', 'by-hand']],
      [west, undefined],
      [ireland, undefined],
    ]);
  });
});

describe('preflight says', () => {
  it.each([
    [hongKong, 'UnrecognizedClientException', 'the account has not opted in to the region', undefined],
    [ireland, 'UnrecognizedClientException', 'the region is still being activated (UnrecognizedClient)', true],
    [ireland, 'OptInRequired', 'the region is still being activated (OptInRequired)', true],
    [ireland, 'AccessDeniedException', 'config:DescribeConfigurationRecorders in eu-west-1 was denied: no', undefined],
  ])('of %s, where every service answers %s, that %s', async (region, name, why, activating) => {
    answering((call) => {
      if (call.region !== region) return undefined;
      if (call.service === 'ec2') return ec2Fault(403, name, 'no');
      return call.service === 'cloudformation' ? queryFault(403, name, 'no') : jsonFault(403, name, 'no');
    });

    const { unusable, singletons } = await visits.accounts.preflight(visits.freshVisit(), everyLookup(home, region));

    expect(unusable).toEqual([{ region, why, activating }]);
    expect(singletons.map((one) => one.region)).toEqual([home]);
  });

  it.each([
    ['is not answered', jsonFault(403, 'AccessDeniedException', 'no'), 'AccessDenied', undefined],
    ['may answer a retry', jsonFault(503, 'ServiceUnavailableException', 'later'), 'AwsUnavailable', undefined],
    ['is still coming up', jsonFault(403, 'SubscriptionRequiredException', 'not yet'), 'AccessDenied', true],
  ])('of a service that %s, only its own lookups, where the others answer', async (_what, fault, code, activating) => {
    answering(({ service, region }) => (service === 'guardduty' && region === west ? fault : undefined));

    const { unusable, unanswered, singletons } = await visits.accounts.preflight(
      visits.freshVisit(),
      everyLookup(home, west),
    );

    const error = expect.objectContaining({
      code,
      message: expect.stringContaining('guardduty:ListDetectors in us-west-2'),
    });
    expect(unanswered).toEqual([{ region: west, lookup: 'detector', error, activating }]);
    expect([unusable, singletons]).toEqual([[], [{ region: home, trails: [] }, { region: west }]]);
  });

  it('of the one lookup that is wanted and fails, that the region answers all the same', async () => {
    answering(({ service }) => (service === 'config' ? jsonFault(500, 'InternalError', 'no') : undefined));

    const { unusable, unanswered, singletons } = await visits.accounts.preflight(visits.freshVisit(), [
      { region: west, lookups: ['recorder'] },
    ]);

    expect([unusable, singletons]).toEqual([[], [{ region: west }]]);
    expect(unanswered.map(({ lookup }) => lookup)).toEqual(['recorder']);
  });

  it.each([
    ['refuses', queryFault(403, 'AccessDenied', 'no'), [`cloudformation:ListExports in ${west} was denied: no`], []],
    ['is down', queryFault(503, 'ServiceUnavailable', 'later'), [], [{ lookup: undefined, code: 'AwsUnavailable' }]],
    ['answers', undefined, [], []],
  ])('of a region in which nothing is wanted, whether it %s', async (_what, fault, refused, silent) => {
    answering(({ service }) => (service === 'cloudformation' ? fault : undefined));

    const { unusable, unanswered } = await visits.accounts.preflight(visits.freshVisit(), noLookup(west));

    expect(unusable.map(({ why }) => why)).toEqual(refused);
    expect(unanswered.map(({ lookup, error }) => ({ lookup, code: error.code }))).toEqual(silent);
  });

  it('nothing where our own credentials have expired', async () => {
    answering(({ service }) => (service === 'config' ? jsonFault(400, 'ExpiredTokenException', 'expired') : undefined));

    await expect(visits.accounts.preflight(visits.freshVisit(), everyLookup(home))).rejects.toMatchObject({
      code: 'NoCredentials',
    });
  });

  it("the region's own answer where the list of the account's regions cannot be read", async () => {
    answering(({ service, region }) => {
      if (service === 'ec2') return ec2Fault(403, 'UnauthorizedOperation', 'no');
      return region === hongKong ? jsonFault(403, 'UnrecognizedClientException', 'no') : undefined;
    });

    const { unusable } = await visits.accounts.preflight(visits.freshVisit(), everyLookup(hongKong));

    expect(unusable).toMatchObject([{ why: 'the region is still being activated (UnrecognizedClient)' }]);
  });
});
