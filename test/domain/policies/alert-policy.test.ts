/** Which events the alert rules hear, as EventBridge matches patterns: every field of the pattern, any of its alternatives. */

import { type AlertRule, alertPatterns, alertRules } from '../../../orchestrator/domain/policies/alert-policy';

const fieldOf = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);

/** As much of the language as the patterns use [doc:eventbridge/eb-create-pattern-operators]. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((alternative) => isMet(alternative, value));
  return Object.entries(Object(pattern)).every(([name, within]) => matches(within, fieldOf(value, name)));
}
function isMet(alternative: unknown, value: unknown): boolean {
  if (typeof alternative !== 'object' || alternative === null) return alternative === value;
  if ('exists' in alternative) return alternative.exists === (value !== undefined);
  if ('anything-but' in alternative) return value !== undefined && value !== alternative['anything-but'];
  if (!('numeric' in alternative)) throw new Error(`unknown alternative ${JSON.stringify(alternative)}`);
  const [operator, bound] = Object(alternative.numeric);
  if (operator !== '>=') throw new Error(`unknown comparison ${String(operator)}`);
  return Number(value) >= bound;
}

const finding = (severity: number) => ({
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  detail: { severity },
});
const imported = (Label: string) => ({
  source: 'aws.securityhub',
  'detail-type': 'Security Hub Findings - Imported',
  detail: { findings: { Severity: { Label } } },
});
const signIn = (type: string, eventName = 'ConsoleLogin') => ({
  source: 'aws.signin',
  'detail-type': 'AWS Console Sign In via CloudTrail',
  detail: { eventName, userIdentity: { type } },
});
const call = (eventSource: string, eventName: string, userIdentity: object = { type: 'AssumedRole' }) => ({
  source: 'aws.something',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventSource: `${eventSource}.amazonaws.com`, eventName, userIdentity, eventType: 'AwsApiCall' },
});
const byRoot = { type: 'Root' };
const { detail, ...event } = call('kms', 'RotateKey', byRoot);
const ofService = { ...event, detail: { ...detail, eventType: 'AwsServiceEvent' } };

test.each<[what: string, event: object, heard: readonly AlertRule[]]>([
  ['a finding just below high', finding(6.9), []],
  ['a finding of high severity', finding(7), ['guardduty-findings']],
  ['a critical finding', finding(9.5), ['guardduty-findings']],
  ['a medium finding of Security Hub', imported('MEDIUM'), []],
  ['a high one', imported('HIGH'), ['securityhub-findings']],
  ['a critical one', imported('CRITICAL'), ['securityhub-findings']],
  ['the root user signs in', signIn('Root'), ['root-sign-in']],
  ['somebody else signs in', signIn('IAMUser'), []],
  ['the root user asks for a new password', signIn('Root', 'PasswordRecoveryRequested'), []],
  ['the root user calls an API', call('s3', 'ListBuckets', byRoot), ['root-api-use']],
  ['a role calls it', call('s3', 'ListBuckets'), []],
  ['a service calls it in the name of the root user', call('s3', 'ListBuckets', { ...byRoot, invokedBy: 'x' }), []],
  ['what a service records of itself', ofService, []],
  ['the trail is stopped', call('cloudtrail', 'StopLogging'), ['tampering']],
  ['the trail is deleted', call('cloudtrail', 'DeleteTrail'), ['tampering']],
  ['the trail is changed', call('cloudtrail', 'UpdateTrail'), ['tampering']],
  ['the recorder is stopped', call('config', 'StopConfigurationRecorder'), ['tampering']],
  ['the recorder is deleted', call('config', 'DeleteConfigurationRecorder'), ['tampering']],
  ['its channel is deleted', call('config', 'DeleteDeliveryChannel'), ['tampering']],
  ['the detector is changed', call('guardduty', 'UpdateDetector'), ['tampering']],
  ['the detector is deleted', call('guardduty', 'DeleteDetector'), ['tampering']],
  ['the account leaves its administrator', call('guardduty', 'DisassociateFromAdministratorAccount'), ['tampering']],
  ['Security Hub is disabled', call('securityhub', 'DisableSecurityHub'), ['tampering']],
  ['its standards are disabled', call('securityhub', 'BatchDisableStandards'), ['tampering']],
  ['the analyzer is deleted', call('access-analyzer', 'DeleteAnalyzer'), ['tampering']],
  ['the root user stops the trail', call('cloudtrail', 'StopLogging', byRoot), ['root-api-use', 'tampering']],
  ['the trail is looked at', call('cloudtrail', 'GetTrailStatus'), []],
  ['a trail is made, as by a first deployment', call('cloudtrail', 'CreateTrail'), []],
  ['something of the same name elsewhere', call('kinesis', 'DeleteTrail'), []],
])('%s', (_what, happened, heard) => {
  expect(alertRules.filter((rule) => matches(alertPatterns[rule], happened))).toEqual(heard);
});
