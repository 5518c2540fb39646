/** Truth tables of the policy evaluator, as files: how a row is read, and what the evaluator says of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyType, readPolicy } from '../../../../orchestrator/domain/policies/evaluation/document';
import { evaluate, type Policies, type Verdict } from '../../../../orchestrator/domain/policies/evaluation/evaluate';
import {
  keysOf,
  type NotKnown,
  type Principal,
  type Request,
} from '../../../../orchestrator/domain/policies/evaluation/request';

type Document = unknown;

export interface Row {
  readonly id: string;
  readonly kind?: 'benign' | 'hostile';
  readonly name: string;
  readonly policies: {
    readonly scp?: readonly (readonly Document[])[];
    readonly rcp?: readonly (readonly Document[])[];
    readonly identity?: readonly Document[];
    readonly boundary?: readonly Document[];
    readonly session?: Document;
    readonly resource?: Document;
    readonly trust?: Document;
  };
  readonly request: {
    /** An ARN, or a principal as the evaluator takes it. */
    readonly principal: string | Principal;
    readonly action: string;
    /** `null`: not known. */
    readonly resource: string | null;
    readonly resourceAccount?: string;
    readonly account?: 'management';
    readonly context: Readonly<Record<string, string | readonly string[] | NotKnown>>;
    /** Keys that the row does not list are not known, instead of absent. */
    readonly otherKeys?: 'notKnown';
  };
  readonly expect: Expectation;
  /** For `undetermined`: what the evaluator says is missing. */
  readonly missing?: readonly string[];
  readonly source: string;
  readonly note?: string;
}
export type Expectation = 'allow' | 'explicitDeny' | 'implicitDeny' | 'eitherDeny' | 'undetermined';

export const rowsOf = (file: string): readonly Row[] =>
  JSON.parse(readFileSync(join(__dirname, '../../../scenarios/policy-evaluation', `${file}.json`), 'utf8'));

export function policyOf(type: PolicyType, document: Document, name: string = type) {
  const { policy, problems } = readPolicy(type, name, document);
  if (policy === undefined)
    throw new Error(`${name}: ${problems.map((one) => `${one.place} ${one.problem}`).join('; ')}`);
  return policy;
}

const arnForms = /^arn:[^:]+:(?:iam|sts)::(\d*):(role|user|root|federated-user)/;

/** The principal that has an ARN: a role, a user, a root user or a federated one. */
export function principalOf(arn: string): Principal {
  const [, account = '', kind] = arnForms.exec(arn) ?? [];
  if (kind === 'role') return { kind: 'role', arn, account };
  if (kind === 'user') return { kind: 'user', arn, account };
  if (kind === 'root') return { kind: 'root', arn, account };
  if (kind === 'federated-user') return { kind: 'federatedUser', arn, account };
  return { kind: 'service', service: arn };
}

const listed = (type: PolicyType, documents: readonly Document[]) =>
  documents.map((document, index) => policyOf(type, document, `${type} ${index}`));

export function policiesOf({ policies, request }: Row): Policies {
  const { scp, rcp, identity, boundary, session, resource, trust } = policies;
  const levels = (type: PolicyType, found: NonNullable<typeof scp>) => found.map((level) => listed(type, level));
  const { principal } = requestOf(request);
  return {
    ...(scp && { serviceControl: levels('serviceControl', scp) }),
    ...(rcp && { resourceControl: levels('resourceControl', rcp) }),
    ...(identity && { identity: listed('identity', identity) }),
    ...(boundary && { boundary: listed('boundary', boundary) }),
    ...(session !== undefined && { session: listed('session', Array.isArray(session) ? session : [session]) }),
    ...(resource !== undefined && { resource: resource === 'none' ? 'none' : policyOf('resource', resource) }),
    ...(trust !== undefined && { resource: policyOf('trust', trust) }),
    ...(request.account === 'management' && 'account' in principal && { managementAccount: principal.account }),
  };
}

export function requestOf({
  principal,
  action,
  resource,
  resourceAccount,
  context,
  otherKeys,
}: Row['request']): Request {
  return {
    principal: typeof principal === 'string' ? principalOf(principal) : principal,
    action,
    ...(resource !== null && { resource }),
    ...(resourceAccount !== undefined && { resourceAccount }),
    keys: keysOf(context),
    otherKeys: otherKeys ?? 'absent',
  };
}

export const judge = (row: Row): Verdict => evaluate(policiesOf(row), requestOf(row.request));

export function expectationOf({ outcome, denial }: Verdict): Expectation {
  if (outcome === 'undetermined') return outcome;
  return outcome === 'allowed' ? 'allow' : `${denial ?? 'either'}Deny`;
}
