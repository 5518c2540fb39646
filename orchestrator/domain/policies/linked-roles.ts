/**
 * Roles that AWS services have for themselves, where a template names one and cannot make it: a second creation in an account fails
 * [controls 0.1], and CloudFormation does not ask before. So the CI role makes them, before anything that names them is deployed.
 */
import { type AccountRecord, isAdopted } from '../model/account-record';
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

/** The service chooses the role's name; its path tells whose it is [doc:IAM/using-service-linked-roles]. */
export const linkedRolePath = (service: string): string => `/aws-service-role/${service}/`;

/** Those of the modules that are about to be deployed: where one stands its role is in use, and cannot be deleted. */
export const linkedServicesNeeded = (
  account: AccountRecord,
  { modules }: Pick<Release, 'modules'>,
): readonly string[] =>
  modules.flatMap(({ module, regions }) => {
    const service = linkedServiceOf[module];
    const isMissing = regions.some((region) => !isAdopted(account, module, region) && !stands(account, module));
    return service !== undefined && isMissing ? [service] : [];
  });

const stands = ({ modules }: AccountRecord, module: ModuleId): boolean =>
  modules.some((there) => there.module === module && there.status === 'current');
