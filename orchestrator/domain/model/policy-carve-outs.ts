/**
 * The actions that a region deny policy must exempt, as data: a service control policy of the organization can use the same list as
 * the operator role, so that the same tests cover both. AWS publishes two such lists; tests compare this one with copies of both,
 * and each difference has its reason in test/scenarios/region-deny/differences.json. Last compared on 2026-12-01 [controls 1.4.6].
 */
export interface RegionDenyCarveOuts {
  /** Exempt in every region. */
  readonly anywhere: readonly string[];
  /** Exempt in us-east-1, besides the allowed regions. */
  readonly alsoInUsEast1: readonly string[];
}

/**
 * A global service has one endpoint, mostly in us-east-1, and its calls carry that region: without an exemption nobody could manage
 * access in an organization that does not allow us-east-1 [controls 000-20], [controls 000-21]. Only services that keep no workload in a
 * region are exempt as a whole; a regional service has single exempt actions, since `kms:*` would let key material leave, and `config:*`
 * let remediations run, in a region that nobody watches [controls 1.4.9].
 */
const globalServices = [
  'account:*',
  'activate:*',
  'artifact:*',
  'aws-marketplace-management:*',
  'aws-marketplace:*',
  'aws-portal:*',
  'bcm-data-exports:*',
  'bcm-pricing-calculator:*',
  'billing:*',
  'billingconductor:*',
  'budgets:*',
  'ce:*',
  'chatbot:*',
  'cloudfront:*',
  'compute-optimizer:*',
  'consoleapp:*',
  'consolidatedbilling:*',
  'cost-optimization-hub:*',
  'cur:*',
  'ecr-public:*',
  'freetier:*',
  'globalaccelerator:*',
  'health:*',
  'iam:*',
  'identitystore:*',
  'invoicing:*',
  'iq:*',
  'networkmanager:*',
  'notifications-contacts:*',
  'notifications:*',
  'organizations:*',
  'payments:*',
  'pricing:*',
  'route53-recovery-cluster:*',
  'route53-recovery-control-config:*',
  'route53-recovery-readiness:*',
  'route53:*',
  'route53domains:*',
  'savingsplans:*',
  'shield:*',
  'sso:*',
  // Regional with a global alias; a token issued elsewhere does not work in denied regions [controls 1.4.8].
  'sts:*',
  'support:*',
  'supportapp:*',
  'supportplans:*',
  'sustainability:*',
  'tax:*',
  'trustedadvisor:*',
  'waf:*',
];

/** Calls of regional services that a console or a global feature makes in a region of its own choice. */
const globalCalls = [
  'directconnect:Describe*',
  'ec2:DescribeRegions',
  'ec2:DescribeTransitGateways',
  'ec2:DescribeVpnGateways',
  'license-manager:ListReceivedLicenses',
  'quicksight:DescribeAccountSubscription',
  'resource-explorer-2:Get*',
  'resource-explorer-2:List*',
  'resource-explorer-2:Search',
  's3:CreateMultiRegionAccessPoint',
  's3:DeleteMultiRegionAccessPoint',
  's3:DescribeMultiRegionAccessPointOperation',
  's3:GetAccountPublicAccessBlock',
  's3:GetBucketLocation',
  's3:GetBucketPolicyStatus',
  's3:GetBucketPublicAccessBlock',
  's3:GetMultiRegionAccessPoint',
  's3:GetMultiRegionAccessPointPolicy',
  's3:GetMultiRegionAccessPointPolicyStatus',
  's3:GetStorageLensConfiguration',
  's3:GetStorageLensDashboard',
  's3:ListAllMyBuckets',
  's3:ListMultiRegionAccessPoints',
  's3:ListStorageLensConfigurations',
  's3:PutAccountPublicAccessBlock',
  's3:PutMultiRegionAccessPointPolicy',
  'tag:GetResources',
  'vendor-insights:ListEntitledSecurityProfiles',
];

/**
 * What global services need of regional ones in us-east-1: the certificates, web ACLs, keys, functions and log deliveries of CloudFront,
 * billing alarms, rules on events of global services, their history, and their quotas [controls 1.4.7], [assumption A54].
 * Nothing here runs code or stores data: a config names what else it needs, such as lambda:CreateFunction.
 */
const usEast1Calls = [
  'acm:*',
  'wafv2:*',
  'cloudtrail:LookupEvents',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
  'cloudwatch:PutMetricAlarm',
  'events:DeleteRule',
  'events:DescribeRule',
  'events:ListRules',
  'events:ListTargetsByRule',
  'events:PutRule',
  'events:PutTargets',
  'events:RemoveTargets',
  'kms:DescribeKey',
  'kms:ListAliases',
  'lambda:DisableReplication*',
  'lambda:EnableReplication*',
  'lambda:GetFunction',
  'logs:CreateDelivery',
  'logs:DeleteDelivery*',
  'logs:DescribeDeliver*',
  'logs:GetDelivery*',
  'logs:PutDelivery*',
  'servicequotas:*',
];

export const operatorCarveOuts: RegionDenyCarveOuts = {
  anywhere: [...globalServices, ...globalCalls],
  alsoInUsEast1: usEast1Calls,
};

type Added = { readonly [List in keyof RegionDenyCarveOuts]: RegionDenyCarveOuts[List] | undefined };

/** The exemptions of an installation: those above, and what its config adds. */
export const carveOutsWith = (added: Added): RegionDenyCarveOuts => ({
  anywhere: [...new Set([...operatorCarveOuts.anywhere, ...(added.anywhere ?? [])])],
  alsoInUsEast1: [...new Set([...operatorCarveOuts.alsoInUsEast1, ...(added.alsoInUsEast1 ?? [])])],
});
