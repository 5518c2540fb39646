/** The partitions of AWS. What differs between them is here, and nowhere else. */
import type { Region } from './brand';

export interface Partition {
  readonly id: 'aws' | 'aws-cn' | 'aws-us-gov';
  /** How the names of its regions begin; the partition `aws` has all others. */
  readonly regionPrefix: string;
  /** Where Organizations is reached, and sends its events. */
  readonly organizationsRegion: Region;
  /** Where IAM is reached, and where CloudTrail records sign-ins of root users. */
  readonly globalRegion: Region;
  /** Regions that every account has; an account must enable any other [doc:accounts/manage-acct-regions]. */
  readonly enabledRegions: readonly Region[];
  /** What it lacks of what Strongroom uses, and what follows from that. */
  readonly lacks: readonly Lack[];
}

export interface Lack {
  readonly what: string;
  readonly so: string;
  /** The option of `installation` that needs it. */
  readonly option?: 'controlTowerRegion' | 'dashboard';
}

const region = (name: string): Region => name as Region;

export const partitions: Readonly<Record<Partition['id'], Partition>> = {
  aws: {
    id: 'aws',
    regionPrefix: '',
    organizationsRegion: region('us-east-1'),
    globalRegion: region('us-east-1'),
    enabledRegions: [
      ...['sa-east-1', 'ap-northeast-3', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1'],
      ...['ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
      ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
    ].map(region),
    lacks: [],
  },
  'aws-cn': {
    id: 'aws-cn',
    regionPrefix: 'cn-',
    organizationsRegion: region('cn-northwest-1'),
    globalRegion: region('cn-north-1'),
    enabledRegions: ['cn-north-1', 'cn-northwest-1'].map(region),
    lacks: [
      {
        what: 'AWS Control Tower',
        so: 'there are no events of its accounts',
        option: 'controlTowerRegion',
      },
      // [https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html]
      { what: 'root users', so: 'the checks of root users pass, and alerts on their sign-ins never fire' },
    ],
  },
  'aws-us-gov': {
    id: 'aws-us-gov',
    regionPrefix: 'us-gov-',
    organizationsRegion: region('us-gov-west-1'),
    globalRegion: region('us-gov-west-1'),
    enabledRegions: ['us-gov-east-1', 'us-gov-west-1'].map(region),
    lacks: [
      {
        what: 'Amazon CloudFront',
        so: 'the dashboard cannot be deployed; `strongroom dashboard` works',
        option: 'dashboard',
      },
      // [doc:govcloud-us/govcloud-organizations]
      {
        what: 'the creation of accounts in Organizations',
        so: 'new accounts join by invitation, which is announced only through a trail in the management account',
      },
    ],
  },
};

/** Partitions that Strongroom was not written for. */
const others = /^(us-iso[a-z]*|eu-isoe|eusc)-/;
export const isSupported = (name: string): boolean => !others.test(name);

export const partitionOf = (name: string): Partition =>
  Object.values(partitions).find(({ regionPrefix }) => regionPrefix !== '' && name.startsWith(regionPrefix)) ??
  partitions.aws;

/** Whether an account must enable the region before anything works there. */
export const isOptIn = (name: string): boolean => !partitionOf(name).enabledRegions.some((known) => known === name);

/** The partition of an ARN, by its second part. */
export const partitionOfArn = (arn: string): string => arn.split(':')[1] ?? '';
