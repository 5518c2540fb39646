import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, requestOf } from '../../../../orchestrator/domain/policies/calls/request-of';
import { accountOf } from '../../../../orchestrator/domain/policies/evaluation/request';
import { callOf, record } from './records';

interface Sample {
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly principalArn: string | null;
    readonly account: string | null;
    readonly action: string | null;
    readonly region: string;
    readonly resources: readonly string[];
    readonly scpExempt: false | string;
    readonly undetermined: readonly string[];
    readonly skip?: string;
    readonly denial?: { readonly by: string; readonly kind: string; readonly policyArn: string | null };
  };
}

const samples: readonly Sample[] = JSON.parse(
  readFileSync(join(__dirname, '../../../scenarios/policy-evaluation/cloudtrail-samples.json'), 'utf8'),
);

/** The words of the samples, which were written for no program. */
const exemptions = {
  'service-linked role': 'service-linked role',
  'AWS service': 'AWS service principal',
  'management account': '',
};
const deniers: Readonly<Record<string, string>> = { serviceControl: 'scp', resourceControl: 'rcp' };
const lostOf = ({ lost }: Call) => [
  ...(lost.includes('principal') ? ['principalArn'] : []),
  ...(lost.includes('resource') ? ['resources'] : []),
];

describe('sample records', () => {
  const calls = samples.filter(({ expect: { skip } }) => skip === undefined);

  test.each(calls)('$name', ({ record, expect: expected }) => {
    const call = callOf(record);

    expect({
      principalArn: 'arn' in call.caller ? call.caller.arn : null,
      account: accountOf(call.caller) ?? null,
      action: call.actions.join(),
      region: call.region,
      resources: call.resources.length === 0 ? ['*'] : call.resources,
      scpExempt: call.exempt === undefined ? false : exemptions[call.exempt],
      undetermined: lostOf(call),
      ...(call.denial && {
        denial: {
          by: deniers[call.denial.by] ?? call.denial.by,
          kind: call.denial.kind,
          policyArn: call.denial.policyArn ?? null,
          ...(call.denial.policyId && { policyId: call.denial.policyId }),
        },
      }),
    }).toEqual(expected);
  });

  test.each(samples.filter(({ expect: { skip } }) => skip !== undefined))('$name is skipped', ({ record }) => {
    expect(requestOf(record)).toHaveProperty('skipped');
  });
});

