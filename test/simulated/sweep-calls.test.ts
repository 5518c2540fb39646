/** What a sweep costs: how many calls, none of them twice, and how well they fill the room there is. */

import { factsWanted } from '../../orchestrator/domain/health/checks/wanted';
import type { FactsWanted } from '../../orchestrator/domain/health/fact-sources';
import type { Baseline } from '../../orchestrator/records/baseline';
import { factsCalls } from '../../orchestrator/simulated/visit-calls';
import { buildRelease } from '../../stackset-templates/release';
import { baseline } from '../rig';
import { desiredState, fitOut } from './fitted';
import { sandboxes, smallWorld, visitTo } from './small-world';

let built: Baseline;
let wanted: FactsWanted;
beforeAll(async () => {
  built = await baseline();
  wanted = factsWanted(buildRelease(desiredState, built.templates));
});

/** To assume the role, and to ask who one is. */
const enteringCalls = 2;

test('a visit for all checks makes at most 15 calls for the account', () => {
  const calls = factsCalls(wanted).filter(({ region }) => region === undefined);

  expect(enteringCalls + calls.length).toBeLessThanOrEqual(15);
});

test('and as many in each region as its services need, most of which know half of an answer per call', () => {
  const inRegions = wanted.regions.map(
    ({ region }) => factsCalls(wanted).filter((call) => call.region === region).length,
  );

  expect(inRegions).toEqual(inRegions.map(() => 25));
});

test.each([
  {
    what: 'of the baseline without a key of its own for EBS',
    choices: { 'kms-default': { enabled: false } },
    most: 22,
  },
  {
    what: 'that asks besides who administers GuardDuty, where that is for the organization',
    choices: {
      'threat-detection': { ...desiredState.modules['threat-detection'], managedBy: 'organization' as const },
    },
    most: 26,
  },
])('$most of them $what', ({ choices, most }) => {
  const { regions } = factsWanted(
    buildRelease({ ...desiredState, modules: { ...desiredState.modules, ...choices } }, built.templates),
  );

  const inRegions = regions.map((wantedThere) => factsCalls({ ...wanted, regions: [wantedThere] }));

  expect(inRegions.map((calls) => calls.filter(({ region }) => region !== undefined).length)).toEqual(
    inRegions.map(() => most),
  );
});

test('none of them is made twice', () => {
  const calls = factsCalls(wanted).map(({ api, region, of }) => [api, region, of].join(' '));

  expect(calls.length).toBe(new Set(calls).size);
});

test('what AWS would count is what is said here; in a region of an empty account the detector is looked for, and nothing has findings', async () => {
  const world = smallWorld();
  const [account] = sandboxes(world);
  if (account === undefined) throw new Error('the world has no sandbox');
  const release = buildRelease(desiredState, built.templates);
  const visited = async (): Promise<number> => {
    const before = counted();
    await world.accounts.collectFacts(visitTo(account), wanted);
    return counted() - before;
  };
  const counted = () => [...world.calls.counts.values()].reduce((sum, times) => sum + times, 0);

  const [empty, fitted] = await world.clock.run(
    (async () => [await visited(), await fitOut(world, account, release, built).then(visited)])(),
  );

  const said = enteringCalls + factsCalls(wanted).length;
  const regions = desiredState.regions.governed.length;
  expect([empty, fitted]).toEqual([said + regions - regions, said]);
});

test('what nobody wants to know is not asked', () => {
  expect(factsCalls({ ...wanted, account: [], regions: [] })).toEqual([]);
});
