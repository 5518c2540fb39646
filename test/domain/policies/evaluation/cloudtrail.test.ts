import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Call,
  evaluateCall,
  type Organization,
  requestOf,
} from '../../../../orchestrator/domain/policies/calls/request-of';
import { accountOf } from '../../../../orchestrator/domain/policies/evaluation/request';
import { policyOf } from './rows';

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

const callOf = (record: unknown): Call => {
  const call = requestOf(record);
  if ('skipped' in call) throw new Error(call.skipped);
  return call;
};

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

/** A call of a role of 111122223333 in eu-west-1, with what a test changes. */
const record = ({ identity = {}, ...fields }: Readonly<Record<string, unknown>> & { identity?: object } = {}) => ({
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:s1',
    arn: 'arn:aws:sts::111122223333:assumed-role/app/s1',
    accountId: '111122223333',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/team/app', accountId: '111122223333' },
      attributes: { creationDate: '2026-11-01T09:00:00Z', mfaAuthenticated: 'false' },
    },
    ...identity,
  },
  eventTime: '2026-11-01T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.30.0',
  requestParameters: { bucketName: 'b', key: 'k' },
  eventID: 'e1',
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
  recipientAccountId: '111122223333',
  ...fields,
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

describe('callers', () => {
  test('a role has the ARN with its path, and its session apart', () => {
    expect(callOf(record()).caller).toEqual({
      kind: 'role',
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:role/team/app',
      session: 'arn:aws:sts::111122223333:assumed-role/app/s1',
      id: 'AROAEXAMPLE',
    });
  });

  test.each([
    ['a session without its role', { sessionContext: {} }, 'someone'],
    ['a caller of another account', { type: 'AWSAccount', accountId: '444455556666', arn: undefined }, 'someone'],
    ['an anonymous caller', { type: 'AWSAccount', accountId: 'anonymous', principalId: '' }, 'anonymous'],
    ['a user of Identity Center', { type: 'IdentityCenterUser', accountId: undefined }, 'unknown'],
    ['an account that is no number', { accountId: '1111' }, 'unknown'],
    ['a type that does not exist yet', { type: 'Robot' }, 'someone'],
    ['a service', { type: 'AWSService', invokedBy: 'config.amazonaws.com' }, 'service'],
  ])('%s', (_, identity, kind) => {
    expect(callOf(record({ identity })).caller.kind).toBe(kind);
  });

  test('only the management account of the organization is exempt', () => {
    const organization: Organization = { id: 'o-1', managementAccount: '111122223333', pathOf: () => undefined };

    expect(callOf(record()).exempt).toBeUndefined();
    expect(requestOf(record(), organization)).toHaveProperty('exempt', 'management account');
  });
});

