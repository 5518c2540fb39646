import { evaluateCall, type Organization, requestOf } from '../../../../orchestrator/domain/policies/calls/request-of';
import { policyOf } from '../evaluation/rows';
import { callOf, record } from './records';

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
    ['a federated user without an ARN', { type: 'FederatedUser', arn: undefined }, 'someone'],
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
