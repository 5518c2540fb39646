/** Which facts the checks of a release need, so that nothing else is asked of an account. */
import type { FactsWanted } from '../facts';
import type { Release } from '../release';

/** Every region of the release is named, even one of which nothing is wanted: a check must find the region to say "not governed". */
export function factsWanted({ settings, regions, expectations }: Release): FactsWanted {
  const { enabled, alertRegions, operatorRoleName } = expectations;
  const governed = new Set(regions.governed);
  const alerted = new Set(enabled.includes('alerts') ? alertRegions : []);
  return {
    operatorRoleName: enabled.includes('operator-role') ? operatorRoleName : undefined,
    passwordPolicy: settings.passwordPolicy !== undefined,
    s3PublicAccessBlock: settings.s3PublicAccessBlock !== undefined,
    home: regions.home,
    regions: [...new Set([...governed, ...alerted])].map((region) => ({
      region,
      ebsEncryption: governed.has(region) && settings.ebsEncryption !== undefined,
      imdsDefaults: governed.has(region) && settings.imdsDefaults !== undefined,
      alerts: alerted.has(region),
    })),
  };
}
