/**
 * Which events become alerts. The template deploys the patterns and the checks compare with them.
 *
 * A rule matches an event only while the rule exists, and CloudTrail needs some minutes: somebody who deletes all rules of a Region at
 * once is not heard there. The checks of the next sweep find that.
 */
import type { PolicyDocument } from './policy';

/** The alert rules by purpose; the physical name is `strongroom-<rule>`. */
export const alertRules = [
  'guardduty-findings',
  'securityhub-findings',
  'root-user',
  'detection-tampering',
  'alert-tampering',
  'identity-tampering',
] as const;
export type AlertRule = (typeof alertRules)[number];

const rulePrefix = 'strongroom-';
export const alertRuleName = (rule: AlertRule): string => `${rulePrefix}${rule}`;

/**
 * With the usual state ENABLED a rule drops events of read-only calls, so a stolen root key that only looks around would be silent
 * [doc:eventbridge/eb-service-event-cloudtrail-management].
 */
export const allManagementEvents = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
const includesReads: readonly AlertRule[] = ['root-user'];
export const alertRuleState = (rule: AlertRule): string =>
  includesReads.includes(rule) ? allManagementEvents : 'ENABLED';

/** The roles of the baseline, as the config names them. Text, or a reference that CloudFormation resolves. */
export interface AlertRoles {
  readonly ciRole: string;
  readonly operatorRole: string;
}

/** The least severity that GuardDuty calls high [controls 000-12]. */
const guardDutySeverityMin = 7;

const calls = 'AWS API Call via CloudTrail';
const cloudFormation = 'cloudformation.amazonaws.com';

/**
 * Rollouts change the baseline as the CI role through CloudFormation, which would be thousands of alerts. Both must be true: a session of
 * the CI role that calls by itself, and anybody else who uses CloudFormation, are heard. If CloudFormation does not name itself, rollouts
 * are noisy, but nothing is missed [assumption A61].
 */
const notByRollouts = ({ ciRole }: AlertRoles) => ({
  $or: [
    { userIdentity: { sessionContext: { sessionIssuer: { userName: [{ exists: false }] } } } },
    { userIdentity: { sessionContext: { sessionIssuer: { userName: [{ 'anything-but': [ciRole] }] } } } },
    { userIdentity: { invokedBy: [{ exists: false }] } },
    { userIdentity: { invokedBy: [{ 'anything-but': [cloudFormation] }] } },
  ],
});

/** What stops, narrows or hides detection, in the services that the baseline enables. Names that start with these prefixes all do. */
export const detectionCalls = {
  sources: ['access-analyzer', 'cloudtrail', 'config', 'guardduty', 'securityhub'],
  prefixes: [
    'Stop',
    'Disable',
    'BatchDisable',
    'Disassociate',
    'CreateAutomationRule',
    'DeleteRetention',
    'DeleteThreat',
    'UpdateThreat',
    'DeleteServiceLinked',
    'Deregister',
  ],
  names: [
    // Trail and selectors.
    'DeleteTrail',
    'UpdateTrail',
    'PutEventSelectors',
    'DeleteEventDataStore',
    'UpdateEventDataStore',
    // Recorder and delivery.
    'DeleteConfigurationRecorder',
    'PutConfigurationRecorder',
    'DeleteDeliveryChannel',
    'PutDeliveryChannel',
    'PutRetentionConfiguration',
    // Detectors, their members, and what makes them silent: filters and lists of trusted addresses.
    'DeleteDetector',
    'UpdateDetector',
    'DeleteMembers',
    'UpdateMemberDetectors',
    'UpdateOrganizationConfiguration',
    'CreateFilter',
    'UpdateFilter',
    'CreateIPSet',
    'UpdateIPSet',
    'CreateTrustedEntitySet',
    'UpdateTrustedEntitySet',
    'UpdateMalwareScanSettings',
    'UpdateMalwareProtectionPlan',
    'DeleteMalwareProtectionPlan',
    'DeletePublishingDestination',
    'UpdatePublishingDestination',
    // Security Hub: standards, controls, and rules that suppress.
    'UpdateSecurityHubConfiguration',
    'UpdateStandardsControl',
    'UpdateSecurityControl',
    'BatchUpdateStandardsControlAssociations',
    'UpdateConfigurationPolicy',
    'DeleteConfigurationPolicy',
    'UpdateFindingAggregator',
    'DeleteFindingAggregator',
    'BatchUpdateAutomationRules',
    'UpdateAutomationRuleV2',
    // Analyzers.
    'DeleteAnalyzer',
    'UpdateAnalyzer',
    'CreateArchiveRule',
    'UpdateArchiveRule',
    'ApplyArchiveRule',
  ],
} as const;

