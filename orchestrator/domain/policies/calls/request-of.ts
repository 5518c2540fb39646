/** From a CloudTrail record to the requests that IAM decided on, and what the record does not say of them. */

import { evaluate, type Policies, type Verdict } from '../evaluation/evaluate';
import { accountOf, isKnown, isServiceLinkedRole, type Principal, type Request } from '../evaluation/request';
import { actionsOf } from './action-names';
import { callerOf } from './caller';
import { conditionKeysOf, type Organization } from './condition-keys';
import { type Denial, denialOf } from './denial';
import { type CloudTrailRecord, listIn, readRecord, textIn } from './record';
import { type Resources, resourcesOf } from './resource-arns';

export type { Organization } from './condition-keys';

export interface Call {
  readonly eventId: string;
  /** A call across accounts is logged in both; the caller's own record says more. */
  readonly sharedEventId?: string;
  readonly isCallersRecord: boolean;
  readonly caller: Principal;
  readonly region: string;
  readonly time: string;
  readonly actions: readonly string[];
  /** Empty if no resource is known. */
  readonly resources: readonly string[];
  /** `principal`, `resource`, and condition keys whose value the record does not say. */
  readonly lost: readonly string[];
  /** Why service control policies do not bind the caller. */
  readonly exempt?: 'service-linked role' | 'AWS service' | 'management account';
  /** Present if the call was already denied, so that it was not working. */
  readonly denial?: Denial;
  /** All of them must be allowed. */
  readonly requests: readonly Request[];
}

export interface Skipped {
  /** Why the record is no call that IAM decided on. */
  readonly skipped: string;
}

/** Events that are no calls of an API with an action [doc:awscloudtrail/cloudtrail-event-reference-record-contents]. */
function notACall({ whole, eventSource, eventName }: CloudTrailRecord): string | undefined {
  const type = textIn(whole, 'eventType') ?? 'AwsApiCall';
  const category = textIn(whole, 'eventCategory') ?? 'Management';
  if (type !== 'AwsApiCall') return `${type} is not an IAM-authorized API call`;
  if (category === 'Insight' || category === 'NetworkActivity') return `${category} events repeat calls`;
  return actionsOf(eventSource, eventName).length === 0 ? `${eventSource} has no actions` : undefined;
}

export function requestOf(record: unknown, organization?: Organization): Call | Skipped {
  const read = readRecord(record);
  if (read === undefined) return { skipped: 'not a CloudTrail record' };
  const skipped = notACall(read);
  if (skipped !== undefined) return { skipped };
  const caller = callerOf(read);
  const recipient = textIn(read.whole, 'recipientAccountId');
  const actions = actionsOf(read.eventSource, read.eventName);
  const owners = actions.map((action) => resourcesOf(action, read, recipient ?? accountOf(caller) ?? ''));
  const owner = ownerOf(read, owners);
  const keys = conditionKeysOf(read, caller, owner, organization);
  const base = {
    principal: caller,
    keys,
    otherKeys: 'notKnown' as const,
    resourceAccount: owner ?? ('notKnown' as const),
  };
  const requests = actions.flatMap((action, at) => requestsFor({ ...base, action }, owners[at]));
  const exempt = exemptionOf(caller, organization);
  const denial = denialOf(read.whole);
  const shared = textIn(read.whole, 'sharedEventID');
  return {
    eventId: textIn(read.whole, 'eventID') ?? '',
    ...(shared !== undefined && { sharedEventId: shared }),
    isCallersRecord: recipient === undefined || recipient === accountOf(caller),
    caller,
    region: read.region,
    time: textIn(read.whole, 'eventTime') ?? '',
    actions,
    resources: [...new Set(owners.flatMap(({ arns }) => arns))],
    lost: lostIn(requests, caller),
    ...(exempt !== undefined && { exempt }),
    ...(denial !== undefined && { denial }),
    requests,
  };
}

const requestsFor = (request: Request, { arns, isComplete }: Resources = { arns: [], isComplete: false }) => [
  ...arns.map((resource): Request => ({ ...request, resource })),
  ...(isComplete ? [] : [request]),
];

function lostIn(requests: readonly Request[], caller: Principal): readonly string[] {
  const isSomeone = ['someone', 'unknown', 'identityProvider'].includes(caller.kind);
  const keys = requests[0]?.keys ?? new Map();
  return [
    ...(isSomeone ? ['principal'] : []),
    ...(requests.some(({ resource }) => resource === undefined) ? ['resource'] : []),
    ...[...keys].flatMap(([key, value]) => (value === 'absent' || isKnown(value) ? [] : [key])),
  ];
}

/** The account that owns the resources, if the record or their ARNs name exactly one. */
function ownerOf({ whole }: CloudTrailRecord, resources: readonly Resources[]): string | undefined {
  const logged = listIn(whole, 'resources').flatMap((one) => textIn(one, 'accountId') ?? []);
  const named = resources.flatMap(({ arns }) => arns.map((arn) => arn.split(':')[4] ?? ''));
  const accounts = new Set(logged.length > 0 ? logged : named);
  const [only] = accounts;
  return accounts.size === 1 && only !== undefined && /^\d{12}$/.test(only) ? only : undefined;
}

function exemptionOf(caller: Principal, organization: Organization | undefined): Call['exempt'] {
  if (caller.kind === 'service') return 'AWS service';
  if (caller.kind === 'role' && isServiceLinkedRole(caller.arn)) return 'service-linked role';
  const account = accountOf(caller);
  return account !== undefined && account === organization?.managementAccount ? 'management account' : undefined;
}

const order = ['denied', 'undetermined', 'allowed'] as const;

/** A call is denied if one of its requests is, and allowed if all are. */
export function evaluateCall(policies: Policies, { requests }: Pick<Call, 'requests'>): Verdict {
  const verdicts = requests.map((request) => evaluate(policies, request));
  const worst = verdicts.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0];
  return worst ?? { outcome: 'undetermined', reasons: [], missing: ['action'] };
}
