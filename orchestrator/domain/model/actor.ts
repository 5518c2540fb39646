/**
 * Who acts. AWS or a verified token says who it is; a name that somebody typed is only a note beside it. A record keeps the whole actor, so
 * that an auditor can find the same identity in CloudTrail or at the identity provider.
 */
import type { CallerArn, CallerId } from './brand';

/** What STS says about the credentials of a process [bc:sts:GetCallerIdentity]. */
export interface CallerIdentity {
  readonly arn: CallerArn;
  /** For an assumed role the unique id of the role and the session name: a role that is created again has another id [doc:IAM/reference_policies_variables]. */
  readonly userId: CallerId;
}

export type Actor =
  | ({ readonly kind: 'aws'; readonly note?: string | undefined } & CallerIdentity)
  /** Issuer and subject identify the user [https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability]; the name is for display. */
  | { readonly kind: 'token'; readonly issuer: string; readonly subject: string; readonly name: string }
  /** Strongroom itself, for example when an event or a schedule starts something. */
  | { readonly kind: 'system'; readonly name: string }
  /** A simulated organization has no identities. */
  | { readonly kind: 'simulated'; readonly name: string };

/** `arn:aws:sts::111122223333:assumed-role/Platform/ana (noted as "cto")`. Names that anybody can choose are quoted, and come last. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case 'aws':
      return `${actor.arn}${inBrackets(noteOf(actor))}`;
    case 'token': {
      const { subject, issuer, name } = actor;
      return `subject ${JSON.stringify(subject)} of ${issuer}${inBrackets(name === subject ? '' : `named ${JSON.stringify(name)}`)}`;
    }
    case 'system':
    case 'simulated':
      return actor.name;
  }
}

/**
 * `kim (AdministratorAccess)`, for sentences and tables; `actorText` has all of it. Only Identity Center gives a session the name of its user
 * [assumption A45]. Elsewhere the caller may choose it, so the role comes first, as in the console: `Platform/ana`.
 */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'aws': {
      const { name, what = '' } = callerParts(actor.arn);
      return `${name}${inBrackets(what, noteOf(actor))}`;
    }
    case 'token': {
      const { subject, name } = actor;
      const who = `subject ${JSON.stringify(subject)}`;
      return name === subject ? who : `${JSON.stringify(name)} (${who})`;
    }
    case 'system':
    case 'simulated':
      return actor.name;
  }
}

const inBrackets = (...parts: readonly string[]): string => {
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
};

const noteOf = ({ note }: { readonly note?: string | undefined }): string =>
  note === undefined ? '' : `noted as ${JSON.stringify(note)}`;

/** Names of roles, sessions and users have no spaces, brackets or quotes [bc:iam:CreateRole] [bc:sts:AssumeRole], so none can imitate a part. */
function callerParts(arn: CallerArn): { readonly name: string; readonly what?: string } {
  const [, , , , account = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  const [kind, role = '', session] = resource.split('/');
  if (resource === 'root') return { name: `root of ${account}` };
  if (kind === 'user') return { name: resource.slice(resource.lastIndexOf('/') + 1), what: 'IAM user' };
  if (kind !== 'assumed-role' || session === undefined) return { name: resource };
  const [, permissionSet] = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role) ?? [];
  return permissionSet === undefined ? { name: `${role}/${session}` } : { name: session, what: permissionSet };
}

export const strongroomItself: Actor = { kind: 'system', name: 'strongroom' };
