/**
 * Service-linked roles that a template names but cannot create: creating one twice fails [controls 0.1], and CloudFormation does not
 * check first. So the CI role creates them before a stack that names them is deployed.
 */
import { type AccountRecord, isNotOurWork } from '../model/account-record';
import { type Catalog, catalog } from '../model/catalog';
import { idsOf, type ModuleId } from '../model/module';
import type { Release } from '../model/release';

export const linkedServicesIn = (of: Catalog): Readonly<Partial<Record<ModuleId, string>>> =>
  Object.fromEntries(
    idsOf(of).flatMap((id) => {
      const { linkedService } = of[id];
      return linkedService === undefined ? [] : [[id, linkedService]];
    }),
  );
export const linkedServiceOf = linkedServicesIn(catalog);

/** The service chooses the role's name; its path says which service it belongs to [doc:IAM/using-service-linked-roles]. */
export const linkedRolePath = (service: string): string => `/aws-service-role/${service}/`;

/** Only for modules that are about to be deployed: where a module is deployed its role is in use and cannot be deleted. */
export const linkedServicesNeeded = (
  account: AccountRecord,
  { modules }: Pick<Release, 'modules'>,
): readonly string[] =>
  modules.flatMap(({ module, regions }) => {
    const service = linkedServiceOf[module];
    const isMissing = regions.some((region) => !isNotOurWork(account, module, region) && !isDeployed(account, module));
    return service !== undefined && isMissing ? [service] : [];
  });

const isDeployed = ({ modules }: AccountRecord, module: ModuleId): boolean =>
  modules.some((there) => there.module === module && there.status === 'current');