/** EnableRule too: it makes a rule that includes read-only calls one that does not. */
export const ruleCalls = ['PutRule', 'DeleteRule', 'DisableRule', 'EnableRule', 'PutTargets', 'RemoveTargets'] as const;

/** What changes who can enter by a role of the baseline, and what the role may do. */
export const identityCalls = [
  'UpdateAssumeRolePolicy',
  'CreateRole',
  'DeleteRole',
  'UpdateRole',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'CreatePolicy',
  'CreatePolicyVersion',
  'DeletePolicyVersion',
  'SetDefaultPolicyVersion',
  'DeletePolicy',
] as const;
const identityRoles = ({ ciRole, operatorRole }: AlertRoles) => [
  ciRole,
  operatorRole,
  { prefix: rulePrefix },
  { prefix: 'Strongroom' },
  { prefix: 'Baseline' },
];

const sourcesOf = (...services: readonly string[]): readonly string[] =>
  services.map((service) => `${service}.amazonaws.com`);

const identityPattern = (roles: AlertRoles) =>
  ({
    'detail-type': [calls],
    $or: [
      {
        detail: {
          eventSource: sourcesOf('iam'),
          eventName: identityCalls,
          requestParameters: {
            $or: [
              { roleName: identityRoles(roles) },
              { policyArn: [{ wildcard: '*:policy/baseline/*' }] },
              { policyName: [{ prefix: 'Baseline' }] },
            ],
          },
          ...notByRollouts(roles),
        },
      },
      { detail: { eventSource: sourcesOf('organizations'), eventName: ['LeaveOrganization', 'CloseAccount'] } },
      { detail: { eventSource: sourcesOf('account'), eventName: ['DisableRegion'] } },
    ],
  }) as const satisfies PolicyDocument;

/** Event patterns by rule; each must fit into 2,048 characters [doc:eventbridge/eb-quota]. */
export const alertPatterns = (roles: AlertRoles) =>
  ({
    // Findings that a filter suppressed are archived; those of the filter's service never come [doc:guardduty/findings_suppression-rule].
    'guardduty-findings': {
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { severity: [{ numeric: ['>=', guardDutySeverityMin] }], service: { archived: [false] } },
    },
    // Security Hub sends each update of a finding. Archived, suppressed, resolved and notified ones need nobody. The second form is that
    // of the new Security Hub, in OCSF: severity high, critical and fatal, status new.
    'securityhub-findings': {
      source: ['aws.securityhub'],
      'detail-type': ['Security Hub Findings - Imported', 'Findings Imported V2'],
      detail: {
        findings: {
          $or: [
            {
              Severity: { Label: ['HIGH', 'CRITICAL'] },
              RecordState: ['ACTIVE'],
              Workflow: { Status: ['NEW'] },
            },
            { severity_id: [4, 5, 6], status_id: [1] },
          ],
        },
      },
    },
    // Sign-ins are recorded in us-east-1 only [controls 000-12]. Neither what an AWS service does in the name of the root user, nor what it
    // records of itself.
    'root-user': {
      'detail-type': [calls, 'AWS Console Sign In via CloudTrail'],
      detail: {
        userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
        eventType: [{ 'anything-but': ['AwsServiceEvent'] }],
      },
    },
    'detection-tampering': {
      'detail-type': [calls],
      detail: {
        eventSource: sourcesOf(...detectionCalls.sources),
        eventName: [...detectionCalls.prefixes.map((prefix) => ({ prefix })), ...detectionCalls.names],
        ...notByRollouts(roles),
      },
    },
    'alert-tampering': {
      'detail-type': [calls],
      detail: {
        eventSource: sourcesOf('events'),
        eventName: ruleCalls,
        requestParameters: { $or: [{ name: [{ prefix: rulePrefix }] }, { rule: [{ prefix: rulePrefix }] }] },
        ...notByRollouts(roles),
      },
    },
    'identity-tampering': identityPattern(roles),
  }) as const satisfies Record<AlertRule, PolicyDocument>;
