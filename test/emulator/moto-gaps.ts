/** What moto lacks or garbles and the baseline needs, put before it by the gateway's `intercept`. */
import { type Answer, ec2Fault, type Intercept } from './gateway';

export interface ImdsState {
  readonly httpTokens?: string;
  readonly hopLimit?: string;
  readonly managedBy?: string;
}

export interface Gaps {
  /** ARNs of managed policies by role name: moto's CloudFormation ignores ManagedPolicyArns of a role. */
  readonly attached?: Readonly<Record<string, readonly string[]>>;
  /** The policy of a topic by its ARN: moto's CloudFormation ignores AWS::SNS::TopicPolicy. */
  readonly topicPolicy?: ((topicArn: string) => object) | undefined;
  /** The instance metadata defaults of every account and region at first; moto has none. */
  readonly imds?: ImdsState;
}

export function fillGaps({ attached = {}, topicPolicy, imds = {} }: Gaps = {}): Intercept {
  const defaults = new Map<string, ImdsState>();
  return (call, onward) => {
    const asked = new URLSearchParams(call.body);
    const key = `${call.account}/${call.region}`;
    const current = defaults.get(key) ?? imds;
    switch (call.action) {
      case 'GetInstanceMetadataDefaults':
        return xml(call.action, `<accountLevel>${imdsXml(current)}</accountLevel>`);
      case 'ModifyInstanceMetadataDefaults':
        if (current.managedBy === 'declarative-policy') return ec2Fault(403, 'UnauthorizedOperation', 'held by policy');
        defaults.set(key, changed(current, asked));
        return xml(call.action, '<return>true</return>');
      case 'ListAttachedRolePolicies': {
        const arns = attached[asked.get('RoleName') ?? ''];
        return arns && xml(call.action, `<${call.action}Result>${attachedXml(arns)}</${call.action}Result>`);
      }
      case 'GetTopicAttributes':
        return topicPolicy && onward().then(withTopicPolicy(topicPolicy(asked.get('TopicArn') ?? '')));
      case 'GetRolePolicy':
        return onward().then(withJsonDocument);
      default:
        return undefined;
    }
  };
}

/** moto gives the inline policies of roles that its CloudFormation made as Python would print them. */
const withJsonDocument = (answer: Answer): Answer => ({
  ...answer,
  body: answer.body.replace(/(?<=<PolicyDocument>)\{'.*(?=<\/PolicyDocument>)/s, (python) =>
    python.replaceAll("'", '"').replaceAll('True', 'true').replaceAll('False', 'false'),
  ),
});

const withTopicPolicy =
  (policy: object) =>
  (answer: Answer): Answer => ({
    ...answer,
    body: answer.body.replace(
      /(<key>Policy<\/key>\s*<value>).*?(?=<\/value>)/s,
      (_, before) => before + JSON.stringify(policy).replaceAll('"', '&quot;'),
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

const attachedXml = (arns: readonly string[]): string =>
  `<AttachedPolicies>${arns.map((arn) => `<member><PolicyArn>${arn}</PolicyArn></member>`).join('')}</AttachedPolicies>`;

const xml = (action: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response>${body}</${action}Response>`,
});
