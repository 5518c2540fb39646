/** What was made and then switched off, by the services' own APIs: it is there, and told to be off. */
import { CloudTrailClient, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient, StopConfigurationRecorderCommand } from '@aws-sdk/client-config-service';
import { GuardDutyClient, UpdateDetectorCommand } from '@aws-sdk/client-guardduty';
import { DisableKeyCommand, DisableKeyRotationCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Clients } from '../../orchestrator/aws/clients';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { Answer, Call } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { everything, startVisits, type Visits } from '../emulator/moto-visits';
import { aDefaultKey, aDetector, aTrail, recording } from './furnish';

const home = parseRegion(motoRegion);
let visits: Visits;
const filled = fillGaps();
let instead: (call: Call) => Answer | undefined = () => undefined;
beforeAll(async () => {
  visits = await startVisits((call, onward) => instead(call) ?? filled(call, onward));
});
afterAll(() => visits.stop());
beforeEach(() => {
  instead = () => undefined;
});

type Member = Pick<Clients, 'in'>;
async function seenAfter(switchOff: (member: Member) => Promise<unknown>) {
  const visit = visits.freshVisit();
  await switchOff(await memberClients(visits.clients, visit.account));
  const { trails, regions } = await visits.accounts.collectFacts(visit, everything(home));
  return { trails, ...regions[home] };
}

test('a trail that was stopped does not log', async () => {
  const { trails } = await seenAfter(async (member) => {
    await aTrail(member, home, 'strongroom-trail');
    await member.in(CloudTrailClient, home).send(new StopLoggingCommand({ Name: 'strongroom-trail' }));
  });

  expect(trails).toMatchObject({ kind: 'read', value: [{ name: 'strongroom-trail', logging: false }] });
});

test('a recorder that was stopped does not record', async () => {
  const { recorder } = await seenAfter(async (member) => {
    await recording(member, home, 'strongroom-recorder');
    const ConfigurationRecorderName = 'strongroom-recorder';
    await member
      .in(ConfigServiceClient, home)
      .send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName }));
  });

  expect(recorder).toMatchObject({ kind: 'read', value: { name: 'strongroom-recorder', recording: false } });
});

test('a detector that was suspended is not enabled', async () => {
  const { detector } = await seenAfter(async (member) => {
    const DetectorId = await aDetector(member, home);
    await member.in(GuardDutyClient, home).send(new UpdateDetectorCommand({ DetectorId, Enable: false }));
  });

  expect(detector).toMatchObject({ kind: 'read', value: { enabled: false } });
});

test.each([
  ['disabled', DisableKeyCommand, { enabled: false, rotates: true }],
  ['told not to rotate', DisableKeyRotationCommand, { enabled: true, rotates: false }],
])('the key of EBS that was %s says so', async (_what, Command, expected) => {
  const { ebsDefaultKey } = await seenAfter(async (member) => {
    const KeyId = (await aDefaultKey(member, home)).split('/').at(-1);
    await member.in(KMSClient, home).send(new Command({ KeyId }));
  });

  expect(ebsDefaultKey).toMatchObject({ kind: 'read', value: expected });
});

const blocked = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};
test.each(Object.keys(blocked))(
  '%s is reported as off when it is the only one of the four public access blocks that is',
  async (one) => {
    const visit = visits.freshVisit();
    const three = { ...blocked, [one]: false };
    await visits.accounts.applySettings(visit, { s3PublicAccessBlock: three }, [home]);

    const { s3PublicAccessBlock } = await visits.accounts.collectFacts(visit, everything(home));

    expect(s3PublicAccessBlock).toEqual({ kind: 'read', value: three });
  },
);

test('a hop limit of -1 is no preference, and no limit', async () => {
  const body = '<R><accountLevel><httpPutResponseHopLimit>-1</httpPutResponseHopLimit></accountLevel></R>';
  instead = ({ action }) => (action === 'GetInstanceMetadataDefaults' ? { status: 200, body } : undefined);

  const { imdsDefaults } = await seenAfter(async () => {});

  expect(imdsDefaults).toEqual({ kind: 'read', value: {} });
});
