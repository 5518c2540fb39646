/** Whether the region fence of the operator role holds: asked of IAM's simulator, or tried by the role itself. */
import type { Region } from '../model/brand';
import type { Release } from '../model/release';
import { partitionOf } from '../policies/operator-policy';
import type { Answer } from './probe';

export interface Decision {
  /** `otherDeny`: by something else than the role's own policies, or by what AWS does not name. */
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny' | 'otherDeny';
  /** Whether an organization policy lets the call pass at all; absent where nothing says so. */
  readonly byOrganization?: boolean | undefined;
  /** The policies that decided. */
  readonly because: readonly string[];
}

export interface RegionDenyRequest {
  readonly operator: string;
  readonly denied: Region;
  readonly governed: Region;
}

/** A person's own identity, for one experiment: nothing of it is kept. */
export interface OperatorCredentials {
  /** Of the AWS configuration on this machine. */
  readonly profile: string;
  /** Where the profile names an MFA device. */
  readonly askCode: (device: string) => Promise<string>;
}

export interface RegionDenyTrial {
  readonly by: 'simulator' | 'operator';
  readonly action: string;
  readonly denied: Decision & { readonly region: Region };
  readonly governed: Decision & { readonly region: Region };
}

/** What the simulator is asked: nothing that a global service would need [controls 000-19]. */
export const deniedAction = 'ec2:RunInstances';
/** What the role tries: it reads nothing of the account's, and is in no carve-out of the fence. */
export const deniedRead = 'ec2:DescribeAvailabilityZones';

const witnesses = { simulator: "by IAM's simulator", operator: 'tried by the operator role itself' } as const;

export function judgeRegionDeny({ by, action, denied, governed }: RegionDenyTrial): Answer {
  const observed = `${action} ${spoken(denied)} in ${denied.region}, ${spoken(governed)} in ${governed.region}, ${witnesses[by]}`;
  // Without the control a denial says nothing: whatever denies it everywhere, or in the whole organization, hides whether the fence would.
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
 * Who denied a call, by the words of the denial: "with an explicit deny in an identity-based policy", "because no identity-based policy
 * allows the … action". Of several kinds of policies that deny, one is named, and some services name none
 * [doc:IAM/troubleshoot_access-denied].
 */
export function denialIn(said: string): Decision {
  if (/because no (?:[a-z-]+ )+allows/.test(said)) return { decision: 'implicitDeny', because: [] };
  const [, denier = 'what AWS does not name'] =
    /with an explicit deny in (an? (?:[a-z-]+ )*?(?:policy|boundary))\b/.exec(said) ?? [];
  return { decision: denier === 'an identity-based policy' ? 'explicitDeny' : 'otherDeny', because: [denier] };
}

/** Regions that every account has from the start, by partition [doc:accounts/manage-acct-regions]. */
const usualRegions: Readonly<Record<string, readonly string[]>> = {
  aws: ['sa-east-1', 'ap-northeast-3', 'eu-north-1', 'ap-south-1', 'ca-central-1', 'us-west-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};
/** Some region outside the fence; undefined where all are governed. */
export const deniedRegion = ({ home, governed }: Release['regions']): Region | undefined =>
  (usualRegions[partitionOf(home)] ?? []).map((name) => name as Region).find((region) => !governed.includes(region));
