/** Which facts the checks of a release need, so that nothing else is asked of an account. */

import type { ModuleId } from '../../model/module';
import type { Release } from '../../model/release';
import type { FactsWanted } from '../facts';

/** Every region of the release is named, even one of which nothing is wanted: a check must find the region to say "not governed". */
export function factsWanted({ settings, modules, regions, expectations }: Release): FactsWanted {
  const { alertRegions, alertEmail, operatorRoleName, ciRole, snapshotBlockPublicAccess } = expectations;
  const isOn = (module: ModuleId): boolean => expectations.enabled.includes(module);
  const governed = new Set(regions.governed);
  const alerted = new Set(isOn('alerts') ? alertRegions : []);
  const deployed = new Set(modules.flatMap((module) => module.regions));
  return {
    operatorRoleName: isOn('operator-role') ? operatorRoleName : undefined,
    ciRoleName: ciRole,
    root: true,
    roles: true,
    trails: isOn('audit-logging'),
    passwordPolicy: settings.passwordPolicy !== undefined,
    s3PublicAccessBlock: settings.s3PublicAccessBlock !== undefined,
    home: regions.home,
    regions: [...new Set([...governed, ...alerted, ...deployed])].map((region) => ({
      region,
      ebsEncryption: governed.has(region) && settings.ebsEncryption !== undefined,
      imdsDefaults: governed.has(region) && settings.imdsDefaults !== undefined,
      alerts: alerted.has(region),
      subscriptions: alerted.has(region) && alertEmail !== undefined,
      snapshots: governed.has(region) && isOn('account-hardening') && snapshotBlockPublicAccess,
      ebsDefaultKey: governed.has(region) && isOn('kms-default'),
      config: governed.has(region) && isOn('aws-config'),
      threats: governed.has(region) && isOn('threat-detection'),
      administrator: governed.has(region) && expectations.organizationManaged.includes('threat-detection'),
      stacks: deployed.has(region),
    })),
  };
}
