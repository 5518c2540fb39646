/**
 * Every check with its five answers: pass, fail, unknown, not applicable, and a near miss that must not pass. A check without a row
 * in scenarios-of-account.ts or scenarios-of-region.ts is not finished. The other files here look closer at each.
 */
import { checkTable } from '../../../../orchestrator/domain/health/checks/table';
import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { absent, type Fact, unreadable } from '../../../../orchestrator/domain/health/facts';
import type { CheckOutcome } from '../../../../orchestrator/domain/model/gate';
import { moduleIds } from '../../../../orchestrator/domain/model/module';
import type { Release } from '../../../../orchestrator/domain/model/release';
import { adoptedAtHome, atHome, facts, home, release, resultOf, resultsOf } from './healthy';
import { expecting, type Scenario } from './scenario';
import { accountScenarios } from './scenarios-of-account';
import { regionScenarios } from './scenarios-of-region';

const scenarios: Readonly<Record<string, Scenario>> = { ...accountScenarios, ...regionScenarios };

test('every check has a row, and every row a check', () => {
  expect(Object.keys(scenarios).sort()).toEqual(checkTable.map(({ id }) => id).sort());
});

const rows = checkTable.flatMap(({ id, module }) => {
  const scenario = scenarios[id];
  return scenario === undefined ? [] : [{ id, module, ...scenario }];
});

/** The healthy account, but for one fact. */
const seenWith = (name: Scenario['fact'], fact: Fact<never>): AccountFacts => {
  if (name in facts) return { ...facts, [name]: fact };
  return atHome({ [name]: fact });
};

describe.each(rows)('$id', ({ id, module, fact, notApplicable }) => {
  test.each<[CheckOutcome, string, AccountFacts]>([
    ['pass', 'all is as it should be', facts],
    ['fail', 'there is nothing', seenWith(fact, absent)],
    ['unknown', 'it cannot be read', seenWith(fact, unreadable('denied'))],
  ])('is %s where %s', (outcome, _what, seen) => {
    expect(resultOf(id, seen).outcome).toBe(outcome);
  });

  const [when, outcomes, of] = whenNotApplicable(notApplicable, module);
  test(`is ${when}`, () => {
    const asked = resultsOf(facts, of).filter(({ check }) => check === id);

    expect([...new Set(asked.map(({ outcome }) => outcome))]).toEqual(outcomes);
  });
});

function whenNotApplicable(
  notApplicable: Scenario['notApplicable'],
  module: string,
): readonly [when: string, outcomes: readonly CheckOutcome[], of: Release] {
  const { enabled } = release.expectations;
  if (notApplicable === 'always') return ['asked of every account', ['pass'], expecting({ enabled: [] })];
  if (notApplicable === 'moduleOff')
    return [`not asked without ${module}`, [], expecting({ enabled: enabled.filter((on) => on !== module) })];
  return ['not applicable where the release does not want it', ['notApplicable'], notApplicable];
}

test.each(
  rows.flatMap(({ id, nearMisses }) => nearMisses.map(([what, seen, outcome]) => ({ id, what, seen, outcome }))),
)('$id is $outcome by a near miss: $what', ({ id, seen, outcome }) => {
  expect(resultOf(id, seen).outcome).toBe(outcome);
});

test.each(moduleIds)('the stack of %s is not applicable where somebody else runs the module', (module) => {
  const results = resultsOf(facts, release, adoptedAtHome(module)).filter(
    ({ check, region: where }) =>
      [`${module}-stack-is-complete`, `${module}-stack-parameters-match-release`].includes(check) && where === home,
  );

  expect(results.map(({ outcome }) => outcome)).toEqual(['notApplicable', 'notApplicable']);
});

test('near misses are wanting in a row only where a thing can be there or not', () => {
  expect(rows.filter(({ nearMisses }) => nearMisses.length === 0).map(({ id }) => id)).toEqual([
    'securityhub-is-enabled',
  ]);
});

test('securityhub-is-enabled fails by a near miss: a hub in the other governed regions, and none at home', () => {
  const asked = resultsOf(atHome({ hub: absent })).filter(({ check }) => check === 'securityhub-is-enabled');

  const outcomeIn = asked.map(({ region, outcome }) => [region === home, outcome]);
  expect(outcomeIn.toSorted()).toEqual([
    [false, 'pass'],
    [true, 'fail'],
  ]);
});
