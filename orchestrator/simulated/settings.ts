/** What the settings APIs do in an account: read, apply, restore. */

import { errors } from '../domain/errors';
import type { Region } from '../domain/model/brand';
import type { DesiredSettings, ImdsDefaults, PreviousSettings } from '../domain/model/settings';
import type { Settings } from './account-contents';

export function previousOf(settings: Settings, desired: DesiredSettings, regions: readonly Region[]): PreviousSettings {
  const perRegion = <T>(valueIn: (region: Region) => T): Record<Region, T> =>
    Object.fromEntries(regions.map((region) => [region, valueIn(region)]));
  return {
    ...(desired.passwordPolicy && { passwordPolicy: settings.passwordPolicy ?? null }),
    ...(desired.s3PublicAccessBlock && { s3PublicAccessBlock: settings.s3PublicAccessBlock ?? null }),
    ...(desired.ebsEncryption && { ebsEncryption: perRegion((r) => settings.ebsEncryption.get(r) ?? false) }),
    ...(desired.imdsDefaults && { imdsDefaults: perRegion((r) => settings.imdsDefaults.get(r) ?? {}) }),
    ...(desired.ebsDefaultKey && { ebsDefaultKey: perRegion((r) => settings.ebsKey.get(r) ?? null) }),
  };
}

/** @param keyUnder the ARN of the key that an alias stands for, if there is one. */
export function apply(
  settings: Settings,
  desired: DesiredSettings,
  regions: readonly Region[],
  keyUnder: (region: Region, alias: string) => string | undefined,
): void {
  if (desired.passwordPolicy) settings.passwordPolicy = desired.passwordPolicy;
  if (desired.s3PublicAccessBlock) settings.s3PublicAccessBlock = desired.s3PublicAccessBlock;
  for (const region of regions) {
    if (desired.ebsEncryption) settings.ebsEncryption.set(region, desired.ebsEncryption.enabled);
    if (desired.imdsDefaults) bringImds(settings, region, desired.imdsDefaults);
    if (desired.ebsDefaultKey) {
      const { alias } = desired.ebsDefaultKey;
      const arn = keyUnder(region, alias);
      if (arn === undefined)
        throw errors.awsRefused(`kms:DescribeKey in ${region}`, 'NotFoundException', `${alias} is not found`);
      settings.ebsKey.set(region, arn);
    }
  }
}

/** Settings that are not named stay. Under a declarative policy the API refuses changes [doc:organizations/orgs_manage_policies_declarative]. */
function bringImds(settings: Settings, region: Region, desired: ImdsDefaults): void {
  const current = settings.imdsDefaults.get(region) ?? {};
  const httpTokens = desired.httpTokens ?? current.httpTokens;
  const httpPutResponseHopLimit = desired.httpPutResponseHopLimit ?? current.httpPutResponseHopLimit;
  if (httpTokens === current.httpTokens && httpPutResponseHopLimit === current.httpPutResponseHopLimit) return;
  if (isDeclared(current))
    throw errors.accessDenied(`ec2:ModifyInstanceMetadataDefaults in ${region}`, 'a declarative policy holds it');
  setImds(settings, region, { httpTokens, httpPutResponseHopLimit });
}

export function putBack(settings: Settings, previous: PreviousSettings): void {
  if (previous.passwordPolicy !== undefined) settings.passwordPolicy = previous.passwordPolicy ?? undefined;
  if (previous.s3PublicAccessBlock !== undefined)
    settings.s3PublicAccessBlock = previous.s3PublicAccessBlock ?? undefined;
  for (const [region, enabled] of Object.entries(previous.ebsEncryption ?? {}))
    settings.ebsEncryption.set(region as Region, enabled);
  for (const [region, defaults] of Object.entries(previous.imdsDefaults ?? {}))
    if (!isDeclared(settings.imdsDefaults.get(region as Region) ?? {})) setImds(settings, region as Region, defaults);
  for (const [region, arn] of Object.entries(previous.ebsDefaultKey ?? {})) {
    if (arn === null) settings.ebsKey.delete(region as Region);
    else settings.ebsKey.set(region as Region, arn);
  }
}

function setImds(settings: Settings, region: Region, defaults: ImdsDefaults): void {
  const isSet = defaults.httpTokens !== undefined || defaults.httpPutResponseHopLimit !== undefined;
  settings.imdsDefaults.set(region, isSet ? { ...defaults, managedBy: 'account' } : {});
}

const isDeclared = ({ managedBy }: ImdsDefaults): boolean => managedBy === 'declarative-policy';
