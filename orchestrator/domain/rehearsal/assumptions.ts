/**
 * What the code assumes about AWS: section 9 of docs/reference/aws-behavior.md as data, so that a rehearsal can report on every row. A test keeps
 * the two in step.
 */

import { type Assumption, row } from './assumption';
import { aboutAlerts } from './assumptions-about-alerts';
import { assumptionsOfRoles } from './assumptions-of-roles';

export type { Assumption, AssumptionId } from './assumption';

export const assumptions: readonly Assumption[] = [
  row(
    'A1',
    'a repeated operation id answers `OperationIdAlreadyExists`, or `OperationInProgress` while the first one runs',
    'start an update twice with one id, once while it runs and once after',
    '`orchestrator/aws/stack-sets.ts` would start or fail twice',
  ),
  row(
    'A2',
    'STRICT with a maximum of at most tolerance + 1 is accepted and not reduced',
    'run one operation so',
    'slow start would be slower than planned',
  ),
  row(
    'A3',
    "UpdateStackInstances with an empty list of overrides brings an imported stack to the set's parameters, and to its template",
    'import, update, compare parameters and template',
    'a moved account needs one more update; the code makes it in any case',
  ),
  row(
    'A4',
    'a stack can be imported into a set that holds another template',
    'import one',
    'the move of an account between waves fails, within the tolerance, as step `rehome`',
  ),
  row(
    'A5',
    'a stack that left a set with `RetainStacks` can be imported into another',
    'detach and import one',
    'the same',
  ),
  row(
    'A6',
    "a stack made by a StackSet takes a `REVERT_DRIFT` change set, made and executed with the CI role's credentials",
    'change a resource by hand and revert it',
    '`--include-drifted` fails for the account, and drift is fixed by hand',
  ),
  row(
    'A7',
    'events of self-managed StackSets reach the bus of the account and Region of the StackSet',
    'watch the bus during an operation',
    'stages wait for the 15-minute backstop',
  ),
  row(
    'A8',
    'AccountJoinedOrganization carries the account id in one of the places that are read',
    'create and invite an account, keep both events',
    'new accounts are found by the next sweep',
  ),
  row(
    'A9',
    'ListAccounts gives `State` and `Paths` to a delegated administrator and to a role of the management account',
    'list, compare with ListParents',
    'placing accounts takes a call for each account',
  ),
  row(
    'A10',
    'DetectStackSetDrift is refused, and not queued, while another operation runs under managed execution',
    'start one during an update',
    "a detection could delay a rollout's stage",
  ),
  row(
    'A11',
    'a StackSets call that names accounts, Regions or types is authorized against the set, the type and the account resources',
    'call with the deployed roles, read AccessDenied',
    'roles of the functions need other resources',
  ),
  row(
    'A12',
    'an AccessDenied message names the policy kind that denied explicitly',
    'try the region deny with operator credentials',
    'the probe `regionDenyHolds` stays `unknown`',
  ),
  row(
    'A13',
    "IAM's policy simulator leaves out organization policies that have conditions",
    'simulate under such a policy',
    'simulated region-deny results are read wrongly',
  ),
  row(
    'A14',
    "GetTrailStatus of an organization's trail, by its ARN from a member, tells delivery times and errors",
    'ask from a member',
    "the delivery check is `unknown` under an organization's trail",
  ),
  row(
    'A15',
    'StackSets accepts an administration role under a path',
    'create a set with `/baseline/…`',
    'the role moves to `/`',
  ),
  row(
    'A16',
    "the CI role's boundary has every action that CloudFormation needs for the templates",
    'deploy every module, and read AccessDenied',
    'the list in `ci-actions.ts` grows',
  ),
  row(
    'A17',
    'the first sample finding of a type reaches EventBridge within 5 minutes, titled `[SAMPLE]`',
    'create one, watch the topic',
    'the probe `alertsArrive` is `unknown`',
  ),
  row(
    'A18',
    'EC2 refuses every change of what a declarative policy holds, also one to the same value',
    'try under a policy',
    'the hardening stack could be deployed there too',
  ),
  row('A19', 'Config writes the last status in any letter case', 'read one', 'none: it is compared without case'),
  row(
    'A20',
    'a subscription that nobody confirmed has `PendingConfirmation` for its ARN, and `Deleted` once unsubscribed',
    'list one',
    'the subscription check passes or fails wrongly',
  ),
  row(
    'A21',
    'CloudFormation starts a recorder once its stack has a delivery channel, and reports `Pending` meanwhile',
    'deploy aws-config',
    'the settle times are too short',
  ),
  row(
    'A22',
    'each state writes the history events that `ledger.ts` counts; retries write no event of their own; Map outputs count although `ResultPath` is null',
    'read a real history',
    'the engine stops earlier or later than AWS',
  ),
  row(
    'A23',
    'a fresh account can be entered within 15 minutes',
    'create one and try every minute',
    'preflight gives up too early',
  ),
  row(
    'A24',
    'Control Tower reports a move between registered units as UpdateManagedAccount',
    'move one',
    'the next sweep finds the move',
  ),
  row(
    'A25',
    "MoveAccount's event has accountId and destinationParentId among its request parameters",
    'move one',
    'the next sweep finds the move',
  ),
  row(
    'A26',
    'StackSets calls are throttled no earlier than four at a time, each retried',
    'measure',
    'reads of large sets take longer',
  ),
  row(
    'A27',
    'a failed instance result may have no stack id, and account and Region are given all the same',
    'fail one',
    'the failure would not be attributed',
  ),
  row(
    'A28',
    'at most ten stacks are imported in a call, and one that is missing refuses all',
    'import eleven; import with a wrong id',
    'moves fail and are tried one by one',
  ),
  row(
    'A29',
    'CreateStackInstances over a CURRENT instance changes nothing and succeeds',
    'create twice',
    'a retry could redeploy',
  ),
  row(
    'A30',
    "a queued update changes the set's template when it starts, not when it is queued",
    'queue one, describe the set',
    'the comparison before a creation sees the wrong template',
  ),
  row(
    'A31',
    "GetAccountSummary in a member tells about the root user's password, key and MFA, also under central root management",
    'ask',
    'the root checks would be `unknown`',
  ),
  row(
    'A32',
    "CloudTrail's log objects appear under the documented prefix within 15 minutes",
    'run the probe',
    'the probe `trailDelivers` is `unknown`',
  ),
  row(
    'A33',
    'DescribeStackSet returns a template byte by byte as it was sent',
    'create a set, compare',
    'templates must be compared as JSON, and never as text',
  ),
  row(
    'A34',
    'DescribeStackSet returns the JSON that was sent, regardless of its spaces and the order of its keys',
    'create a set, compare',
    'each new account is refused with `StackSetElsewhere`, and each update marks all instances OUTDATED',
  ),
  row(
    'A35',
    'the CI role within its boundary suffices as an execution role: StackSets needs no more of S3 and SNS than the boundary allows',
    'create a stack with it',
    'every stack fails; the boundary in `ci-policy.ts` grows',
  ),
  row(
    'A36',
    'a policy can limit CreateStackSet to `stackset/strongroom-*`',
    'create a set with a session that may create only such sets',
    'the grant of the functions needs a statement on `*`',
  ),
  row(
    'A37',
    'Service Quotas lists the instance operations of an administrator account as L-6A4B2F69',
    'read it',
    'the default of 10,000 is assumed everywhere',
  ),
  row(
    'A38',
    'an operation beyond that quota is refused with LimitExceeded',
    'run 10,000 instance operations and start one more',
    'its accounts would count as lost',
  ),
  row(
    'A39',
    'an operation that fails in every account lists a result for each account and Region',
    'name a role that does not exist',
    'the stage waits for results that never come',
  ),
  row(
    'A40',
    'the SNS target of a rule takes an execution role',
    'publish through a role to a topic that is closed to EventBridge',
    'nothing: a function publishes the alerts, and the topic is closed to EventBridge',
  ),
  row(
    'A41',
    'Config delivers with `aws:SourceOrgID` in the request',
    'deploy aws-config and read the status of its channel',
    'the policies of the log archive need another condition',
  ),
  row(
    'A42',
    'a Region that needs opting in takes stacks as soon as administrator and target have enabled it, and the administration role trusts its CloudFormation',
    'create a stack there',
    'the Region cannot be governed',
  ),
  row(
    'A43',
    'an operation that is stopped ends as STOPPED once what was in progress has ended, and lists a final result for it',
    'stop one halfway',
    'an aborted rollout waits for results that never come',
  ),
  row(
    'A44',
    'an execution for 50,000 accounts has fewer than 25,000 events of history',
    'run one, or count those of a smaller one',
    'large organizations need more than one rollout',
  ),
  row(
    'A45',
    'a session of IAM Identity Center has the name of its user, and its role is `AWSReservedSSO_`, the permission set and 16 hex digits',
    'sign in, and read GetCallerIdentity',
    'the short name of a person shows the role first; records are right',
  ),
  row(
    'A46',
    'recorders, standards and analyzers are pending for less than 30 minutes after they are created',
    'deploy aws-config, threat-detection and access-analyzer, and read their status each minute',
    'a first wave is held as inconclusive on a slow day',
  ),
  ...aboutAlerts.map((about) => row(...about)),
  ...assumptionsOfRoles,
];
