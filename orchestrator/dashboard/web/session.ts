/** Who is signed in, where people sign in: on loopback the server that gives out the page knows its browser. */
import { Refused } from './refused';

export interface Session {
  /** For the head of a request; undefined when it is over, and then the page may leave for a new one. */
  readonly token: () => string | undefined;
  readonly signIn: () => Promise<void>;
  readonly signOut: () => void;
}

let session: Session | undefined;
export const currentSession = (): Session | undefined => session;

/** @returns what the page is to say before somebody has signed in; undefined when it may show itself. */
export async function openSession(): Promise<Before | undefined> {
  const settings = await readSettings();
  if (settings === undefined) return undefined;
  const { arrive } = await import('./sign-in');
  const arrived = await arrive(settings);
  if ('token' in arrived) {
    session = arrived;
    return undefined;
  }
  return arrived;
}

export interface Before {
  readonly says: string;
  /** Not there while the page is about to leave by itself. */
  readonly signIn?: () => Promise<void>;
}

export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

/** A small file beside the page, which the deployment writes; where nobody signs in it is empty. */
async function readSettings(): Promise<SignInSettings | undefined> {
  const response = await fetch('./sign-in.json', { cache: 'no-cache', credentials: 'same-origin' });
  const { issuer, clientId, scope }: Partial<Record<string, unknown>> = response.ok ? await response.json() : {};
  if (!response.ok)
    throw new Refused(response.status, 'the page is not whole: sign-in.json is missing', 'deploy it again');
  if (issuer === undefined) return undefined;
  return { issuer: String(issuer), clientId: String(clientId), scope: String(scope) };
}
