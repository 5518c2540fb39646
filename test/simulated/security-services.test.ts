import type { FactsWanted } from '../../orchestrator/domain/health/fact-sources';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { simulatedCiRole, simulatedReaderRole } from '../../orchestrator/simulated/config';
import { wellTended } from '../../orchestrator/simulated/preexisting';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { home, other, requestFor, sandboxes, secondsLater, smallWorld, visitTo } from './small-world';

const trailTemplate = JSON.stringify({
  Resources: {
    Trail: {
      Type: 'AWS::CloudTrail::Trail',
      Properties: { TrailName: 'trail', IsLogging: true, IsMultiRegionTrail: true, S3BucketName: 'logs' },
    },
    Recorder: {
      Type: 'AWS::Config::ConfigurationRecorder',
      Properties: { Name: 'recorder', RoleARN: 'arn:role', RecordingGroup: { AllSupported: true } },
    },
    Channel: { Type: 'AWS::Config::DeliveryChannel', Properties: { Name: 'channel', S3BucketName: 'logs' } },
  },
});
const recorderAlone = JSON.stringify({
  Resources: { Recorder: { Type: 'AWS::Config::ConfigurationRecorder', Properties: { RoleARN: 'arn:role' } } },
});

const wanted: FactsWanted = {
  home,
  roles: { ci: simulatedCiRole, reader: simulatedReaderRole, operator: 'InfraAdmin' },
  account: ['identity', 'root', 'userKeys', 'trails', 'ciRole', 'roles'],
  regions: [
    {
      region: home,
      facts: [
        'snapshotBlockPublicAccess',
        'ebsDefaultKey',
        'recorder',
        'deliveryChannel',
        'detector',
        'hub',
        'analyzers',
        'accessFindings',
        'stacks',
      ],
    },
  ],
};

const accountIn = (world: SimulatedWorld): AccountId => {
  const [first] = sandboxes(world);
  if (first === undefined) throw new Error('the world has no sandbox');
  return first;
};

/** What a visitor reads at some times after the stack was begun. */
async function readAt(world: SimulatedWorld, body: string, ...minutes: readonly number[]) {
  const account = accountIn(world);
  const begunMs = world.clock.nowMs();
  return world.clock.run(
    (async () => {
      await world.stackSets.start(requestFor([account], {}, body));
      const seen = [];
      for (const minute of minutes) {
        await world.clock.sleepUntil(new Date(begunMs + minute * 60_000));
        seen.push(await world.accounts.collectFacts(visitTo(account), wanted));
      }
      return seen;
    })(),
  );
}
const trailOf = ({ trails }: Awaited<ReturnType<typeof readAt>>[number]) =>
  trails.kind === 'read' ? trails.value[0] : undefined;

test('a new trail delivers its logs within minutes, not at once, and its digests after an hour', async () => {
  const [soon, later, muchLater] = (await readAt(smallWorld(), trailTemplate, 2, 15, 90)).map(trailOf);

  expect(soon).toMatchObject({ name: 'trail', homeRegion: home, logging: true, bucket: 'logs' });
  expect([soon?.deliveredAt, soon?.digestDeliveredAt]).toEqual([undefined, undefined]);
  expect([later?.deliveredAt, later?.digestDeliveredAt]).toEqual([expect.any(String), undefined]);
  expect([muchLater?.deliveredAt, muchLater?.digestDeliveredAt]).toEqual([expect.any(String), expect.any(String)]);
});

test('a trail goes on delivering', async () => {
  const world = smallWorld();

  const [facts] = await readAt(world, trailTemplate, 3 * 24 * 60);

  const ageMs = world.clock.nowMs() - Date.parse((facts && trailOf(facts)?.deliveredAt) ?? '');
  expect(ageMs).toBeGreaterThanOrEqual(0);
  expect(ageMs).toBeLessThan(10 * 60_000);
});

test('a new recorder is pending first, and then records', async () => {
  const world = smallWorld();
  const [account, begunMs] = [accountIn(world), world.clock.nowMs()];
  const statuses = new Set<string>();
  await world.clock.run(
    (async () => {
      await world.stackSets.start(requestFor([account], {}, trailTemplate));
      while (world.clock.nowMs() < begunMs + 4 * 60_000) {
        await secondsLater(world, 5);
        const { recorder } = (await world.accounts.collectFacts(visitTo(account), wanted)).regions[home] ?? {};
        statuses.add(recorder?.kind === 'read' ? recorder.value.lastStatus : String(recorder?.kind));
      }
    })(),
  );

  expect([...statuses]).toEqual(['absent', 'Pending', 'Success']);
});

test('a recorder without a delivery channel does not record', async () => {
  const [facts] = await readAt(smallWorld(), recorderAlone, 10);

  expect(facts?.regions[home]?.recorder).toMatchObject({ kind: 'read', value: { recording: false } });
  expect(facts?.regions[home]?.deliveryChannel).toEqual({ kind: 'absent' });
});

