/** What EventBridge delivers when an operation has ended, in the documented shape [doc:eventbridge/events-ref-cloudformation]. */
export const stackSetEvent = (stackSet: string, operationId: string): unknown => ({
  version: '0',
  source: 'aws.cloudformation',
  'detail-type': 'CloudFormation StackSet Operation Status Change',
  region: 'us-east-1',
  detail: {
    'stack-set-arn': `arn:aws:cloudformation:us-east-1:111122223333:stackset/${stackSet}`,
    'stack-set-operation-id': operationId,
    // Any final status will do: StackSets are asked for what happened.
    'status-details': { status: 'SUCCEEDED' },
  },
});
