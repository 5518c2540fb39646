/** The calls that a visit makes beyond entering, so that they can be counted and take their time. */

import {
  callsOf,
  type FactSources,
  type FactsWanted,
  factSources,
  type KnownSources,
} from '../domain/health/fact-sources';
import type { ApiCall, CallCondition } from '../domain/model/api-call';
import type { Region } from '../domain/model/brand';
import { type Lookups, type LookupsWanted, lookups, regionCall } from '../domain/model/lookups';
import type { DesiredSettings } from '../domain/model/settings';

/** The requests of a visit that looks things up; where no lookup is wanted, one shows that the region answers. */
export const preflightCalls = (
  wanted: LookupsWanted,
  circumstances: Circumstances = inOrder,
  table: Lookups = lookups,
): readonly Call[] =>
  wanted.flatMap(({ region, lookups: ids }) => {
    if (ids.length === 0) return [{ api: regionCall, region }];
    return ids
      .flatMap((id) => table[id]?.calls ?? [])
      .filter(({ when }) => when === undefined || circumstances[when](region))
      .map((call) => ({ ...call, region }));
  });

/** A role that is not there is asked for, and made. */
export const linkingCalls = (service: string): readonly Call[] => [
  { api: 'iam:ListRoles', of: service },
  { api: 'iam:CreateServiceLinkedRole', of: service },
];

/** One request: the API, and what distinguishes it from another one to the same API in the same region. */
export interface Call {
  readonly api: string;
  readonly region?: Region | undefined;
  readonly of?: string | undefined;
}

/** What is so in the account and makes a call necessary. */
export type Circumstances = Readonly<Record<CallCondition, (region: Region) => boolean>>;
/** An account with the whole baseline and without IAM users. */
const inOrder: Circumstances = {
  usersExist: () => false,
  detectorIsUnnamed: () => false,
  analyzerIsActive: () => true,
  detectorExists: () => true,
  detectorIsNotOurs: () => false,
  detectorIsOursOrAbsent: () => true,
  hubIsNotOurs: () => false,
};

/** The requests of one visit; of a call that may be made several times, one. */
export function factsCalls<S extends FactSources = KnownSources>(
  { account, regions, home }: FactsWanted<S>,
  circumstances: Circumstances = inOrder,
  sources: FactSources = factSources,
): readonly Call[] {
  const isMade = (region: Region) => (call: ApiCall) => call.when === undefined || circumstances[call.when](region);
  return [
    ...callsOf(sources.account, account).filter(isMade(home)),
    ...regions.flatMap(({ region, facts }) =>
      callsOf(sources.region, facts)
        .filter(isMade(region))
        .map((call) => ({ ...call, region })),
    ),
  ];
}

/** Of each setting, how it is read and how it is brought. */
const settingApis = {
  passwordPolicy: { Get: 'iam:GetAccountPasswordPolicy', Put: 'iam:UpdateAccountPasswordPolicy' },
  s3PublicAccessBlock: { Get: 's3:GetAccountPublicAccessBlock', Put: 's3:PutAccountPublicAccessBlock' },
  ebsEncryption: { Get: 'ec2:GetEbsEncryptionByDefault', Put: 'ec2:EnableEbsEncryptionByDefault' },
  imdsDefaults: { Get: 'ec2:GetInstanceMetadataDefaults', Put: 'ec2:ModifyInstanceMetadataDefaults' },
  ebsDefaultKey: { Get: 'ec2:GetEbsDefaultKmsKeyId', Put: 'ec2:ModifyEbsDefaultKmsKeyId' },
} as const satisfies Record<keyof DesiredSettings, Readonly<Record<'Get' | 'Put', string>>>;

export const settingCalls = (
  verb: 'Get' | 'Put',
  wanted: { readonly [part in keyof DesiredSettings]?: unknown },
  regions: readonly Region[],
): readonly Call[] => {
  const named = (...parts: readonly (keyof DesiredSettings)[]): readonly string[] =>
    parts.filter((part) => wanted[part]).map((part) => settingApis[part][verb]);
  return [
    ...named('passwordPolicy', 's3PublicAccessBlock').map((api) => ({ api })),
    ...regions.flatMap((region) =>
      named('ebsEncryption', 'imdsDefaults', 'ebsDefaultKey').map((api) => ({ api, region })),
    ),
  ];
};
