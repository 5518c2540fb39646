/** What a rehearsal asks of AWS: every question, and the assumptions that its answer decides. */
import type { AssumptionId } from './assumptions';

/** What there must be, besides the spare account. */
export type Need = 'account' | 'optInRegion' | 'baseline';

export interface Question {
  readonly id: QuestionId;
  /** What is confirmed, as a statement. */
  readonly title: string;
  readonly answers: readonly AssumptionId[];
  readonly needs: Need;
}

export type QuestionId = keyof typeof asked;

const row = (title: string, answers: readonly AssumptionId[], needs: Need = 'account') => ({ title, answers, needs });

/** In the order in which the report has them. */
const asked = {
  organizationEntry: row('ListAccounts gives the state and the path of the account', ['A9']),
  operationQuota: row('Service Quotas has the quota of instance operations', ['A37']),
  scopedGrant: row('a policy on `stackset/strongroom-*` allows CreateStackSet', ['A36']),
  executionRole: row('StackSets creates a stack with the CI role', ['A35']),
  templateBytes: row('the template comes back byte by byte', ['A33']),
  templateContent: row('the template comes back as the same JSON', ['A34']),
  repeatAfterEnd: row('an operation id that was used is refused', ['A1']),
  strictMaximum: row('STRICT keeps a maximum of tolerance + 1', ['A2']),
  secondCreate: row('a second creation leaves a current stack as it is', ['A29']),
  repeatWhileRunning: row('an operation id that is in use is refused', ['A1']),
  detectionDuringOperation: row('drift detection is refused during an operation', ['A10']),
  queuedUpdate: row('a queued update leaves the template of the set as it is', ['A30']),
  stoppedOperation: row('an operation that is stopped ends, with a result for its stack', ['A43']),
  deniedRole: row('a failed result names account and Region', ['A27', 'A39']),
  revertDrift: row('a change by hand is detected, and reverted through the CI role', ['A6']),
  missingStack: row('a missing stack refuses the whole import', ['A28']),
  importDetached: row('a stack that left its set can be imported', ['A5']),
  importOtherTemplate: row('the set that imports it may hold another template', ['A4']),
  follow: row('an imported stack takes the parameters and the template of its set', ['A3']),
  optInRegion: row('a Region that needs opting in takes stacks', ['A42'], 'optInRegion'),
  operationEvents: row('the end of an operation reaches the event bus of the administrator account', ['A7']),
  topicRole: row('a rule publishes to a closed topic with an execution role', ['A40']),
  rootSummary: row('GetAccountSummary tells about the root user of a member', ['A31']),
  organizationTrail: row('a member can read the status of the organization trail', ['A14'], 'baseline'),
  configDelivery: row('AWS Config delivers to the log archive', ['A41'], 'baseline'),
  trailDelivers: row('CloudTrail delivers a marked call to the log archive', ['A32'], 'baseline'),
  alertsArrive: row('a sample finding reaches the alert topic', ['A17'], 'baseline'),
} as const;

export const questions: readonly Question[] = Object.entries(asked).map(([id, question]) => ({
  id: id as QuestionId,
  ...question,
}));

export const titleOf = (id: QuestionId): string => asked[id].title;
