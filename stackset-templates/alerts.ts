/** Alerts on serious findings, on use of the root user, and on changes that weaken the monitoring of the account. */
import { Aws, CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { alertKeyAlias, alertTopicName } from '../orchestrator/domain/model/resource-names';
import {
  type AlertRule,
  alertKeyPolicy,
  alertPatterns,
  alertRuleName,
  alertRules,
  alertTopicPolicy,
} from '../orchestrator/domain/policies/alert-policy';

const rules: Readonly<Record<AlertRule, { readonly logicalId: string; readonly description: string }>> = {
  'guardduty-findings': { logicalId: 'GuardDutyFindings', description: 'GuardDuty findings of high severity' },
  'securityhub-findings': { logicalId: 'SecurityHubFindings', description: 'Security Hub findings, high and critical' },
  'root-sign-in': { logicalId: 'RootSignIn', description: 'Somebody signed in as the root user' },
  'root-api-use': { logicalId: 'RootApiUse', description: 'The root user called an API' },
  tampering: { logicalId: 'Tampering', description: 'Somebody weakened the trail, the recorder or the detectors' },
};

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: alerts on grave findings, root users and tampering';

  const email = new CfnParameter(stack, 'AlertEmail', {
    allowedPattern: '^$|^[^@\\s]+@[^@\\s]+$',
    maxLength: 254,
    description: 'Email address that the alerts go to; empty for none',
  });
  const hasEmail = new CfnCondition(stack, 'HasAlertEmail', {
    expression: Fn.conditionNot(Fn.conditionEquals(email.valueAsString, '')),
  });

  const key = new CfnKey(stack, 'TopicKey', {
    description: 'Encrypts alerts',
    keyPolicy: alertKeyPolicy({ partition: Aws.PARTITION, account: Aws.ACCOUNT_ID }),
    enableKeyRotation: true,
    pendingWindowInDays: 30,
  });
  new CfnAlias(stack, 'TopicKeyAlias', { aliasName: alertKeyAlias, targetKeyId: key.ref });
  const topic = new CfnTopic(stack, 'Topic', { topicName: alertTopicName, kmsMasterKeyId: key.attrArn });
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
