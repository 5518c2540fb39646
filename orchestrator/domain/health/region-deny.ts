/** Judges whether the region deny policy of the operator role works, by IAM's policy simulator or by a call of the role itself. */
import type { Region } from '../model/brand';
import { partitionOf } from '../model/partition';
import type { ProbeAnswer } from '../model/probe';
import type { Release } from '../model/release';

export interface Decision {
  /** `otherDeny`: denied by something other than the role's own policies, or by something that AWS does not name. */
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny' | 'otherDeny';
  /** Whether organization policies allow the call; absent if unknown. */
  readonly byOrganization?: boolean | undefined;
  /** The policies that decided. */
  readonly because: readonly string[];
}

export interface RegionDenyRequest {
  readonly operator: string;
  readonly denied: Region;
  readonly governed: Region;
}

/** A person's own credentials for one probe; they are not stored. */
export interface OperatorCredentials {
  /** A profile of the local AWS configuration. */
  readonly profile: string;
  /** Called if the profile names an MFA device. */
  readonly askCode: (device: string) => Promise<string>;
}

export interface RegionDenyTrial {
  readonly by: 'simulator' | 'operator';
  readonly action: string;
  readonly denied: Decision & { readonly region: Region };
  readonly governed: Decision & { readonly region: Region };
}

/** The action that the simulator evaluates: no global service needs it [controls 000-19]. */
export const deniedAction = 'ec2:RunInstances';
/** The call that the role makes: it reads no data of the account, and the region deny policy does not exempt it. */
export const deniedRead = 'ec2:DescribeAvailabilityZones';

const witnesses = {
  simulator: 'according to the IAM policy simulator',
  operator: 'tried with the operator role',
} as const;

export function judgeRegionDeny({ by, action, denied, governed }: RegionDenyTrial): ProbeAnswer {
  const observed = `${action} ${spoken(denied)} in ${denied.region}, ${spoken(governed)} in ${governed.region}, ${witnesses[by]}`;
  // A denial says nothing if the call is denied in the governed region too, or by an organization policy.
  const isControlled = by === 'simulator' ? governed.decision !== 'explicitDeny' : governed.decision === 'allowed';
  if (!isControlled || denied.byOrganization === false || denied.decision === 'otherDeny')
    return { outcome: 'unknown', observed };
  return { outcome: denied.decision === 'explicitDeny' ? 'pass' : 'fail', observed };
}

const decisions = {
  allowed: 'allowed',
  implicitDeny: 'not allowed',
  explicitDeny: 'denied',
  otherDeny: 'denied',
} as const;
export const spoken = ({ decision, byOrganization, because }: Decision): string => {
  const by = byOrganization === false ? ['an organization policy'] : because;
  return `${decisions[decision]}${by.length === 0 ? '' : ` by ${by.join(', ')}`}`;
};

/**
 * Finds out from the error message what denied a call: "with an explicit deny in an identity-based policy", "because no identity-based
 * policy allows the … action". AWS names only one of several denying policies, and some services name none
 * [doc:IAM/troubleshoot_access-denied].
 */
export function denialIn(said: string): Decision {
  if (/because no (?:[a-z-]+ )+allows/.test(said)) return { decision: 'implicitDeny', because: [] };
  const [, denier = 'a policy that AWS does not name'] =
    /with an explicit deny in (an? (?:[a-z-]+ )*?(?:policy|boundary))\b/.exec(said) ?? [];
  return { decision: denier === 'an identity-based policy' ? 'explicitDeny' : 'otherDeny', because: [denier] };
}

/** A region that every account has and that is not governed; undefined if all are. */
export const deniedRegion = ({ home, governed }: Release['regions']): Region | undefined => {
  const { enabledRegions, globalRegion } = partitionOf(home);
  // The global region is the last choice: global services are exempt there.
  const candidates = [...enabledRegions.filter((region) => region !== globalRegion), globalRegion];
  return candidates.find((region) => !governed.includes(region));
};
