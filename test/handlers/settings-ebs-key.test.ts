/** The key that EBS encrypts with: a stack makes it, and a setting chooses it. */
import { parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import { readAccount } from '../../orchestrator/records/accounts';
import { swept } from '../operations/sweeping';
import { anAccountIn, createRig, type Rig } from '../rig';

const sandbox = parseWaveName('sandbox');
const home = parseRegion('us-east-1');
const west = parseRegion('us-west-2');

const withKeys = (text: string): string => text.replace('modules:\n', 'modules:\n  kms-default: { enabled: true }\n');
const aRig = (): Promise<Rig> => createRig({ config: withKeys });
const keysChosen = (rig: Rig, account = anAccountIn(rig, 'Sandbox')): readonly string[] => [
  ...rig.world.contents.settings(account).ebsKey.keys(),
];

test('a rollout chooses the key that it has made, in every governed region, and the account earns its keys', async () => {
  const rig = await aRig();

  const { events } = await rig.rollOut({ waves: [sandbox] });

  const record = (await readAccount(rig.ports, anAccountIn(rig, 'Sandbox')))?.value;
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(keysChosen(rig)).toEqual([home, west]);
  expect(record).toMatchObject({
    state: 'READY_FOR_KEYS',
    failing: [],
    previousSettings: { ebsDefaultKey: { [home]: null, [west]: null } },
  });
});

test('a release that is the first to choose a key keeps what was chosen before, beside what it knew already', async () => {
  const rig = await createRig();
  await rig.rollOut({ waves: [sandbox] });
  const wanted = { ...rig.desiredState, modules: { ...rig.desiredState.modules, 'kms-default': { enabled: true } } };

  await rig.rollOut({ waves: [sandbox] }, wanted);

  const record = (await readAccount(rig.ports, anAccountIn(rig, 'Sandbox')))?.value;
  expect(record?.previousSettings).toMatchObject({
    passwordPolicy: null,
    ebsDefaultKey: { [home]: null, [west]: null },
  });
});

test("a region that is seen to be back at AWS's key gets ours again with the next rollout", async () => {
  const rig = await aRig();
  const account = anAccountIn(rig, 'Sandbox');
  await rig.rollOut({ waves: [sandbox] });
  rig.world.contents.byHand(account, { kind: 'forgetEbsKey', region: west });
  const { verified } = await swept(rig, { accountsMax: 1, accounts: [account] });

  await rig.rollOut({ waves: [sandbox] });

  expect(verified).toMatchObject([{ account: { failing: [{ check: 'ebs-default-key-rotates', region: west }] } }]);
  expect([...keysChosen(rig)].sort()).toEqual([home, west]);
});