describe('actions', () => {
  test.each([
    ['monitoring.amazonaws.com', 'PutMetricAlarm', 'cloudwatch:PutMetricAlarm'],
    ['tagging.amazonaws.com', 'TagResources', 'tag:TagResources'],
    ['api.ecr.amazonaws.com', 'PutImage', 'ecr:PutImage'],
    ['metering.marketplace.amazonaws.com', 'MeterUsage', 'aws-marketplace:MeterUsage'],
    ['query.timestream.amazonaws.com', 'Query', 'timestream:Query'],
    ['bedrock-runtime.amazonaws.com', 'InvokeModel', 'bedrock:InvokeModel'],
    ['portal.sso.amazonaws.com', 'GetRoleCredentials', 'sso:GetRoleCredentials'],
    ['sts.amazonaws.com.cn', 'AssumeRole', 'sts:AssumeRole'],
    ['lambda.amazonaws.com', 'UpdateFunctionCode20150331v2', 'lambda:UpdateFunctionCode'],
    ['lambda.amazonaws.com', 'Invoke', 'lambda:InvokeFunction'],
    ['cloudfront.amazonaws.com', 'CreateDistribution2020_05_31', 'cloudfront:CreateDistribution'],
    ['s3.amazonaws.com', 'CompleteMultipartUpload', 's3:PutObject'],
    ['s3.amazonaws.com', 'CopyObject', 's3:GetObject,s3:PutObject'],
    ['s3.amazonaws.com', 'DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'],
    ['kms.amazonaws.com', 'ReEncrypt', 'kms:ReEncryptFrom,kms:ReEncryptTo'],
    ['sqs.amazonaws.com', 'SendMessageBatch', 'sqs:SendMessage'],
  ])('%s %s is %s', (eventSource, eventName, actions) => {
    expect(callOf(record({ eventSource, eventName })).actions.join()).toBe(actions);
  });

  test.each([
    ['a sign-in', { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin' }],
    ['an event of a service', { eventType: 'AwsServiceEvent' }],
    ['an action of the console', { eventType: 'AwsConsoleAction' }],
    ['an insight', { eventCategory: 'Insight' }],
    ['a call seen by an endpoint', { eventCategory: 'NetworkActivity' }],
    ['a source that is no service', { eventSource: 'evil.example.com' }],
    ['a record without a name', { eventName: undefined }],
  ])('%s is skipped', (_, fields) => {
    expect(requestOf(record(fields))).toHaveProperty('skipped');
  });
});

describe('resources', () => {
  test.each<[string, string, string, object, readonly string[]]>([
    ['an object', 's3', 'PutObject', { bucketName: 'b', key: 'a/b' }, ['arn:aws:s3:::b/a/b']],
    ['objects of a batch, which are not logged', 's3', 'DeleteObjects', { bucketName: 'b' }, []],
    [
      'a role by its name, whose path is not logged',
      'iam',
      'AttachRolePolicy',
      { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/P' },
      [],
    ],
    ['a role that is made', 'iam', 'CreateRole', { roleName: 'r' }, ['arn:aws:iam::111122223333:role/r']],
    [
      'a role that is made under a path',
      'iam',
      'CreateRole',
      { roleName: 'r', path: '/x/' },
      ['arn:aws:iam::111122223333:role/x/r'],
    ],
    [
      'a queue of another account',
      'sqs',
      'SendMessage',
      { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/444455556666/q' },
      ['arn:aws:sqs:eu-west-1:444455556666:q'],
    ],
    ['a queue by an address that is none', 'sqs', 'SendMessage', { queueUrl: 'q' }, []],
    ['a key by its alias', 'kms', 'Decrypt', { keyId: 'alias/a' }, []],
    ['a key by its id', 'kms', 'Decrypt', { keyId: 'k1' }, ['arn:aws:kms:eu-west-1:111122223333:key/k1']],
    ['a secret by its name', 'secretsmanager', 'GetSecretValue', { secretId: 's' }, []],
    [
      'a function by its ARN',
      'lambda',
      'Invoke',
      { functionName: 'arn:aws:lambda:eu-west-1:444455556666:function:f' },
      ['arn:aws:lambda:eu-west-1:444455556666:function:f'],
    ],
    [
      'two ARNs, of which either may be meant',
      'elasticloadbalancing',
      'CreateRule',
      {
        listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/1',
        targetArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/2',
      },
      [],
    ],
    [
      'an ARN of another service',
      'sns',
      'Subscribe',
      { topicArn: 'arn:aws:sns:eu-west-1:111122223333:t', endpoint: 'arn:aws:sqs:eu-west-1:111122223333:q' },
      ['arn:aws:sns:eu-west-1:111122223333:t'],
    ],
    ['a call that EC2 decides on several resources', 'ec2', 'CreateSubnet', { vpcId: 'vpc-1' }, []],
    ['a call of EC2 that only looks', 'ec2', 'DescribeInstances', {}, ['*']],
  ])('%s', (_, service, eventName, requestParameters, resources) => {
    const call = callOf(record({ eventSource: `${service}.amazonaws.com`, eventName, requestParameters }));

    expect(call.resources).toEqual(resources);
    expect(call.lost.includes('resource')).toBe(resources.length === 0);
  });

  test('in another partition', () => {
    const call = callOf(
      record({
        awsRegion: 'cn-north-1',
        eventSource: 'sqs.amazonaws.com.cn',
        eventName: 'CreateQueue',
        requestParameters: { queueName: 'q' },
      }),
    );

    expect(call.resources).toEqual(['arn:aws-cn:sqs:cn-north-1:111122223333:q']);
  });
});
