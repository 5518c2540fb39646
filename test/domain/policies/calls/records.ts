/** CloudTrail records for tests. */
import { type Call, requestOf } from '../../../../orchestrator/domain/policies/calls/request-of';

export const callOf = (record: unknown): Call => {
  const call = requestOf(record);
  if ('skipped' in call) throw new Error(call.skipped);
  return call;
};

/** A call of a role of 111122223333 in eu-west-1, with what a test changes. */
export const record = ({
  identity = {},
  ...fields
}: Readonly<Record<string, unknown>> & { readonly identity?: object } = {}) => ({
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
