/**
 * Identity and role of the user, from the token that the gateway has verified. The gateway passes a list of groups on as one string, in
 * which a group named `a b` looks like the groups `a` and `b`. The claims are therefore read from the token itself.
 */
import type { Actor } from '../domain/model/actor';
import { chosenName } from '../presentation/text';
import type { Me } from './api/contract';

/** Which claims hold the role and the name, as configured in the deployment. */
export interface ClaimSettings {
  /** Its value is a string or a list of strings, which must contain one of the two values below. */
  readonly roleClaim: string;
  readonly operator: string;
  readonly viewer: string;
  /** The name beside the identity in the log of a rollout. */
  readonly nameClaim: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/** Longer than any email address [https://www.rfc-editor.org/errata/eid1690]. */
const nameMax = 254;

/**
 * @param verified the claims as the gateway passes them on.
 * @returns undefined unless the header has exactly the token that was verified.
 */
export function claimsOf(authorization: string | undefined, verified: Claims): Claims | undefined {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization ?? '') ?? [];
  const claims = payload === undefined ? undefined : parsed(payload);
  const { iss, sub } = verified;
  const isVerified = claims?.['iss'] === iss && claims?.['sub'] === sub;
  return isVerified && isIdentifier(iss) && isIdentifier(sub) ? claims : undefined;
}

/** A subject has 255 characters at most [https://openid.net/specs/openid-connect-core-1_0.html#IDToken]. */
const isIdentifier = (claim: unknown): claim is string =>
  typeof claim === 'string' && claim !== '' && claim.length <= 255;

function parsed(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Issuer and subject identify the user. The name is for display only, since a user may be able to change it; without one it is the subject.
 * Without a role the user may not even read.
 */
export function personOf(
  claims: Claims,
  settings: ClaimSettings,
): { readonly actor: Extract<Actor, { kind: 'token' }>; readonly role?: Me['role'] } {
  const [issuer, subject] = [String(claims['iss']), String(claims['sub'])];
  const given = claims[settings.nameClaim];
  const name = (typeof given === 'string' ? chosenName(given, nameMax) : undefined) ?? subject;
  const value = claims[settings.roleClaim];
  const hasValue = (role: string): boolean => value === role || (Array.isArray(value) && value.includes(role));
  const role = hasValue(settings.operator) ? 'operator' : hasValue(settings.viewer) ? 'viewer' : undefined;
  return { actor: { kind: 'token', issuer, subject, name }, ...(role && { role }) };
}
