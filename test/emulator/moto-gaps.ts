/** What moto lacks or garbles and the baseline needs, put before it by the gateway's `intercept`. */
import { type Answer, type Call, ec2Fault, type Intercept, queryFault } from './gateway';

export interface ImdsState {
  readonly httpTokens?: string;
  readonly hopLimit?: string;
  readonly managedBy?: string;
}

export interface Gaps {
  /** ARNs of managed policies by role name: moto's CloudFormation ignores ManagedPolicyArns of a role. */
  readonly attached?: Readonly<Record<string, readonly string[]>>;
  /** The instance metadata defaults of every account and region at first; moto has none. */
  readonly imds?: ImdsState;
  /** Of the bootstrap: moto lets a role be assumed that it does not have. Without them there are none. */
  readonly bootstrapRoles?: readonly {
    readonly name: string;
    readonly boundaryArn: (account: string) => string;
    readonly trust: object;
  }[];
  /** Of every account and region; moto knows no snapshot block. */
  readonly snapshotBlock?: string;
  /** Of every account and region, as ListAnalyzers gives them; moto has no Access Analyzer. */
  readonly analyzers?: readonly object[];
  /** Of every analyzer, as ListFindingsV2 gives them. */
  readonly findings?: readonly object[];
}

export function fillGaps(gaps: Gaps = {}): Intercept {
  const { attached = {}, bootstrapRoles = [], snapshotBlock = 'unblocked', analyzers = [], findings = [] } = gaps;
  const inMetadata = metadataDefaults(gaps.imds);
  const inHub = hubs();
  const keyByPlace = new Map<string, string>();
  const channels = new Map<string, string>();
  const stackSets = new Set<string>();
  return (call, onward) => {
    const asked = new URLSearchParams(call.body);
    switch (call.action) {
      case 'GetInstanceMetadataDefaults':
      case 'ModifyInstanceMetadataDefaults':
        return inMetadata(call, asked);
      case 'GetSnapshotBlockPublicAccessState':
        return xml(call.action, `<state>${snapshotBlock}</state><managedBy>account</managedBy>`);
      case 'ModifyEbsDefaultKmsKeyId':
        keyByPlace.set(placeOf(call), asked.get('KmsKeyId') ?? '');
        return undefined;
      case 'ResetEbsDefaultKmsKeyId':
        keyByPlace.delete(placeOf(call));
        return xml(call.action, '<kmsKeyId>alias/aws/ebs</kmsKeyId>');
      case 'GetEbsDefaultKmsKeyId':
        return xml(call.action, `<kmsKeyId>${keyByPlace.get(placeOf(call)) ?? 'alias/aws/ebs'}</kmsKeyId>`);
      case 'POST /moto-api/reset':
        stackSets.clear();
        return undefined;
      case 'CreateStackSet':
      case 'DeleteStackSet':
        return stackSetOnce(stackSets, call, asked.get('StackSetName') ?? '');
      case 'GetRole': {
        const role = bootstrapRoles.find(({ name }) => name === asked.get('RoleName'));
        return role && roleWithin(role.name, role.boundaryArn(call.account), role.trust);
      }
      case 'ListAttachedRolePolicies': {
        const arns = attached[asked.get('RoleName') ?? ''];
        return arns && xml(call.action, `<${call.action}Result>${attachedXml(arns)}</${call.action}Result>`);
      }
      case 'GetRolePolicy':
        return onward().then(withJsonDocument);
      case 'GetAccountSummary':
        return onward().then(withRootPassword);
      case 'DescribeStacks':
        return onward().then(withStackSetNames);
      case 'PutDeliveryChannel':
        channels.set(placeOf(call), JSON.parse(call.body).DeliveryChannel.name);
        return undefined;
      case 'DescribeDeliveryChannelStatus':
        return json({ DeliveryChannelsStatus: statusOf(channels.get(placeOf(call))) });
      case 'ListOrganizationsFeatures':
        return xml(call.action, rootFeatures);
      case 'GET /analyzer':
        return json({ analyzers });
      case 'POST /findingv2':
        return json({ findings });
      default:
        return call.service === 'securityhub' ? inHub(call) : undefined;
    }
  };
}

function metadataDefaults(first: ImdsState = {}) {
  const defaults = new Map<string, ImdsState>();
  return (call: Call, asked: URLSearchParams): Answer => {
    const current = defaults.get(placeOf(call)) ?? first;
    if (call.action === 'GetInstanceMetadataDefaults')
      return xml(call.action, `<accountLevel>${imdsXml(current)}</accountLevel>`);
    if (current.managedBy === 'declarative-policy') return ec2Fault(403, 'UnauthorizedOperation', 'held by policy');
    defaults.set(placeOf(call), changed(current, asked));
    return xml(call.action, '<return>true</return>');
  };
}

