/** What preflight may see in two regions, and what is decided of it. */

import { parseRegion, parseReleaseId, parseTemplateHash } from '../../../orchestrator/domain/model/brand';
import type { Preflight, Singletons } from '../../../orchestrator/domain/model/lookups';
import type { ModuleId } from '../../../orchestrator/domain/model/module';
import type { Release } from '../../../orchestrator/domain/model/release';
import { decideAdoption } from '../../../orchestrator/domain/planning/adoption';

export const home = parseRegion('us-east-1');
export const other = parseRegion('us-west-2');

export const releaseOf = (deployed: readonly ModuleId[], organizationManaged: readonly ModuleId[] = []): Release => ({
  id: parseReleaseId('r-0123456789ab'),
  modules: deployed.map((module) => ({
    module,
    version: '0123456789ab',
    template: parseTemplateHash('a'.repeat(64)),
    parameters: {},
    regions: module === 'audit-logging' ? [home] : [home, other],
    needs: [],
  })),
  settings: {},
  regions: { home, governed: [home, other] },
  expectations: {
    enabled: [...deployed, ...organizationManaged],
    organizationManaged,
    operatorRoleName: 'InfraAdmin',
    mfaMaxAgeSeconds: 3600,
    ciRole: 'BaselineCi',
    readerRole: 'BaselineReader',
    standards: [],
    snapshotBlockPublicAccess: true,
    alertRegions: [],
  },
});

export const inRegion = (region: typeof home, there: Partial<Singletons> = {}): Singletons => ({
  region,
  ...there,
});
/** A preflight to which every region and every lookup answers. */
export const seen = (...singletons: readonly Singletons[]): Preflight => ({ unusable: [], unanswered: [], singletons });

/** What is decided for one module where only the home region has something. */
export const decided = (module: ModuleId, there: Partial<Singletons>) => {
  const [decision] = decideAdoption(releaseOf([module]), seen(inRegion(home, there), inRegion(other)));
  return decision;
};
