/** Says aloud what must not pass unnoticed: grave findings, and anybody who signs in as the root user. */
import { CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { alertPatterns, alertTopicPolicy } from '../orchestrator/domain/alert-policy';
import { type AlertRule, alertRuleName, alertRules, alertTopicName } from '../orchestrator/domain/facts';

const rules: Readonly<Record<AlertRule, { readonly logicalId: string; readonly description: string }>> = {
  'guardduty-findings': { logicalId: 'GuardDutyFindings', description: 'GuardDuty findings of high severity' },
  'securityhub-findings': { logicalId: 'SecurityHubFindings', description: 'Security Hub findings, high and critical' },
  'root-sign-in': { logicalId: 'RootSignIn', description: 'Somebody signed in as the root user' },
};

export function alerts(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: alerts on grave findings and on root sign-in';

  const email = new CfnParameter(stack, 'AlertEmail', {
    allowedPattern: '^$|^[^@\\s]+@[^@\\s]+$',
    maxLength: 254,
    description: 'Email address that the alerts go to; empty for none',
  });
  const hasEmail = new CfnCondition(stack, 'HasAlertEmail', {
    expression: Fn.conditionNot(Fn.conditionEquals(email.valueAsString, '')),
  });

  const topic = new CfnTopic(stack, 'Topic', { topicName: alertTopicName });
  new CfnTopicPolicy(stack, 'TopicPolicy', { topics: [topic.ref], policyDocument: alertTopicPolicy(topic.ref) });
  // By itself, and not within the topic: so it goes when the address is taken away, or the stack is deleted.
  const subscription = new CfnSubscription(stack, 'EmailSubscription', {
    topicArn: topic.ref,
    protocol: 'email',
    endpoint: email.valueAsString,
  });
  subscription.cfnOptions.condition = hasEmail;

  for (const rule of alertRules) {
    new CfnRule(stack, rules[rule].logicalId, {
      name: alertRuleName(rule),
      description: rules[rule].description,
      state: 'ENABLED',
      eventPattern: alertPatterns[rule],
      targets: [{ id: 'topic', arn: topic.ref }],
    });
  }
}
