import fc from 'fast-check';
import type { Account } from '../../../orchestrator/domain/model/organization';
import { stableHash } from '../../../orchestrator/domain/planning/stable-hash';
import { type Targeting, target } from '../../../orchestrator/domain/planning/targeting';
import { newcomerTo, today, type World, world } from '../arbitraries';

const targetsOf = ({ organization, desiredState }: World): Targeting => target(organization, desiredState, today);

/** Account id → where it ended, and why. */
const placesOf = ({ waves, excluded }: Targeting): ReadonlyMap<string, string> =>
  new Map([
    ...waves.flatMap(({ name, accounts }) => accounts.map(({ id, because }) => [id, `${name}: ${because}`] as const)),
    ...excluded.map(({ id, reason, because }) => [id, `${reason}: ${because}`] as const),
  ]);

const withAccounts = ({ organization, desiredState }: World, accounts: readonly Account[]): World => ({
  organization: { ...organization, accounts },
  desiredState,
});

/** The account ids of each wave, in visiting order. */
const membersOf = ({ waves }: Targeting): readonly (readonly string[])[] =>
  waves.map(({ accounts }) => accounts.map(({ id }) => id));

describe('for every organization and intent', () => {
  test('each account is in exactly one wave or excluded, because of something', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { waves, excluded } = targetsOf(drawn);

        const placed = [...waves.flatMap(({ accounts }) => accounts), ...excluded];
        expect(placed.map(({ id }) => id).sort()).toEqual(drawn.organization.accounts.map(({ id }) => id).sort());
        for (const { because } of placed) expect(because).not.toBe('');
      }),
    );
  });

  test('only active accounts other than the management account are targets', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const targeted = new Set<string>(membersOf(targetsOf(drawn)).flat());

        for (const { id, state } of drawn.organization.accounts)
          if (state !== 'ACTIVE' || id === drawn.organization.managementAccountId) expect(targeted).not.toContain(id);
      }),
    );
  });

  test('the order in which the organization is listed does not matter', () => {
    const shuffled = world.chain((drawn) =>
      fc.record({
        drawn: fc.constant(drawn),
        accounts: fc.shuffledSubarray([...drawn.organization.accounts], {
          minLength: drawn.organization.accounts.length,
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ drawn, accounts }) => {
        expect(targetsOf(withAccounts(drawn, accounts))).toEqual(targetsOf(drawn));
      }),
    );
  });

  test('a new account moves no other, and reorders no wave', () => {
    const joined = world.chain((drawn) =>
      fc.record({ drawn: fc.constant(drawn), newcomer: newcomerTo(drawn.organization) }),
    );
    fc.assert(
      fc.property(joined, ({ drawn, newcomer }) => {
        const before = targetsOf(drawn);
        const after = targetsOf(withAccounts(drawn, [...drawn.organization.accounts, newcomer]));

        const others = new Map(placesOf(after));
        others.delete(newcomer.id);
        expect(others).toEqual(placesOf(before));
        expect(membersOf(after).map((ids) => ids.filter((id) => id !== newcomer.id))).toEqual(membersOf(before));
      }),
    );
  });

  test('a bigger percentage only adds to its wave', () => {
    fc.assert(
      fc.property(world, fc.nat(5), fc.integer({ min: 1, max: 99 }), (drawn, at, more) => {
        const { desiredState } = drawn;
        const waves = desiredState.waves.map((wave, index) =>
          index === at ? { ...wave, percent: Math.min(100, wave.percent + more) } : wave,
        );

        const before = membersOf(targetsOf(drawn))[at] ?? [];
        const after = membersOf(targetsOf({ ...drawn, desiredState: { ...desiredState, waves } }))[at] ?? [];

        expect(after).toEqual(expect.arrayContaining([...before]));
      }),
    );
  });

  test('removing a wave re-places only its own accounts', () => {
    fc.assert(
      fc.property(world, fc.nat(5), (drawn, at) => {
        const { desiredState } = drawn;
        const removed = desiredState.waves[at]?.name;
        const waves = desiredState.waves.filter(({ name }) => name !== removed);

        const before = targetsOf(drawn);
        const after = placesOf(targetsOf({ ...drawn, desiredState: { ...desiredState, waves } }));

        for (const { name, accounts } of before.waves.filter((wave) => wave.name !== removed))
          for (const { id, because } of accounts) expect(after.get(id)).toBe(`${name}: ${because}`);
        // Of the accounts left out, only the reason of one that the removed wave's percentage had missed may change.
        for (const { id, reason } of before.excluded) expect(after.get(id)).toMatch(new RegExp(`^${reason}: `));
      }),
    );
  });

  test('a wave is visited in the order of the stable hash, so that its first accounts are spread', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        for (const ids of membersOf(targetsOf(drawn))) {
          const hashes = ids.map(stableHash);
          expect(hashes).toEqual(hashes.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

test('the properties see every kind of place', () => {
  const seen = new Set<string>();
  for (const drawn of fc.sample(world, { numRuns: 300, seed: 7 })) {
    const { waves, excluded } = targetsOf(drawn);
    if (waves.some(({ accounts }) => accounts.length > 1)) seen.add('wave');
    for (const { reason } of excluded) seen.add(reason);
  }

  expect([...seen].sort()).toEqual(
    ['excluded', 'exempt', 'managementAccount', 'pending', 'suspended', 'unplaced', 'wave'].sort(),
  );
});
