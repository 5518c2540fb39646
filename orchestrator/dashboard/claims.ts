/**
 * Who somebody is, by the token that the gateway has verified. Of a list of groups the gateway passes on one text, in which a group named
 * `a b` looks like the groups `a` and `b`; so the claims are read from the token itself, once the gateway says whose it was.
 */
import { clean } from '../presentation/text';
import type { Me } from './api/contract';

/** As the deployment was told: which claims mean what. */
export interface ClaimSettings {
  /** Its value is a text or a list of texts; whoever has one of the two below has that role. */
  readonly roleClaim: string;
  readonly operator: string;
  readonly viewer: string;
  /** What a person is called in the log of a rollout. */
  readonly nameClaim: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/** Longer than any address of mail [https://www.rfc-editor.org/errata/eid1690]. */
const nameMax = 254;

/**
 * @param verified what the gateway says of the token.
 * @returns undefined if it is not a single token, or another than the one that was verified.
 */
export function claimsOf(authorization: string | undefined, verified: Claims): Claims | undefined {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization ?? '') ?? [];
  const claims = payload === undefined ? undefined : parsed(payload);
  const isVerified = claims?.['iss'] === verified['iss'] && claims?.['sub'] === verified['sub'];
  return isVerified && typeof verified['sub'] === 'string' ? claims : undefined;
}

function parsed(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** Without a name by the subject, which is always there; without a role as nobody who may even look. */
export function personOf(
  claims: Claims,
  settings: ClaimSettings,
): { readonly name: string; readonly role?: Me['role'] } {
  const given = claims[settings.nameClaim];
  const name = typeof given === 'string' && given.trim() !== '' ? given : String(claims['sub']);
  const value = claims[settings.roleClaim];
  const has = (wanted: string): boolean => value === wanted || (Array.isArray(value) && value.includes(wanted));
  const role = has(settings.operator) ? 'operator' : has(settings.viewer) ? 'viewer' : undefined;
  return { name: clean(name).slice(0, nameMax), ...(role && { role }) };
}
