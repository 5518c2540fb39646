/**
 * What the operator role may not touch, although it is an administrator: the baseline, what detects threats, and what alerts. Like the
 * other policies of the role it is in one place: the template deploys it, and a check compares with it.
 */

import { stackSetPrefix } from '../model/module';
import { ebsKeyAlias, trailName } from '../model/resource-names';
import { bootstrapPath } from './ci-policy';
import type { PolicyDocument } from './policy';

interface Protected {
  readonly partition: string;
  readonly account: string;
  /** Names of the operator role and of the CI role. */
  readonly roles: readonly string[];
}

/** Each widens what a role may do, or who may enter it. */
const roleChanges = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  // A service that gets a role of the baseline acts with its permissions.
  'iam:PassRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
] as const;

const policyChanges = [
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
] as const;

/**
 * CloudFormation acts with the role of the stack, the CI role, also for a caller who may not pass that role
 * [bc:cloudformation:UpdateStack.RoleARN].
 */
const stackChanges = [
  'cloudformation:CancelUpdateStack',
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CreateChangeSet',
  'cloudformation:CreateStack',
  'cloudformation:DeleteStack',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:RollbackStack',
  'cloudformation:SetStackPolicy',
  'cloudformation:UpdateStack',
] as const;

/** These have no name of ours, or none at all, and every account has one of each in a Region. */
const detectionChanges = [
  'access-analyzer:DeleteAnalyzer',
  'config:DeleteConfigurationRecorder',
  'config:DeleteDeliveryChannel',
  'config:PutConfigurationRecorder',
  'config:StopConfigurationRecorder',
  'guardduty:CreateFilter',
  'guardduty:CreateIPSet',
  'guardduty:DeleteDetector',
  'guardduty:Disassociate*',
  'guardduty:StopMonitoringMembers',
  'guardduty:UpdateDetector',
  'guardduty:UpdateFilter',
  'guardduty:UpdateIPSet',
  'organizations:LeaveOrganization',
  'securityhub:BatchDisableStandards',
  'securityhub:CreateAutomationRule',
  'securityhub:DisableSecurityHub',
  'securityhub:Disassociate*',
] as const;

const namedChanges = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
  'events:DeleteRule',
  'events:DisableRule',
  'events:PutRule',
  'events:PutTargets',
  'events:RemoveTargets',
] as const;

const keyChanges = [
  'kms:DeleteAlias',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:UpdateAlias',
] as const;

/**
 * It stops every single call that loosens the baseline. A determined session can still create another role without these denials, and
 * enter it: only a policy of the organization stops that [controls 1.3].
 */
export const selfProtect = ({ partition, account, roles }: Protected) => {
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:*:${account}:${rest}`;
  const iam = (rest: string): string => `arn:${partition}:iam::${account}:${rest}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'CannotChangeOwnPermissions',
        Effect: 'Deny',
        Action: [...roleChanges],
        Resource: [...roles.map((role) => iam(`role/${role}`)), iam(`role${bootstrapPath}*`)],
      },
      {
        Sid: 'CannotChangeBoundaries',
        Effect: 'Deny',
        Action: [...policyChanges],
        Resource: iam(`policy${bootstrapPath}*`),
      },
      {
        Sid: 'CannotChangeStacks',
        Effect: 'Deny',
        Action: [...stackChanges],
        Resource: arn('cloudformation', `stack/StackSet-${stackSetPrefix}*`),
      },
      { Sid: 'CannotWeakenDetection', Effect: 'Deny', Action: [...detectionChanges], Resource: '*' },
      {
        Sid: 'CannotWeakenTrailAndAlerts',
        Effect: 'Deny',
        Action: [...namedChanges],
        Resource: [arn('cloudtrail', `trail/${trailName}`), arn('events', 'rule/strongroom-*')],
      },
      {
        Sid: 'CannotWeakenDefaultKey',
        Effect: 'Deny',
        Action: [...keyChanges],
        Resource: '*',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ebsKeyAlias } },
      },
    ],
  } as const satisfies PolicyDocument;
};
