/**
 * An outage is a failure on our side or on AWS's. It says nothing about an account, so it never changes one: the rollout waits, and then
 * it is parked until a person resumes it.
 */
import { isStrongroomError, messageOf, metInside } from '../errors';

export interface Outage {
  readonly fault: 'ours' | 'aws';
  readonly because: string;
}

/** Where the cause of an outage lies. */
export const faultWords: Readonly<Record<Outage['fault'], string>> = { ours: 'on our side', aws: 'at AWS' };

/** @returns undefined if the account refused: that is its own failure, although it may still refuse together with all others. */
export function outageOf(error: unknown): Outage | undefined {
  const because = messageOf(error);
  // A bug of ours is not about the account either.
  if (!isStrongroomError(error)) return { fault: 'ours', because };
  if (error.fault === 'account') return undefined;
  const { fault, retriable } = error;
  // What meets another writer or a busy stack set can be tried again, like a call that AWS throttles.
  return { fault: fault === 'aws' || (fault === 'none' && retriable) ? 'aws' : 'ours', because };
}

/** The same for a call inside an account, where a refusal, too many resources, or a document that makes no sense say something about the account. */
export const outageInside = (error: unknown): Outage | undefined =>
  isStrongroomError(error) && error.fault !== 'input' ? outageOf(metInside('', error)) : undefined;

/** Nothing can be done with these credentials, so it says nothing about the stack set or account that the call named. */
export const isAccessLost = (error: unknown): boolean =>
  isStrongroomError(error) && ['NoCredentials', 'AccessDenied', 'ClockSkewed'].includes(error.code);

/**
 * A visit that did not reach its goal. It is noted beside the rollout's work and changes nothing else: only the whole wave shows whether
 * the account is at fault, because what all accounts refuse at the same time points to Strongroom's own access.
 */
export interface Unreached {
  readonly at: 'preflight' | 'settings' | 'health';
  readonly fault: Outage['fault'] | 'account';
  readonly because: string;
  /** ISO time. */
  readonly seenAt: string;
  /** Expected to work by itself in some minutes, as in a new account. */
  readonly waitedFor?: true | undefined;
}
