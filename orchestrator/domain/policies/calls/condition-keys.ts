/**
 * The condition keys of a call, as far as its record says what they were. A key that is not here is not known: whether the request had it
 * depends on the service [doc:IAM/reference_policies_condition-keys].
 */
import { addressOf } from '../evaluation/comparisons';
import type { KeyValue, NotKnown, Principal } from '../evaluation/request';
import { type CloudTrailRecord, fieldsIn, isService, listIn, textIn } from './record';

/** What the inventory of accounts adds to a record. */
export interface Organization {
  readonly id: string;
  readonly managementAccount: string;
  /** Like `o-example/r-ab12/ou-ab12-11111111/`; undefined for an account of another organization, or of none. */
  readonly pathOf: (account: string) => string | undefined;
}

type Values = Readonly<Record<string, string | readonly string[] | NotKnown | undefined>>;

const someValue: NotKnown = { notKnown: 'value' };
const perhaps: NotKnown = { notKnown: 'presence' };

const lowerNames = new Map<string, string>();
/** Names of keys are few, and lower case is asked for each of them in every record. */
function lowerName(name: string): string {
  const known = lowerNames.get(name) ?? name.toLowerCase();
  if (lowerNames.size < 500) lowerNames.set(name, known);
  return known;
}

/** `undefined` stands for a key that the request did not have. */
function together(parts: readonly Values[]): ReadonlyMap<string, KeyValue> {
  const keys = new Map<string, KeyValue>();
  for (const part of parts) {
    for (const name of Object.keys(part)) {
      const value = part[name];
      keys.set(lowerName(name), value === undefined ? 'absent' : typeof value === 'string' ? [value] : value);
    }
  }
  return keys;
}

export const conditionKeysOf = (
  record: CloudTrailRecord,
  caller: Principal,
  owner: string | undefined,
  organization?: Organization,
): ReadonlyMap<string, KeyValue> =>
  together([
    ofCaller(record, caller, organization),
    ofSession(record),
    ofNetwork(record),
    ofServices(record, caller),
    ofOwner(owner, organization),
    ofTags(record),
    ofServiceKeys(record),
  ]);

const ofOwner = (owner: string | undefined, organization: Organization | undefined): Values => ({
  'aws:ResourceAccount': owner ?? someValue,
  'aws:ResourceOrgID': memberOf(owner, organization, (path) => path.split('/')[0] ?? ''),
  'aws:ResourceOrgPaths': memberOf(owner, organization, (path) => [path]),
});

function memberOf<T>(
  account: string | undefined,
  organization: Organization | undefined,
  read: (path: string) => T,
): T | NotKnown {
  const path = account === undefined ? undefined : organization?.pathOf(account);
  return path === undefined ? perhaps : read(path);
}

const callerTypes: Readonly<Record<string, string>> = {
  role: 'AssumedRole',
  user: 'User',
  root: 'Account',
  federatedUser: 'FederatedUser',
  anonymous: 'Anonymous',
};

function ofCaller({ identity }: CloudTrailRecord, caller: Principal, organization?: Organization): Values {
  const isOfAccount = 'account' in caller;
  const account = isOfAccount ? caller.account : undefined;
  const isSomeone = caller.kind === 'someone' || caller.kind === 'unknown';
  return {
    'aws:PrincipalArn': 'arn' in caller ? caller.arn : isSomeone ? someValue : undefined,
    'aws:PrincipalAccount': account ?? perhaps,
    'aws:PrincipalOrgID': memberOf(account, organization, (path) => path.split('/')[0] ?? ''),
    'aws:PrincipalOrgPaths': memberOf(account, organization, (path) => [path]),
    'aws:PrincipalType': callerTypes[caller.kind] ?? perhaps,
    'aws:PrincipalIsAWSService': caller.kind === 'unknown' ? perhaps : String(caller.kind === 'service'),
    'aws:PrincipalServiceName': caller.kind === 'service' ? caller.service : undefined,
    'aws:userid': caller.kind === 'root' ? caller.account : (textIn(identity, 'principalId') ?? perhaps),
    'aws:username':
      caller.kind === 'user' ? (textIn(identity, 'userName') ?? someValue) : isSomeone ? perhaps : undefined,
  };
}