describe('condition keys', () => {
  const inventory: Organization = {
    id: 'o-1',
    managementAccount: '999900001111',
    pathOf: (account) => (account === '111122223333' ? 'o-1/r-1/ou-1/' : undefined),
  };
  const keyOf = (key: string, fields = {}) => {
    const call = requestOf(record(fields), inventory);
    return 'skipped' in call ? call : call.requests[0]?.keys.get(key.toLowerCase());
  };
  const perhaps = { notKnown: 'presence' };
  const someValue = { notKnown: 'value' };

  test.each<[string, string, object, unknown]>([
    ['the Region', 'aws:RequestedRegion', {}, ['eu-west-1']],
    ['the address', 'aws:SourceIp', {}, ['198.51.100.7']],
    [
      'the address, of a call by a service',
      'aws:SourceIp',
      { sourceIPAddress: 'cloudformation.amazonaws.com' },
      perhaps,
    ],
    ['the address, through an endpoint', 'aws:SourceIp', { vpcEndpointId: 'vpce-1' }, 'absent'],
    ['the endpoint', 'aws:SourceVpce', { vpcEndpointId: 'vpce-1' }, ['vpce-1']],
    ['the VPC, through an endpoint', 'aws:SourceVpc', { vpcEndpointId: 'vpce-1' }, someValue],
    ['TLS that is not logged', 'aws:SecureTransport', {}, someValue],
    ['TLS that is logged', 'aws:SecureTransport', { tlsDetails: { tlsVersion: 'TLSv1.3' } }, ['true']],
    ['MFA of a session', 'aws:MultiFactorAuthPresent', {}, ['false']],
    [
      'MFA of a long-term key',
      'aws:MultiFactorAuthPresent',
      { identity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/a', sessionContext: undefined } },
      'absent',
    ],
    ['the age of MFA where there was none', 'aws:MultiFactorAuthAge', {}, 'absent'],
    ['a tag of the caller', 'aws:PrincipalTag/team', {}, undefined],
    ['the organization of the caller', 'aws:PrincipalOrgID', {}, ['o-1']],
    [
      'the organization of a caller outside',
      'aws:PrincipalOrgID',
      { identity: { type: 'AWSAccount', accountId: '444455556666' } },
      perhaps,
    ],
    [
      'the root session',
      'aws:AssumedRoot',
      { identity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root', sessionContext: { assumedRoot: 'true' } } },
      ['true'],
    ],
    [
      'no root session',
      'aws:AssumedRoot',
      { identity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' } },
      'absent',
    ],
    [
      'a service in between',
      'aws:ViaAWSService',
      { identity: { invokedBy: 'athena.amazonaws.com' }, sourceIPAddress: 'athena.amazonaws.com' },
      ['true'],
    ],
    ['no service in between', 'aws:ViaAWSService', {}, ['false']],
    [
      'the services in between',
      'aws:CalledVia',
      { identity: { invokedBy: 'athena.amazonaws.com' }, sourceIPAddress: 'athena.amazonaws.com' },
      { notKnown: 'value', includes: ['athena.amazonaws.com'] },
    ],
    [
      'the console, which is no service in between',
      'aws:ViaAWSService',
      { identity: { invokedBy: 'AWS Internal' } },
      ['false'],
    ],
    [
      'tags of a call',
      'aws:TagKeys',
      { requestParameters: { bucketName: 'b', tags: [{ key: 'a', value: '1' }] } },
      ['a'],
    ],
    [
      'a tag of a call',
      'aws:RequestTag/a',
      { requestParameters: { bucketName: 'b', tags: [{ key: 'a', value: '1' }] } },
      ['1'],
    ],
    ['tags that are not logged', 'aws:TagKeys', {}, undefined],
    ['the user name of a role', 'aws:username', {}, 'absent'],
    ['the account of a bucket', 'aws:ResourceAccount', {}, someValue],
  ])('%s', (_, key, fields, value) => {
    expect(keyOf(key, fields)).toEqual(value);
  });
});

describe('a call against a policy', () => {
  const full = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  const outcomeOf = (deny: object, fields = {}) => {
    const policy = policyOf('serviceControl', {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*', ...deny },
    });
    return evaluateCall({ serviceControl: [[policyOf('serviceControl', full), policy]] }, callOf(record(fields)));
  };
  const region = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } };

  test.each<[string, object, object, string, readonly string[]]>([
    ['in a Region that is denied', { Condition: region }, { awsRegion: 'us-east-1' }, 'denied', []],
    ['in a Region that is not denied', { Condition: region }, {}, 'allowed', []],
    [
      'with a tag that is not logged',
      { Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } } },
      {},
      'undetermined',
      ['aws:principaltag/a'],
    ],
    [
      'with a tag that is not logged, in a Region that is not denied',
      { Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' }, ...region } },
      {},
      'allowed',
      [],
    ],
    [
      'by a role that is spared',
      { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' } } },
      {},
      'allowed',
      [],
    ],
    [
      'on a resource that is not logged',
      { Resource: 'arn:aws:s3:::b/*' },
      { eventName: 'DeleteObjects' },
      'undetermined',
      ['resource'],
    ],
    [
      'that needs two actions, of which one is denied',
      { Action: 's3:PutObject' },
      { eventName: 'CopyObject' },
      'denied',
      [],
    ],
    [
      'by a service-linked role',
      {},
      {
        identity: {
          sessionContext: {
            sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/R' },
          },
        },
      },
      'allowed',
      [],
    ],
    ['by a caller whose role is not known', {}, { identity: { sessionContext: {} } }, 'undetermined', ['principal']],
  ])('%s', (_, deny, fields, outcome, missing) => {
    const verdict = outcomeOf(deny, fields);

    expect({ outcome: verdict.outcome, missing: verdict.missing }).toEqual({ outcome, missing });
  });

  test('says which statement of which policy decides', () => {
    expect(outcomeOf({ Sid: 'Fence', Condition: region }, { awsRegion: 'us-east-1' }).reasons).toEqual([
      { type: 'serviceControl', policy: 'serviceControl', level: 0, statement: 'Fence', effect: 'Deny', missing: [] },
    ]);
  });
});

describe('denials', () => {
  test.each<[string, Readonly<Record<string, unknown>>, object | undefined]>([
    [
      'of a permissions boundary',
      {
        errorCode: 'AccessDenied',
        errorMessage:
          'User: x is not authorized to perform: s3:GetObject with an explicit deny in a permissions boundary',
      },
      { by: 'boundary', kind: 'explicit' },
    ],
    [
      'of a resource control policy',
      {
        errorCode: 'AccessDenied',
        errorMessage:
          'User: x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource control policy',
      },
      { by: 'resourceControl', kind: 'explicit' },
    ],
    [
      'of EC2, which are encoded',
      {
        errorCode: 'Client.UnauthorizedOperation',
        errorMessage: 'You are not authorized to perform this operation. Encoded authorization failure message: abc',
      },
      { by: 'unknown', kind: 'unknown' },
    ],
    ['without a message', { errorCode: 'AccessDeniedException' }, { by: 'unknown', kind: 'unknown' }],
    [
      'that are no denials',
      { errorCode: 'NoSuchKey', errorMessage: 'with an explicit deny in a service control policy' },
      undefined,
    ],
  ])('%s', (_, fields, denial) => {
    expect(callOf(record(fields)).denial).toEqual(denial);
  });
});
