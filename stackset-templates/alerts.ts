/** Forwards alerts on serious findings, on use of the root user, and on changes that weaken the baseline, to the security account. */
import { Aws, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import {
  type AlertRule,
  alertPatterns,
  alertRuleName,
  alertRuleState,
  alertRules,
} from '../orchestrator/domain/policies/alert-patterns';
import {
  alertForward,
  alertForwarderName,
  alertForwarderTrust,
  alertForwardPolicyName,
} from '../orchestrator/domain/policies/alert-policy';
import { bootstrapPath, serviceRoleBoundaryName } from '../orchestrator/domain/policies/ci-policy';
import { roleName } from './parameters';

const rules: Readonly<Record<AlertRule, { readonly logicalId: string; readonly description: string }>> = {
  'guardduty-findings': { logicalId: 'GuardDutyFindings', description: 'GuardDuty findings of high severity' },
  'securityhub-findings': { logicalId: 'SecurityHubFindings', description: 'Security Hub findings, high and critical' },
  'root-user': { logicalId: 'RootUser', description: 'The root user signed in or called an API' },
  'detection-tampering': { logicalId: 'DetectionTampering', description: 'Somebody weakened what detects threats' },
  'alert-tampering': { logicalId: 'AlertTampering', description: 'Somebody changed an alert rule' },
  'identity-tampering': { logicalId: 'IdentityTampering', description: 'Somebody changed a role of the baseline' },
};

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: forwards alerts to the security account';

  const bus = new CfnParameter(stack, 'AlertBusArn', {
    allowedPattern: 'arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[\\w.-]+',
    description: 'ARN of the event bus in the security account',
  });
  const ciRole = new CfnParameter(stack, 'CiRoleName', {
    ...roleName,
    description: 'Name of the CI role, whose rollouts alert nobody',
  });
  const operatorRole = new CfnParameter(stack, 'OperatorRoleName', {
    ...roleName,
    description: 'Name of the operator role, whose changes alert',
  });

  // In every region one of its own: a rule takes only a role that exists, and no stack waits for that of another region.
  const forwarder = new CfnRole(stack, 'Forwarder', {
    roleName: alertForwarderName(Aws.REGION),
    path: bootstrapPath,
    description: 'Forwards alerts of this region to the security account',
    assumeRolePolicyDocument: alertForwarderTrust({ account: Aws.ACCOUNT_ID }),
    permissionsBoundary: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy${bootstrapPath}${serviceRoleBoundaryName}`,
    policies: [{ policyName: alertForwardPolicyName, policyDocument: alertForward(bus.valueAsString) }],
  });

  const patterns = alertPatterns({ ciRole: ciRole.valueAsString, operatorRole: operatorRole.valueAsString });
  for (const rule of alertRules) {
    new CfnRule(stack, rules[rule].logicalId, {
      name: alertRuleName(rule),
      description: rules[rule].description,
      state: alertRuleState(rule),
      eventPattern: patterns[rule],
      targets: [{ id: 'security', arn: bus.valueAsString, roleArn: Fn.getAtt(forwarder.logicalId, 'Arn').toString() }],
    });
  }
}
