/** What people need besides the permissions that follow from the ports. */

export const peoplePolicyName = 'StrongroomOperator';

/** What `doctor` reads outside the member accounts; none of these changes anything. */
export const doctorReads = [
  'cloudtrail:DescribeTrails',
  'ec2:DescribeRegions',
  'guardduty:DescribeOrganizationConfiguration',
  'guardduty:ListDetectors',
  'iam:GetRole',
  'iam:ListOrganizationsFeatures',
  'organizations:DescribeOrganization',
  'organizations:ListAWSServiceAccessForOrganization',
  'organizations:ListDelegatedServicesForAccount',
  'organizations:ListPolicies',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPolicy',
  's3:GetBucketVersioning',
  'servicequotas:GetServiceQuota',
  'states:ValidateStateMachineDefinition',
] as const;