/** moto makes a second StackSet of the same name. */
function stackSetOnce(known: Set<string>, call: Call, name: string): Answer | undefined {
  const key = `${placeOf(call)}/${name}`;
  if (call.action === 'DeleteStackSet') known.delete(key);
  else if (known.has(key)) return queryFault(409, 'NameAlreadyExistsException', `StackSet ${name} already exists`);
  else known.add(key);
  return undefined;
}

/** moto's hub has neither standards nor readable tags, and one that is not there has no administrator instead of an error. */
function hubs() {
  const tagsByPlace = new Map<string, object>();
  return (call: Call): Answer | undefined => {
    const place = placeOf(call);
    const [method, path = ''] = call.action.split(' ');
    if (method === 'POST' && path === '/accounts') tagsByPlace.set(place, JSON.parse(call.body).Tags ?? {});
    if (method === 'DELETE' && path === '/accounts') tagsByPlace.delete(place);
    if (path === '/accounts') return undefined;
    const tags = tagsByPlace.get(place);
    if (tags === undefined)
      return jsonFault(401, 'InvalidAccessException', `Account ${call.account} is not subscribed to AWS Security Hub`);
    if (path === '/standards/get') return json({ StandardsSubscriptions: [] });
    return path.startsWith('/tags/') ? json({ Tags: tags }) : undefined;
  };
}

/** moto tells of channels, and not how they fare. */
const statusOf = (name: string | undefined) =>
  name === undefined ? [] : [{ name, configHistoryDeliveryInfo: { lastStatus: 'SUCCESS' } }];

const placeOf = ({ account, region }: Call): string => `${account}/${region}`;

/** An error as the services with a JSON protocol send it. */
export const jsonFault = (status: number, name: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
  body: JSON.stringify({ __type: name, message, Message: message }),
});

const json = (answer: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(answer),
});

/** moto counts everything that the root user has but its password. */
const withRootPassword = (answer: Answer): Answer => ({
  ...answer,
  body: answer.body.replace(
    '<SummaryMap>',
    '<SummaryMap><entry><key>AccountPasswordPresent</key><value>0</value></entry>',
  ),
});

/** moto names a stack after its StackSet alone, and gives a list as Python would print it. */
const withStackSetNames = (answer: Answer): Answer => ({
  ...answer,
  body: answer.body
    .replace(
      /<StackName>StackSet:([^<]+)<\/StackName>/g,
      '<StackName>StackSet-$1-11111111-2222-3333-4444-555555555555</StackName>',
    )
    .replace(
      /<ParameterValue>\[([^<]*)\]<\/ParameterValue>/g,
      (_, items: string) => `<ParameterValue>${items.replaceAll(/'|&apos;|&#39;|\s/g, '')}</ParameterValue>`,
    ),
});

/** moto gives the inline policies of roles that its CloudFormation made as Python would print them. */
const withJsonDocument = (answer: Answer): Answer => ({
  ...answer,
  body: answer.body.replace(/(?<=<PolicyDocument>)\{'.*(?=<\/PolicyDocument>)/s, (python) =>
    python.replaceAll("'", '"').replaceAll('True', 'true').replaceAll('False', 'false'),
  ),
});

const changed = (current: ImdsState, asked: URLSearchParams): ImdsState => {
  const httpTokens = asked.get('HttpTokens') ?? current.httpTokens ?? 'no-preference';
  const hopLimit = asked.get('HttpPutResponseHopLimit') ?? current.hopLimit ?? '-1';
  return { ...(httpTokens !== 'no-preference' && { httpTokens }), ...(hopLimit !== '-1' && { hopLimit }) };
};

const imdsXml = ({ httpTokens, hopLimit, managedBy = 'account' }: ImdsState): string =>
  [
    httpTokens && `<httpTokens>${httpTokens}</httpTokens>`,
    hopLimit && `<httpPutResponseHopLimit>${hopLimit}</httpPutResponseHopLimit>`,
    `<managedBy>${managedBy}</managedBy>`,
  ].join('');

const roleWithin = (name: string, boundaryArn: string, trust: object): Answer =>
  xml(
    'GetRole',
    `<GetRoleResult><Role><RoleName>${name}</RoleName><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(trust))}</AssumeRolePolicyDocument><PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>${boundaryArn}</PermissionsBoundaryArn></PermissionsBoundary></Role></GetRoleResult>`,
  );

/** moto does not know what an organization manages of root users. */
const rootFeatures = `<ListOrganizationsFeaturesResult><EnabledFeatures>${['RootCredentialsManagement', 'RootSessions']
  .map((feature) => `<member>${feature}</member>`)
  .join('')}</EnabledFeatures></ListOrganizationsFeaturesResult>`;

const attachedXml = (arns: readonly string[]): string =>
  `<AttachedPolicies>${arns.map((arn) => `<member><PolicyArn>${arn}</PolicyArn></member>`).join('')}</AttachedPolicies>`;

/** An answer as the services with a query protocol send it. */
export const xml = (action: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response>${body}</${action}Response>`,
});
