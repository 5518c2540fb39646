import type { AccountFacts, FactsWanted } from '../../orchestrator/domain/health/fact-sources';
import { type AccountId, parseAccountId, parseRegion } from '../../orchestrator/domain/model/brand';
import { simulatedCiRole, simulatedReaderRole } from '../../orchestrator/simulated/config';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { guardTemplate, policy } from '../contracts/accounts.contract';
import { noLookup } from '../lookups';
import {
  home,
  longSeconds,
  other,
  requestFor,
  sandboxIn,
  secondsLater,
  smallWorld,
  start,
  visitTo,
} from './small-world';

const wanted: FactsWanted = {
  home,
  roles: { ci: simulatedCiRole, reader: simulatedReaderRole, operator: 'ContractGuard' },
  account: ['identity', 'passwordPolicy', 's3PublicAccessBlock', 'operatorRole', 'ciRole'],
  regions: [home, other].map((region) => ({
    region,
    facts: ['ebsEncryption', 'imdsDefaults', 'alertRules'],
  })),
};

const factsOf = (world: SimulatedWorld, account: AccountId): Promise<AccountFacts> =>
  world.clock.run(world.accounts.collectFacts(visitTo(account), wanted));
const deploy = (world: SimulatedWorld, account: AccountId, body: string, operationId = 'op-1'): Promise<void> =>
  world.clock.run(
    (async () => {
      const kind = operationId === 'op-1' ? 'create' : 'update';
      await world.stackSets.start(requestFor([account], { operationId, kind }, body));
      await secondsLater(world, longSeconds);
    })(),
  );

describe('entering', () => {
  const entering = (world: SimulatedWorld, account: AccountId) =>
    world.clock.run(world.accounts.preflight(visitTo(account), noLookup(home)));

  test('fails in a fresh account until its role is there', async () => {
    const world = smallWorld();
    const { id, enterableFromMs } = world.organization.addAccount('newcomer', '', start.getTime());

    await expect(entering(world, id)).rejects.toMatchObject({ code: 'CannotEnterAccount' });
    await world.clock.run(world.clock.sleepUntil(new Date(enterableFromMs)));

    expect(enterableFromMs).toBeGreaterThan(start.getTime());
    expect(await entering(world, id)).toMatchObject({ unusable: [] });
  });

  test.each<[string, (world: SimulatedWorld, account: AccountId) => AccountId]>([
    ['the management account', (world) => world.organization.managementAccountId],
    ['an account that does not exist', () => parseAccountId('000000000000')],
    [
      'a suspended account',
      (world, account) => {
        world.organization.setState(account, 'SUSPENDED');
        return account;
      },
    ],
    [
      'an account whose role does not let us in',
      (world, account) => {
        world.faults.cannotEnter = () => 'AccessDenied';
        return account;
      },
    ],
  ])('fails for %s', async (_, choose) => {
    const world = smallWorld();

    await expect(entering(world, choose(world, sandboxIn(world)))).rejects.toMatchObject({
      code: 'CannotEnterAccount',
    });
  });

  test.each([{ roles: { reader: 'Admin', ci: simulatedCiRole } }, { externalId: 'guess' }])(
    'fails with %j',
    async (change) => {
      const world = smallWorld();
      const visit = { ...visitTo(sandboxIn(world)), ...change };

      await expect(world.clock.run(world.accounts.preflight(visit, noLookup(home)))).rejects.toMatchObject({
        code: 'CannotEnterAccount',
      });
    },
  );

  test('another account than the one meant is noticed before anything is read', async () => {
    const world = smallWorld();
    world.faults.identityOf = () => '999999999999';

    await expect(factsOf(world, sandboxIn(world))).rejects.toMatchObject({ code: 'WrongIdentity' });
    expect(world.calls.touches.map(({ what }) => what)).toEqual(['entered']);
  });
});

describe('regions', () => {
  const unusable = async (world: SimulatedWorld, account: AccountId, region = other) =>
    (await world.clock.run(world.accounts.preflight(visitTo(account), noLookup(home, region)))).unusable;

  test('still activate for a while after a new account can be entered, all but the home region', async () => {
    const world = smallWorld();
    const { id, enterableFromMs, activeFromMs } = world.organization.addAccount('newcomer', '', start.getTime());

    await world.clock.run(world.clock.sleepUntil(new Date(enterableFromMs)));
    const early = await unusable(world, id);
    await world.clock.run(world.clock.sleepUntil(new Date(activeFromMs)));

    expect(early).toEqual([{ region: other, why: expect.stringContaining('still being activated'), activating: true }]);
    expect(await unusable(world, id)).toEqual([]);
  });

  test('that nobody has opted in to are distinguished from those', async () => {
    const world = smallWorld();
    const region = parseRegion('ap-east-1');

    expect(await unusable(world, sandboxIn(world), region)).toEqual([
      { region, why: 'the account has not opted in to the region' },
    ]);
  });

  test('that do not answer have facts that cannot be read', async () => {
    const world = smallWorld();
    world.faults.unusableRegion = (_, region) => (region === other ? 'denied by an SCP' : undefined);

    const { regions } = await factsOf(world, sandboxIn(world));

    expect(regions[other]?.ebsEncryption).toEqual({ kind: 'unreadable', why: 'denied by an SCP' });
    expect(regions[home]?.ebsEncryption).toEqual({ kind: 'read', value: { enabled: false } });
  });
});