function ofSession({ session, identity, whole }: CloudTrailRecord): Values {
  const attributes = fieldsIn(session, 'attributes');
  const isTemporary = Object.keys(attributes).length > 0;
  const mfa = textIn(attributes, 'mfaAuthenticated');
  const time = textIn(whole, 'eventTime');
  return {
    'aws:MultiFactorAuthPresent': isTemporary ? (mfa ?? perhaps) : undefined,
    // The age was counted from the sign-in, which is only near the creation of the session.
    'aws:MultiFactorAuthAge': mfa === 'true' ? someValue : undefined,
    'aws:TokenIssueTime': isTemporary ? (textIn(attributes, 'creationDate') ?? someValue) : undefined,
    'aws:AssumedRoot': textIn(session, 'assumedRoot') ?? textIn(identity, 'assumedRoot'),
    'aws:SourceIdentity': textIn(session, 'sourceIdentity'),
    'aws:CurrentTime': time ?? someValue,
    'aws:EpochTime': time === undefined ? someValue : String(Date.parse(time) / 1000),
    'aws:UserAgent': textIn(whole, 'userAgent') ?? perhaps,
  };
}

function ofNetwork({ whole, region }: CloudTrailRecord): Values {
  const endpoint = textIn(whole, 'vpcEndpointId');
  const source = textIn(whole, 'sourceIPAddress') ?? '';
  const address = addressOf(source) === undefined ? perhaps : source;
  const tls = fieldsIn(whole, 'tlsDetails');
  return {
    'aws:RequestedRegion': region === '' ? someValue : region,
    'aws:SourceIp': endpoint === undefined ? address : undefined,
    'aws:VpcSourceIp': endpoint === undefined ? undefined : address,
    'aws:SourceVpce': endpoint,
    'aws:SourceVpc': endpoint === undefined ? undefined : someValue,
    'aws:SecureTransport': Object.keys(tls).length > 0 ? 'true' : someValue,
  };
}

/** A call that a service made with the caller's credentials, or with its own. */
function ofServices({ identity, whole }: CloudTrailRecord, caller: Principal): Values {
  const invokedBy = textIn(identity, 'invokedBy');
  const isCalledVia = caller.kind !== 'service' && isService(invokedBy);
  const isServiceItself = caller.kind === 'service';
  const first = isCalledVia ? perhaps : undefined;
  const isCertain = isCalledVia && textIn(whole, 'sourceIPAddress') === invokedBy;
  return {
    'aws:ViaAWSService': isCertain ? 'true' : isCalledVia ? someValue : 'false',
    'aws:CalledVia': isCertain ? { notKnown: 'value', includes: [invokedBy] } : first,
    'aws:CalledViaFirst': first,
    'aws:CalledViaLast': first,
    'aws:SourceAccount': isServiceItself ? perhaps : undefined,
    'aws:SourceArn': isServiceItself ? perhaps : undefined,
    'aws:SourceOrgID': isServiceItself ? perhaps : undefined,
    'aws:SourceOrgPaths': isServiceItself ? perhaps : undefined,
  };
}

/** Tags of a call that tags; a call that logs none may still have had some. */
function ofTags({ parameters }: CloudTrailRecord): Values {
  const specifications = listIn(fieldsIn(parameters, 'tagSpecificationSet'), 'items');
  const tags = [
    ...listIn(parameters, 'tags'),
    ...listIn(fieldsIn(parameters, 'tagSet'), 'items'),
    ...specifications.flatMap((one) => listIn(one, 'tags')),
  ].flatMap((tag) => {
    const key = textIn(tag, 'key') ?? textIn(tag, 'Key');
    return key === undefined ? [] : [[key, textIn(tag, 'value') ?? textIn(tag, 'Value') ?? ''] as const];
  });
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(([key]) => key),
  };
}

/** Keys of single services that their parameters name [doc:service-authorization/reference_policies_actions-resources-contextkeys]. */
const serviceKeys: readonly (readonly [source: string, parameter: string, key: string])[] = [
  ['ec2', 'instanceType', 'ec2:InstanceType'],
  ['iam', 'policyArn', 'iam:PolicyARN'],
  ['iam', 'permissionsBoundary', 'iam:PermissionsBoundary'],
  ['iam', 'aWSServiceName', 'iam:AWSServiceName'],
  ['sts', 'externalId', 'sts:ExternalId'],
  ['sts', 'roleSessionName', 'sts:RoleSessionName'],
  ['sts', 'sourceIdentity', 'sts:SourceIdentity'],
];

function ofServiceKeys({ eventSource, parameters }: CloudTrailRecord): Values {
  const found = serviceKeys.flatMap(([source, parameter, key]) => {
    const value = eventSource === `${source}.amazonaws.com` ? textIn(parameters, parameter) : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}
