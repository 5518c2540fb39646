/**
 * What CloudFormation calls, in the CI role's name, to make, change, read and delete a resource of each type: the `handlers` of its
 * schema in the CloudFormation registry, without the parts of a resource that no template of ours uses.
 */

const linkedRole = 'iam:CreateServiceLinkedRole';

export const actionsOfType: Readonly<Record<string, readonly string[]>> = {
  'AWS::AccessAnalyzer::Analyzer': [
    ...forAll('access-analyzer', 'CreateAnalyzer GetAnalyzer ListAnalyzers UpdateAnalyzer DeleteAnalyzer'),
    ...forAll('access-analyzer', 'TagResource UntagResource ListTagsForResource'),
    linkedRole,
  ],
  'AWS::CloudTrail::Trail': [
    ...forAll('cloudtrail', 'CreateTrail GetTrail DescribeTrails GetTrailStatus UpdateTrail DeleteTrail'),
    ...forAll('cloudtrail', 'StartLogging StopLogging AddTags RemoveTags ListTags'),
    ...forAll('cloudtrail', 'GetEventSelectors PutEventSelectors GetInsightSelectors PutInsightSelectors'),
  ],
  'AWS::Config::ConfigurationRecorder': [
    ...forAll('config', 'PutConfigurationRecorder StartConfigurationRecorder StopConfigurationRecorder'),
    ...forAll(
      'config',
      'DeleteConfigurationRecorder DescribeConfigurationRecorders DescribeConfigurationRecorderStatus',
    ),
    'iam:PassRole',
  ],
  'AWS::Config::DeliveryChannel': forAll(
    'config',
    'PutDeliveryChannel DeleteDeliveryChannel DescribeDeliveryChannels DescribeDeliveryChannelStatus',
  ),
  'AWS::EC2::SnapshotBlockPublicAccess': forAll(
    'ec2',
    'EnableSnapshotBlockPublicAccess DisableSnapshotBlockPublicAccess GetSnapshotBlockPublicAccessState',
  ),
  'AWS::Events::Rule': [
    'iam:PassRole',
    ...forAll('events', 'PutRule DeleteRule DescribeRule EnableRule DisableRule'),
    ...forAll('events', 'PutTargets RemoveTargets ListTargetsByRule TagResource UntagResource ListTagsForResource'),
  ],
  'AWS::GuardDuty::Detector': [
    ...forAll('guardduty', 'CreateDetector GetDetector ListDetectors UpdateDetector DeleteDetector'),
    ...forAll('guardduty', 'TagResource UntagResource ListTagsForResource'),
    'iam:GetRole',
    linkedRole,
  ],
  'AWS::IAM::Role': [
    ...forAll('iam', 'CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole'),
    ...forAll('iam', 'AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies PutRolePolicy GetRolePolicy'),
    ...forAll('iam', 'DeleteRolePolicy ListRolePolicies TagRole UntagRole'),
  ],
  'AWS::KMS::Alias': forAll('kms', 'CreateAlias UpdateAlias DeleteAlias ListAliases'),
  'AWS::KMS::Key': [
    ...forAll('kms', 'CreateKey DescribeKey EnableKey DisableKey ScheduleKeyDeletion UpdateKeyDescription'),
    ...forAll('kms', 'GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation DisableKeyRotation'),
    ...forAll('kms', 'TagResource UntagResource ListResourceTags'),
  ],
  'AWS::SecurityHub::Hub': [
    ...forAll('securityhub', 'EnableSecurityHub DescribeHub UpdateSecurityHubConfiguration DisableSecurityHub'),
    ...forAll('securityhub', 'TagResource UntagResource ListTagsForResource'),
    linkedRole,
  ],
  'AWS::SecurityHub::Standard': [
    ...forAll('securityhub', 'BatchEnableStandards BatchDisableStandards GetEnabledStandards'),
    ...forAll('securityhub', 'DescribeStandardsControls UpdateStandardsControl'),
  ],
};

function forAll(service: string, actions: string): readonly string[] {
  return actions.split(' ').map((action) => `${service}:${action}`);
}