test('an untouched account has none of what watches, shares snapshots as it likes, and its root user has no keys', async () => {
  const world = smallWorld();

  const facts = await world.clock.run(world.accounts.collectFacts(visitTo(accountIn(world)), wanted));

  expect(facts).toMatchObject({
    root: { kind: 'read', value: { accessKeys: false } },
    trails: { kind: 'read', value: [] },
    ciRole: { kind: 'read', value: { boundaryArn: expect.stringMatching(/policy\/baseline\/BaselineCiBoundary$/) } },
  });
  expect(facts.regions[home]).toMatchObject({
    recorder: { kind: 'absent' },
    deliveryChannel: { kind: 'absent' },
    detector: { kind: 'absent' },
    hub: { kind: 'absent' },
    analyzers: { kind: 'read', value: [] },
    stacks: { kind: 'read', value: [] },
    snapshotBlockPublicAccess: { kind: 'read', value: { state: 'unblocked', managedBy: 'account' } },
    ebsDefaultKey: { kind: 'absent' },
  });
});

test('a hub without an explicit choice enables the standards of AWS', async () => {
  const body = JSON.stringify({ Resources: { Hub: { Type: 'AWS::SecurityHub::Hub' } } });

  const [facts] = await readAt(smallWorld(), body, 10);

  const hub = facts?.regions[home]?.hub;
  expect(hub?.kind === 'read' && hub.value.standards.map(({ status }) => status)).toEqual(['READY', 'READY']);
});

test('a key whose policy has a role for a principal that is not there is refused', async () => {
  const role = { Principal: { AWS: 'arn:aws:iam::1:role/aws-service-role/x/AWSServiceRoleForAutoScaling' } };
  const key = { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [role] } } } };
  const linked = {
    Role: { Type: 'AWS::IAM::ServiceLinkedRole', Properties: { AWSServiceName: 'autoscaling.amazonaws.com' } },
  };
  const reasonsOf = async (resources: object) => {
    const world = smallWorld();
    await readAt(world, JSON.stringify({ Resources: resources }), 10);
    const results = await world.clock.run(world.stackSets.results('strongroom-wave-topic', 'op-1'));
    return results.map(({ reason }) => reason);
  };

  expect(await reasonsOf(key)).toEqual([expect.stringContaining('MalformedPolicyDocumentException')]);
  expect(await reasonsOf({ ...key, ...linked })).toEqual(['']);
});

test('a recorder without the role of Config is refused, and with it records', async () => {
  const world = smallWorld();
  const role = 'arn:aws:iam::1:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
  const recorder = { Type: 'AWS::Config::ConfigurationRecorder', Properties: { Name: 'r', RoleARN: role } };
  const body = JSON.stringify({ Resources: { Recorder: recorder } });
  const deployed = async (deployedTo: SimulatedWorld) => {
    await readAt(deployedTo, body, 10);
    return deployedTo.clock.run(deployedTo.stackSets.results('strongroom-wave-topic', 'op-1'));
  };

  const without = await deployed(world);
  const linked = smallWorld();
  await linked.clock.run(linked.accounts.ensureLinkedRoles(visitTo(accountIn(linked)), ['config.amazonaws.com']));
  const withIt = await deployed(linked);

  expect(without).toMatchObject([{ outcome: 'FAILED', reason: expect.stringContaining('AWSServiceRoleForConfig') }]);
  expect(withIt).toMatchObject([{ outcome: 'SUCCEEDED' }]);
});

test('root users are mostly good, and some are not where others were before', () => {
  const rootsIn = (world: SimulatedWorld) =>
    [...world.organization.accounts.keys()].map((id) => world.contents.identities(id).root);
  const [untouched, tended] = [
    rootsIn(smallWorld({ accounts: 500 })),
    rootsIn(smallWorld({ accounts: 500, preexisting: wellTended })),
  ];

  expect(untouched.filter(({ accessKeys, password, mfa }) => accessKeys || (password && !mfa))).toEqual([]);
  expect(tended.filter(({ accessKeys }) => accessKeys).length).toBeGreaterThan(0);
  expect(tended.filter(({ accessKeys }) => accessKeys).length).toBeLessThan(50);
});

test('stacks are seen with their parameters in their own region only', async () => {
  const world = smallWorld();

  const [facts] = await readAt(world, trailTemplate, 10);

  expect(facts?.regions[home]?.stacks).toEqual({
    kind: 'read',
    value: [{ stackSet: 'strongroom-wave-topic', status: 'CREATE_COMPLETE', parameters: {} }],
  });
  expect(world.contents.stacks(accountIn(world)).filter(({ region }) => region === other)).toEqual([]);
});
