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
      return actor.note === undefined ? actor.arn : `${actor.arn} (noted as ${JSON.stringify(actor.note)})`;
    case 'token': {
      const { subject, issuer, name } = actor;
      const named = name === subject ? '' : ` (named ${JSON.stringify(name)})`;
      return `subject ${JSON.stringify(subject)} of ${issuer}${named}`;
    }
    case 'system':
    case 'simulated':
      return actor.name;
  }
}

/** The short form for the top of the page: `Platform/ana`. Records and logs have the whole text. */
export const actorName = (actor: Actor): string =>
  actor.kind === 'aws'
    ? actor.arn
        .split(':')
        .slice(5)
        .join(':')
        .replace(/^assumed-role\//, '')
    : actor.name;

export const strongroomItself: Actor = { kind: 'system', name: 'strongroom' };
