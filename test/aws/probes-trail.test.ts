import { queryFault } from '../emulator/gateway';
import {
  aMember,
  anHourAgo,
  answerWith,
  aTrail,
  bucket,
  calledBy,
  deliver,
  folderOf,
  gateway,
  home,
  marker,
  organization,
  probes,
  useProofs,
} from '../emulator/probe-rig';

useProofs();

describe('a marked call', () => {
  it('is made in the account, under the name that its record will have', async () => {
    const { visit } = await aMember();
    const before = gateway.calls.length;

    const made = await probes.markedCall(visit);

    const calls = gateway.calls.slice(before);
    const [assumed] = calls.filter(({ action }) => action === 'AssumeRole');
    expect(made).toBe(marker);
    expect(new URLSearchParams(assumed?.body).get('RoleSessionName')).toBe(marker);
    expect(calls.at(-1)).toMatchObject({ action: 'GetCallerIdentity', region: home, account: visit.account });
  });

  it('is found in the object that has its record', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await deliver(`${folderOf(visit.account)}/one.json.gz`, calledBy('somebody'));
    await deliver(`${folderOf(visit.account)}/two.json.gz`, calledBy(marker));

    const look = await probes.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    expect(look).toEqual({
      logging: true,
      objects: 2,
      foundIn: `s3://${bucket}/${folderOf(visit.account)}/two.json.gz`,
    });
  });

  it.each<[string, (account: string) => Promise<void>, Date, number]>([
    ['in nothing', async () => {}, anHourAgo(), 0],
    [
      'where another spoke of it',
      (id) => deliver(`${folderOf(id)}/a.gz`, { ...calledBy('x'), said: marker }),
      anHourAgo(),
      1,
    ],
    [
      'in what was there before',
      (id) => deliver(`${folderOf(id)}/b.gz`, calledBy(marker)),
      new Date(Date.now() + 3_600_000),
      0,
    ],
    ['in another account', () => deliver(`${folderOf('999999999999')}/c.gz`, calledBy(marker)), anHourAgo(), 0],
  ])('is not found %s', async (_where, prepare, since, objects) => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await prepare(visit.account);

    const look = await probes.lookForMarker(visit, { marker, organization, since });

    expect(look).toEqual({ logging: true, objects });
  });

  it('is looked for with the own credentials, not those of the account', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    await deliver(`${folderOf(visit.account)}/one.json.gz`, calledBy(marker));
    const before = gateway.calls.length;

    await probes.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    // Midnight may lie within the hour: then there are two days' folders to list.
    const reads = gateway.calls.slice(before).filter(({ service }) => service === 's3');
    expect(new Set(reads.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['test']));
  });

  it('has no trail that could record it', async () => {
    const { visit } = await aMember();

    expect(await probes.lookForMarker(visit, { marker, organization, since: anHourAgo() })).toBeUndefined();
  });

  it('cannot be looked for in a bucket that does not let itself be read', async () => {
    const { visit, member } = await aMember();
    await aTrail(member);
    answerWith(({ service }) => (service === 's3' ? queryFault(403, 'AccessDenied', 'no') : undefined));

    const look = probes.lookForMarker(visit, { marker, organization, since: anHourAgo() });

    await expect(look).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
