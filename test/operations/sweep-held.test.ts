import { errors } from '../../orchestrator/domain/errors';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { Store } from '../../orchestrator/ports/ports';
import { listAccounts, readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { readVisits } from '../../orchestrator/records/evidence';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig } from '../rig';
import {
  collectFacts,
  damage,
  everything,
  recordOf,
  resultOf,
  risks,
  rolledOut,
  stateOf,
  swept,
  waves,
} from './sweeping';

describe('an account that a rollout holds', () => {
  async function heldRollout() {
    const rig = await createRig({ accounts: 40 });
    const { repair } = damage(rig, anAccountIn(rig, 'Sandbox'));
    const { id } = await rig.rollOut({ waves });
    repair();
    return { rig, id, ready: anAccountIn(rig, 'PolicyStaging') };
  }

  test('is read, and its record is left to the rollout', async () => {
    const { rig, id } = await heldRollout();
    const before = await listAccounts(rig.ports);

    const { verified } = await swept(rig);

    expect(await listAccounts(rig.ports)).toEqual(before);
    expect(resultOf(verified, anAccountIn(rig, 'Sandbox'))).toMatchObject({
      verdict: 'healthy',
      account: { state: 'UNHEALTHY' },
      unrecorded: `rollout ${id} holds the account`,
    });
  });

  test('is announced once if it was ready and the rollout waits for a person', async () => {
    const { rig, ready } = await heldRollout();
    damage(rig, ready);

    await swept(rig);
    const { verified } = await swept(rig);

    expect(resultOf(verified, ready)).toMatchObject({ verdict: 'failed', account: { state: 'READY_FOR_KEYS' } });
    expect(risks(rig).map(({ key }) => key)).toEqual([expect.stringContaining(ready)]);
  });

  test('is the sweep’s again when the rollout has ended', async () => {
    const { rig, id } = await heldRollout();
    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'fixed by hand' });
    await rig.resume(id);

    await swept(rig);

    expect(await stateOf(rig, anAccountIn(rig, 'Sandbox'))).toBe('BASELINE_HEALTHY');
  });
});

describe('what cannot be looked into', () => {
  test('is not ready, with the reason', async () => {
    const rig = await rolledOut();
    const closed = anAccountIn(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === closed ? 'the role is gone' : undefined);

    const { verified } = await swept(rig);

    expect(resultOf(verified, closed)).not.toHaveProperty('unrecorded');
    expect((await recordOf(rig, closed)).failing[0]).toMatchObject({
      outcome: 'unknown',
      observed: expect.stringContaining('the role is gone'),
    });
    expect(await stateOf(rig, closed)).toBe('KEYS_AT_RISK');
  });

  test('costs nobody their readiness where every door is closed: then the key is wrong', async () => {
    const rig = await rolledOut();
    const before = await listAccounts(rig.ports);
    rig.world.faults.cannotEnter = () => 'not authorized';

    const { verified } = await swept(rig);

    expect(verified).toContainEqual(
      expect.objectContaining({ verdict: 'inconclusive', unrecorded: 'no account could be entered at all' }),
    );
    expect([await listAccounts(rig.ports), risks(rig)]).toEqual([before, []]);
  });

  test('for want of our own credentials ends the sweep, and nothing is recorded', async () => {
    const rig = await rolledOut();
    const before = await listAccounts(rig.ports);
    const expired = collectFacts(rig, async () => {
      throw errors.noCredentials('the token has expired');
    });

    await expect(swept(rig, everything, expired)).rejects.toMatchObject({ code: 'NoCredentials' });

    expect(await listAccounts(rig.ports)).toEqual(before);
  });
});

test('a record that somebody else writes during the visit stays as they wrote it', async () => {
  const rig = await rolledOut();
  const account = anAccountIn(rig, 'Sandbox');
  const renaming = collectFacts(rig, async (visit, wanted) => {
    const item = await readAccount(rig.ports, visit.account);
    if (item !== undefined)
      await writeAccount(guard(rig.ports, byVersion), { ...item.value, name: 'renamed' }, item.version);
    return rig.ports.accounts.collectFacts(visit, wanted);
  });

  const { verified } = await swept(rig, { ...everything, accounts: [account] }, renaming);

  expect(verified).toMatchObject([{ unrecorded: expect.stringContaining('another process changed its record') }]);
  expect(await recordOf(rig, account)).toMatchObject({ name: 'renamed' });
});

describe('accounts without a release to judge them with', () => {
  test('are named, and not entered', async () => {
    const rig = await createRig({ accounts: 40 });

    const { verified } = await swept(rig);

    expect(verified.length).toBeGreaterThan(1);
    expect(new Set(verified.map((one) => one.kind === 'unmanaged' && one.because))).toEqual(
      new Set(['nothing was rolled out to it yet']),
    );
    expect(rig.world.calls.touches).toEqual([]);
  });

  test('are refused if no wave selects them', async () => {
    const rig = await rolledOut();

    const asked = swept(rig, { ...everything, accounts: [rig.world.organization.managementAccountId] });

    await expect(asked).rejects.toMatchObject({ code: 'UnknownAccount' });
  });
});

test('a visit that died after writing its evidence is written once when it is made again', async () => {
  const rig = await rolledOut();
  const account = anAccountIn(rig, 'Sandbox');
  const before = (await readVisits(rig.ports, account)).length;
  const { store } = rig.ports;
  const dying: Store = {
    ...store,
    put: async (key, value, version) => {
      if (key.pk.startsWith('accounts#')) throw errors.endpointDown('the table', 'gone');
      return store.put(key, value, version);
    },
  };
  await expect(swept(rig, { ...everything, accounts: [account] }, { store: dying })).rejects.toMatchObject({
    code: 'EndpointDown',
  });

  await swept(rig, { ...everything, accounts: [account] });

  expect(await readVisits(rig.ports, account)).toHaveLength(before + 1);
});
