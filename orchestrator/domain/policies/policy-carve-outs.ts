/**
 * What a region fence must let through, as data: a service policy of the organization can share it with the operator role, so
 * that both fences stand and fall by the same tests.
 */
export interface RegionDenyCarveOuts {
  /** Let through in every region. */
  readonly anywhere: readonly string[];
  /** Let through in us-east-1, besides the allowed regions. */
  readonly alsoInUsEast1: readonly string[];
}

/**
 * A global service answers at one endpoint, mostly us-east-1, and its calls carry that region: fenced, nobody could manage access
 * in an organization that does not allow us-east-1 [controls 000-20], [controls 000-21]. Whole services stand here only if they are global;
 * a regional one stands by single actions, since `kms:*` would let key material leave, and `config:*` let remediations run, in a
 * region that nobody watches [controls 1.4.9].
 */
export const operatorCarveOuts: RegionDenyCarveOuts = {
  anywhere: [
    'account:*',
    'artifact:*',
    'aws-portal:*',
    'billing:*',
    'budgets:*',
    'ce:*',
    'cloudfront:*',
    'consolidatedbilling:*',
    'cur:*',
    'freetier:*',
    'health:*',
    'iam:*',
    'invoicing:*',
    'organizations:*',
    'payments:*',
    'pricing:*',
    'route53:*',
    'route53domains:*',
    'savingsplans:*',
    'shield:*',
    // Regional with a global alias; a token minted elsewhere is of no use outside the fence [controls 1.4.8].
    'sts:*',
    'support:*',
    'supportplans:*',
    'tax:*',
    'trustedadvisor:*',
    'waf:*',
    'ec2:DescribeRegions',
    's3:GetAccountPublicAccessBlock',
    's3:PutAccountPublicAccessBlock',
    's3:ListAllMyBuckets',
    's3:GetBucketLocation',
    // These two answer in us-west-2.
    'globalaccelerator:*',
    'networkmanager:*',
  ],
  // CloudFront takes its certificates, web ACLs, keys and metrics from us-east-1 [controls 1.4.7].
  alsoInUsEast1: [
    'acm:*',
    'wafv2:*',
    'kms:DescribeKey',
    'kms:ListAliases',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListMetrics',
  ],
};
