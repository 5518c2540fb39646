/** What EventBridge delivers when an account changes, in the shapes of [aws-behavior 3.4]. */
import type { AccountId } from '../domain/model/brand';

export type SimulatedAccountChange = 'created' | 'joined' | 'moved' | 'closed';

/** @param eventID CloudTrail's, the same in every delivery. */
export function accountEvent(change: SimulatedAccountChange, account: AccountId, eventID: string): unknown {
  const { eventName, ...detail } = details[change](account);
  return {
    version: '0',
    source: 'aws.organizations',
    'detail-type': change === 'moved' ? 'AWS API Call via CloudTrail' : 'AWS Service Event via CloudTrail',
    region: 'us-east-1',
    detail: { eventSource: 'organizations.amazonaws.com', eventName, eventID, ...detail },
  };
}

const details: Readonly<Record<SimulatedAccountChange, (accountId: AccountId) => Readonly<Record<string, unknown>>>> = {
  created: (accountId) => ({
    eventName: 'CreateAccountResult',
    serviceEventDetails: { createAccountStatus: { state: 'SUCCEEDED', accountId } },
  }),
  joined: (accountId) => ({ eventName: 'AccountJoinedOrganization', serviceEventDetails: { accountId } }),
  moved: (accountId) => ({ eventName: 'MoveAccount', requestParameters: { accountId } }),
  closed: (accountId) => ({
    eventName: 'CloseAccountResult',
    serviceEventDetails: { closeAccountStatus: { state: 'SUCCEEDED', accountId } },
  }),
};
