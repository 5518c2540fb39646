/** A simulated account with the built baseline in it, or a part of it, without a rollout around. */

import { runChecks } from '../../orchestrator/domain/health/check';
import { checkTable } from '../../orchestrator/domain/health/checks/table';
import { factsWanted } from '../../orchestrator/domain/health/checks/wanted';
import type { Adopted } from '../../orchestrator/domain/model/account-record';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { CheckResult } from '../../orchestrator/domain/model/gate';
import type { ReleaseModule } from '../../orchestrator/domain/model/module';
import type { Release } from '../../orchestrator/domain/model/release';
import { linkedServiceOf } from '../../orchestrator/domain/policies/linked-roles';
import type { InstanceResult } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import { simulatedCiRole } from '../../orchestrator/simulated/config';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { desiredState as sample } from '../stackset-templates/sample-desired-state';
import { home, other, secondsLater, visitTo } from './small-world';

/** All modules, in the regions of the simulated world. */
export const desiredState: DesiredState = { ...sample, regions: { home, governed: [home, other] } };

/** Long enough for mail to be confirmed, and for logs and their digests to come. */
export const settledSeconds = 2 * 3600;

/** Deploys one module's stacks to an account and lets them land. */
export async function deployModule(
  world: SimulatedWorld,
  account: AccountId,
  { module, template, parameters, regions }: ReleaseModule,
  { templates }: Baseline,
): Promise<readonly InstanceResult[]> {
  const name = `strongroom-wave-${module}`;
  const service = linkedServiceOf[module];
  if (service !== undefined) await world.accounts.ensureLinkedRoles(visitTo(account), [service]);
  const operationId = `op-${account}-${module}`;
  await world.stackSets.start({
    operationId,
    kind: 'create',
    spec: {
      name,
      template,
      templateBody: templates[module]?.body ?? '',
      parameters,
      executionRoleName: simulatedCiRole,
    },
    accounts: [account],
    regions,
    maxConcurrent: 1,
    failureTolerance: 0,
    strict: false,
  });
  await secondsLater(world, settledSeconds);
  return world.stackSets.results(name, operationId);
}

/** Everything that the release has, one module after another, and its settings. */
export async function fitOut(
  world: SimulatedWorld,
  account: AccountId,
  release: Release,
  built: Baseline,
): Promise<void> {
  const deployed = new Set<string>();
  const waiting = [...release.modules];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ needs }) => needs.every((need) => deployed.has(need)));
    const [module] = waiting.splice(Math.max(next, 0), 1);
    if (module === undefined) break;
    await deployModule(world, account, module, built);
    deployed.add(module.module);
  }
  await applyRest(world, account, release);
}

/** What no stack can hold. */
export async function applyRest(
  world: SimulatedWorld,
  account: AccountId,
  release: Pick<Release, 'settings' | 'regions'>,
): Promise<void> {
  await world.accounts.applySettings(visitTo(account), release.settings, release.regions.governed);
}

export const resultsIn = async (
  world: SimulatedWorld,
  account: AccountId,
  release: Release,
  adopted: readonly Adopted[] = [],
): Promise<readonly CheckResult[]> =>
  runChecks(checkTable, await world.accounts.collectFacts(visitTo(account), factsWanted(release)), release, {
    adopted,
  });

/** Ids of the checks that say so, with the region of those that are asked in each. */
export const idsOf = (results: readonly CheckResult[], isMeant: (result: CheckResult) => boolean): readonly string[] =>
  [...results.filter(isMeant).map(({ check, region }) => (region === 'global' ? check : `${check} ${region}`))].sort();
