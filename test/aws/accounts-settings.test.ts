import { parseRegion } from '../../orchestrator/domain/model/brand';
import { desired } from '../contracts/accounts.contract';
import { ec2Fault } from '../emulator/gateway';
import { memberClients, motoRegion } from '../emulator/moto';
import { fillGaps } from '../emulator/moto-gaps';
import { useVisits } from '../emulator/moto-visits';
import { aDefaultKey, aKey } from './furnish';

const home = parseRegion(motoRegion);
const west = parseRegion('us-west-2');

const laxPolicy = {
  minimumLength: 8,
  requireSymbols: false,
  requireNumbers: true,
  requireUppercase: false,
  requireLowercase: true,
  allowUsersToChange: false,
  maxAgeDays: 0,
  reusePrevention: 0,
  hardExpiry: false,
};

const visits = useVisits();

const writes = /^(Update|Delete|Enable|Disable|Modify|Reset|PUT|DELETE)/;

describe('settings', () => {
  it('are read as not set in a fresh account', async () => {
    const previous = await visits.accounts.readSettings(visits.freshVisit(), { ...desired, imdsDefaults: {} }, [
      home,
      west,
    ]);

    expect(previous).toEqual({
      passwordPolicy: null,
      s3PublicAccessBlock: null,
      ebsEncryption: { [home]: false, [west]: false },
      imdsDefaults: { [home]: { managedBy: 'account' }, [west]: { managedBy: 'account' } },
    });
  });

  it('that nobody asked about are not read', async () => {
    expect(await visits.accounts.readSettings(visits.freshVisit(), {}, [home])).toEqual({});
  });

  it('are as desired once applied, in each region that was named and in no other', async () => {
    const visit = visits.freshVisit();

    await visits.accounts.applySettings(visit, desired, [west]);

    const after = await visits.accounts.readSettings(visit, desired, [home, west]);
    expect(after).toMatchObject({ ...desired, ebsEncryption: { [home]: false, [west]: true } });
  });

  it('are as before once put back, also where nothing was set', async () => {
    const visit = visits.freshVisit();
    const before = await visits.accounts.readSettings(visit, desired, [home, west]);
    await visits.accounts.applySettings(visit, desired, [home, west]);

    await visits.accounts.putBackSettings(visit, before);

    expect(await visits.accounts.readSettings(visit, desired, [home, west])).toEqual(before);
  });

  it('of a password policy that was there come back whole, since an update resets what it leaves out', async () => {
    const visit = visits.freshVisit();
    await visits.accounts.putBackSettings(visit, { passwordPolicy: laxPolicy });
    await visits.accounts.applySettings(visit, desired, [home]);

    await visits.accounts.putBackSettings(visit, { passwordPolicy: laxPolicy });

    expect(await visits.accounts.readSettings(visit, desired, [home])).toMatchObject({ passwordPolicy: laxPolicy });
  });

  it('say that passwords never expire by saying nothing, since AWS takes no 0', async () => {
    const putBack = () => visits.accounts.putBackSettings(visits.freshVisit(), { passwordPolicy: laxPolicy });

    const calls = await visits.callsDuring(putBack);

    const sent = new URLSearchParams(calls.find((call) => call.action === 'UpdateAccountPasswordPolicy')?.body);
    expect([...sent.keys()]).toContain('MinimumPasswordLength');
    expect([...sent.keys()]).not.toEqual(expect.arrayContaining(['MaxPasswordAge']));
    expect([...sent.keys()]).not.toEqual(expect.arrayContaining(['PasswordReusePrevention']));
  });

  it('that hold already are not written again', async () => {
    const visit = visits.freshVisit();
    await visits.accounts.applySettings(visit, desired, [home]);

    const calls = await visits.callsDuring(() => visits.accounts.applySettings(visit, desired, [home]));

    expect(calls.filter((call) => writes.test(call.action))).toEqual([]);
  });

  it('of the metadata service go to what is desired and back to no preference', async () => {
    const visit = visits.freshVisit();
    const wanted = { imdsDefaults: { httpTokens: 'required', httpPutResponseHopLimit: 2 } } as const;

    await visits.accounts.applySettings(visit, wanted, [home, west]);

    const during = await visits.accounts.readSettings(visit, wanted, [home, west]);
    await visits.accounts.putBackSettings(visit, {
      imdsDefaults: { [home]: {}, [west]: { httpPutResponseHopLimit: 2 } },
    });
    const after = await visits.accounts.readSettings(visit, wanted, [home, west]);
    const { imdsDefaults } = wanted;
    expect(during.imdsDefaults).toMatchObject({ [home]: imdsDefaults, [west]: imdsDefaults });
    expect(after.imdsDefaults).toEqual({
      [home]: { managedBy: 'account' },
      [west]: { managedBy: 'account', httpPutResponseHopLimit: 2 },
    });
  });

  it('leave alone the metadata default that is not governed', async () => {
    const visit = visits.freshVisit();
    await visits.accounts.applySettings(visit, { imdsDefaults: { httpPutResponseHopLimit: 3 } }, [home]);

    await visits.accounts.applySettings(visit, { imdsDefaults: { httpTokens: 'required' } }, [home]);

    const { imdsDefaults } = await visits.accounts.readSettings(visit, { imdsDefaults: {} }, [home]);
    expect(imdsDefaults).toMatchObject({ [home]: { httpTokens: 'required', httpPutResponseHopLimit: 3 } });
  });

  it('that a declarative policy holds as desired count as held', async () => {
    visits.instead = fillGaps({ imds: { httpTokens: 'required', managedBy: 'declarative-policy' } });
    const visit = visits.freshVisit();

    await visits.accounts.applySettings(visit, { imdsDefaults: { httpTokens: 'required' } }, [home]);

    await expect(visits.accounts.readSettings(visit, { imdsDefaults: {} }, [home])).resolves.toMatchObject({
      imdsDefaults: { [home]: { httpTokens: 'required', managedBy: 'declarative-policy' } },
    });
  });

  it('that a declarative policy holds otherwise are an error that names the call', async () => {
    visits.instead = fillGaps({ imds: { httpTokens: 'optional', managedBy: 'declarative-policy' } });

    await expect(
      visits.accounts.applySettings(visits.freshVisit(), { imdsDefaults: { httpTokens: 'required' } }, [home]),
    ).rejects.toMatchObject({
      code: 'RefusedInAccount',
      message: expect.stringContaining('ec2:ModifyInstanceMetadataDefaults in us-east-1'),
    });
  });

  it('that a declarative policy has taken over since are not put back', async () => {
    visits.instead = fillGaps({ imds: { httpTokens: 'required', managedBy: 'declarative-policy' } });

    await expect(
      visits.accounts.putBackSettings(visits.freshVisit(), { imdsDefaults: { [home]: {} } }),
    ).resolves.toBeUndefined();
  });

  describe('of the key that EBS encrypts with', () => {
    const wanted = { ebsDefaultKey: { alias: 'alias/strongroom-ebs' } };

    it('choose the key behind the alias, and go back to the key that AWS manages', async () => {
      const visit = visits.freshVisit();
      const arn = await aKey(await memberClients(visits.clients, visit.account), home, 'alias/strongroom-ebs');
      const before = await visits.accounts.readSettings(visit, wanted, [home]);

      await visits.accounts.applySettings(visit, wanted, [home]);
      const during = await visits.accounts.readSettings(visit, wanted, [home]);
      await visits.accounts.putBackSettings(visit, before);

      expect(before).toEqual({ ebsDefaultKey: { [home]: null } });
      expect(during).toEqual({ ebsDefaultKey: { [home]: arn } });
      expect(await visits.accounts.readSettings(visit, wanted, [home])).toEqual(before);
    });

    it('go back to the key that somebody had chosen', async () => {
      const visit = visits.freshVisit();
      const member = await memberClients(visits.clients, visit.account);
      const theirs = await aDefaultKey(member, home);
      await aKey(member, home, 'alias/strongroom-ebs');
      const before = await visits.accounts.readSettings(visit, wanted, [home]);
      await visits.accounts.applySettings(visit, wanted, [home]);

      await visits.accounts.putBackSettings(visit, before);

      expect(await visits.accounts.readSettings(visit, wanted, [home])).toEqual({ ebsDefaultKey: { [home]: theirs } });
    });

    it('write nothing where they hold already, be it chosen or put back', async () => {
      const visit = visits.freshVisit();
      await aKey(await memberClients(visits.clients, visit.account), home, 'alias/strongroom-ebs');
      await visits.accounts.applySettings(visit, wanted, [home]);

      const calls = await visits.callsDuring(async () => {
        await visits.accounts.applySettings(visit, wanted, [home]);
        await visits.accounts.putBackSettings(visit, { ebsDefaultKey: { [west]: null } });
      });

      expect(calls.filter((call) => writes.test(call.action))).toEqual([]);
    });

    it('choose no key that is not there, since EC2 would find out only when an instance does not launch', async () => {
      const visit = visits.freshVisit();

      await expect(visits.accounts.applySettings(visit, wanted, [home])).rejects.toMatchObject({
        code: 'RefusedInAccount',
        message: expect.stringContaining('kms:DescribeKey in us-east-1 was refused with NotFound'),
      });

      expect(await visits.accounts.readSettings(visit, wanted, [home])).toEqual({ ebsDefaultKey: { [home]: null } });
    });
  });

  it('of the other regions are finished when one region refuses', async () => {
    const visit = visits.freshVisit();
    visits.instead = (call) =>
      call.region === home && call.action === 'EnableEbsEncryptionByDefault'
        ? ec2Fault(403, 'UnauthorizedOperation', 'no')
        : undefined;

    await expect(visits.accounts.applySettings(visit, desired, [home, west])).rejects.toMatchObject({
      code: 'RefusedInAccount',
    });

    await expect(visits.accounts.readSettings(visit, desired, [home, west])).resolves.toMatchObject({
      ebsEncryption: { [home]: false, [west]: true },
    });
  });
});
