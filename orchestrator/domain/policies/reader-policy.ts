/**
 * What the reader role may do: exactly the calls of preflight and of the facts. It is policy and boundary of the role at once, so that no
 * attached policy makes it more than a reader, and a session of it can only read, with any session policy.
 */
import { type Lookups, lookupActions } from '../model/lookups';
import type { PolicyDocument } from './policy';

export const readerPolicyName = 'BaselineReader';

interface Read {
  /** What a visit calls to read the facts of the checks. */
  readonly factActions: readonly string[];
  /** The lookups that exist; only tests have others than ours. */
  readonly lookups?: Lookups;
}

export const readerPolicy = ({ factActions, lookups }: Read) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Action: [...new Set([...lookupActions(lookups), ...factActions])].sort(),
        Resource: '*',
      },
    ],
  }) as const satisfies PolicyDocument;
