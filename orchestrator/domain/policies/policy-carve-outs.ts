/**
 * The actions that a region deny policy must exempt, as data: a service control policy of the organization can use the same list as
 * the operator role, so that the same tests cover both.
 */
export interface RegionDenyCarveOuts {
  /** Exempt in every region. */
  readonly anywhere: readonly string[];
  /** Exempt in us-east-1, besides the allowed regions. */
  readonly alsoInUsEast1: readonly string[];
}

/**
 * A global service has one endpoint, mostly in us-east-1, and its calls carry that region: without an exemption nobody could manage
 * access in an organization that does not allow us-east-1 [controls 000-20], [controls 000-21]. Only global services are exempt as a whole; a
 * regional service has single exempt actions, since `kms:*` would let key material leave, and `config:*` let remediations run, in a
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
    // Regional with a global alias; a token issued elsewhere does not work in denied regions [controls 1.4.8].
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