test('alert rules that somebody keeps disabled are seen so, whatever a stack deploys', async () => {
  const world = smallWorld();
  const account = sandboxIn(world);
  await deploy(world, account, guardTemplate);
  world.faults.disablesAlerts = () => true;

  const seen = (await factsOf(world, account)).regions[home]?.alertRules;

  expect(seen).toMatchObject({ kind: 'read', value: { 'root-user': { state: 'DISABLED' } } });
});

describe('what people do by hand', () => {
  const guarded = async (): Promise<{ world: SimulatedWorld; account: AccountId }> => {
    const world = smallWorld();
    const account = sandboxIn(world);
    await deploy(world, account, guardTemplate);
    return { world, account };
  };

  test.each<[OutOfBandChange, object]>([
    [
      { kind: 'change', of: 'roles', name: 'ContractGuard', to: { attached: [] } },
      { operatorRole: { kind: 'read', value: { attached: [], maxSessionSeconds: 7200 } } },
    ],
    [
      { kind: 'changeTrust', role: 'ContractGuard', trust: { Statement: [] } },
      { operatorRole: { kind: 'read', value: { trust: { Statement: [] } } } },
    ],
    [{ kind: 'delete', of: 'roles', name: 'ContractGuard' }, { operatorRole: { kind: 'absent' } }],
    [
      { kind: 'change', of: 'rules', region: home, to: { state: 'DISABLED' } },
      { regions: { [home]: { alertRules: { value: { 'root-user': { state: 'DISABLED' } } } } } },
    ],
    [
      { kind: 'delete', of: 'rules', region: home, name: 'strongroom-root-user' },
      { regions: { [home]: { alertRules: { value: {} } } } },
    ],
  ])('%j is seen by the next visitor', async (change, expected) => {
    const { world, account } = await guarded();

    world.contents.byHand(account, change);

    expect(await factsOf(world, account)).toMatchObject(expected);
  });

  test('stays through an update that changes nothing, and is fixed by one that does', async () => {
    const { world, account } = await guarded();
    world.contents.byHand(account, { kind: 'delete', of: 'roles', name: 'ContractGuard' });

    await deploy(world, account, guardTemplate, 'op-2');
    const afterNothing = (await factsOf(world, account)).operatorRole.kind;
    await deploy(world, account, guardTemplate.replace('7200', '3600'), 'op-3');

    expect(afterNothing).toBe('absent');
    expect((await factsOf(world, account)).operatorRole).toMatchObject({ value: { maxSessionSeconds: 3600 } });
  });

  test('a password policy that somebody deletes is gone', async () => {
    const world = smallWorld();
    const account = sandboxIn(world);
    await world.clock.run(world.accounts.applySettings(visitTo(account), { passwordPolicy: policy }, []));

    world.contents.byHand(account, { kind: 'deletePasswordPolicy' });

    expect((await factsOf(world, account)).passwordPolicy).toEqual({ kind: 'absent' });
  });
});

describe('IMDS defaults', () => {
  const required = { httpTokens: 'required', httpPutResponseHopLimit: 2 } as const;
  const settingIn = (world: SimulatedWorld, imdsDefaults: typeof required) =>
    world.clock.run(world.accounts.applySettings(visitTo(sandboxIn(world)), { imdsDefaults }, [home]));
  const seenIn = async (world: SimulatedWorld) => (await factsOf(world, sandboxIn(world))).regions[home]?.imdsDefaults;

  test('are set, seen, and put back to no preference', async () => {
    const world = smallWorld();
    const visit = visitTo(sandboxIn(world));
    const before = await seenIn(world);
    const previous = await world.clock.run(world.accounts.readSettings(visit, { imdsDefaults: required }, [home]));

    await settingIn(world, required);
    const held = await seenIn(world);
    await world.clock.run(world.accounts.putBackSettings(visit, previous));

    expect(before).toEqual({ kind: 'read', value: {} });
    expect(held).toEqual({ kind: 'read', value: { ...required, managedBy: 'account' } });
    expect(await seenIn(world)).toEqual(before);
  });

  test('that a declarative policy already holds are not written', async () => {
    const world = smallWorld();
    world.contents.byHand(sandboxIn(world), { kind: 'declareImds', region: home, defaults: required });

    await settingIn(world, required);

    expect(await seenIn(world)).toEqual({ kind: 'read', value: { ...required, managedBy: 'declarative-policy' } });
  });

  test('that a declarative policy holds otherwise cannot be changed', async () => {
    const world = smallWorld();
    const defaults = { httpTokens: 'optional' } as const;
    world.contents.byHand(sandboxIn(world), { kind: 'declareImds', region: home, defaults });

    await expect(settingIn(world, required)).rejects.toMatchObject({ code: 'RefusedInAccount' });
  });
});

test('a visit takes time, and every call of it is counted', async () => {
  const world = smallWorld();

  await factsOf(world, sandboxIn(world));

  const calls = [...world.calls.counts.values()].reduce((sum, times) => sum + times, 0);
  expect(calls).toBe(28);
  expect(world.clock.nowMs() - start.getTime()).toBeGreaterThanOrEqual(calls * 80);
  expect(world.clock.nowMs() - start.getTime()).toBeLessThanOrEqual(calls * 150);
});

test('a visitor may be shown something else than is there', async () => {
  const world = smallWorld();
  world.faults.distort = (facts) => ({ ...facts, operatorRole: { kind: 'unreadable', why: 'denied' } });

  expect((await factsOf(world, sandboxIn(world))).operatorRole).toEqual({ kind: 'unreadable', why: 'denied' });
});
