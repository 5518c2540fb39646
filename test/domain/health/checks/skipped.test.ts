/** Modules that preflight skipped: their checks are unknown there, whatever the facts say, and other checks are judged as always. */
import { runChecks } from '../../../../orchestrator/domain/health/check';
import { checkTable } from '../../../../orchestrator/domain/health/checks/table';
import { absent } from '../../../../orchestrator/domain/health/facts';
import type { Region } from '../../../../orchestrator/domain/model/brand';
import { type CheckResult, verdictOfAccount } from '../../../../orchestrator/domain/model/gate';
import type { ModuleId } from '../../../../orchestrator/domain/model/module';
import { facts, home, release } from './healthy';

const other = release.regions.governed.find((region) => region !== home) ?? home;

const skip = (module: ModuleId, ...regions: readonly Region[]) =>
  regions.map((region) => ({ module, region, because: 'the call failed' }));
const resultsWith = (skipped: ReturnType<typeof skip>, seen = facts): readonly CheckResult[] =>
  runChecks(checkTable, seen, release, { skipped });
const unknown = (results: readonly CheckResult[]): readonly string[] =>
  [
    ...new Set(
      results.filter(({ outcome }) => outcome === 'unknown').map(({ module, region }) => `${module} ${region}`),
    ),
  ].sort();

test('are unknown in their region alone, also if the facts are good', () => {
  const results = resultsWith(skip('aws-config', other));

  expect(unknown(results)).toEqual([`aws-config ${other}`]);
  expect(results.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  expect(verdictOfAccount(results)).toBe('inconclusive');
});

test('are unknown, and do not fail, where nothing of the module is there', () => {
  const without = { ...facts.regions[other], recorder: absent, deliveryChannel: absent, stacks: absent };
  const seen = { ...facts, regions: { ...facts.regions, [other]: { ...facts.regions[other], ...without } } };

  const results = resultsWith(skip('aws-config', other), seen as typeof facts);

  expect(results.filter(({ module, outcome }) => module === 'aws-config' && outcome === 'fail')).toEqual([]);
});

test('say which call failed, and what to do about it', () => {
  const [first] = resultsWith(skip('aws-config', other)).filter(({ outcome }) => outcome === 'unknown');

  expect(first).toMatchObject({
    observed: `aws-config skipped in ${other}: the call failed`,
    remediation: expect.stringContaining('roll out again'),
  });
});

test.each([
  ['the home region', [home], true],
  ['all of its regions', [home, other], true],
  ['another region', [other], false],
])('of the account are unknown if the module is skipped in %s: %j, %s', (_where, regions, isUnknown) => {
  const results = resultsWith(skip('aws-config', ...regions));

  const linkedRole = results.find(({ check }) => check === 'aws-config-service-linked-role-exists');
  expect(linkedRole?.outcome === 'unknown').toBe(isUnknown);
});

test('that the release leaves without anything to check stay so', () => {
  const settings = { ...release.settings, ebsEncryption: undefined };
  const skipped = skip('account-hardening', home, other);

  const results = runChecks(checkTable, facts, { ...release, settings }, { skipped });

  const outcomes = results
    .filter(({ check }) => check === 'ebs-default-encryption-is-on')
    .map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['notApplicable']));
});
