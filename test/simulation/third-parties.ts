/** What the organization of a scenario runs in its accounts besides Strongroom. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { type Preexisting, untouched } from '../../orchestrator/simulated/preexisting';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import type { Scenario } from './draws';
import type { OrganizationModule } from './faults';

const runs = ({ faults }: Scenario, module: OrganizationModule): boolean =>
  faults.some((fault) => fault.kind === 'organizationRuns' && fault.module === module);

/** In every account, new ones too. */
export const preexistingIn = (scenario: Scenario): Preexisting => ({
  ...untouched,
  organizationTrail: runs(scenario, 'audit-logging'),
  guardDutyAdministrator: runs(scenario, 'threat-detection'),
  controlTower: runs(scenario, 'aws-config') ? 1 : 0,
});

/** Security Hub is on wherever the organization watches. */
export function protect({ contents }: SimulatedWorld, scenario: Scenario, account: AccountId): void {
  if (runs(scenario, 'threat-detection')) contents.protect(account, { by: 'hubByHand' });
}
