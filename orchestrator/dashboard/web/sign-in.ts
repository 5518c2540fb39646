/**
 * Signing in at the customer's OpenID Connect provider: authorization code with PKCE, as a public client [https://www.rfc-editor.org/rfc/rfc9700].
 *
 * The token is kept in memory only: it ends with the page, and nothing that could read a storage later finds it. What that costs is a way
 * to the provider and back at each reload, unseen while the provider knows the person. What has to outlive that way (verifier, state and
 * nonce, each good once, and the view) is in the tab's sessionStorage until it comes back. No refresh token: it would outlive the page.
 */
import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  type Client,
  calculatePKCECodeChallenge,
  discoveryRequest,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import type { Before, Session, SignInSettings } from './session';

/** Somebody on the way to the provider. */
interface Leaving {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly view: string;
}
const leavingKey = 'strongroom.leaving';
const signedOutKey = 'strongroom.signed-out';
/** A request under way must still arrive with it. */
const spareMs = 10_000;
const approvalTimeoutMs = 20_000;

/** Comes back from the provider, or goes there; stays where it is after signing out, and when something is wrong. */
export async function arrive(settings: SignInSettings): Promise<Session | Before> {
  const provider = await discovered(settings);
  const signIn = (): Promise<void> => leave(provider, settings);
  const answer = new URLSearchParams(location.search);
  const leaving = taken(leavingKey);
  if (answer.has('code') || answer.has('error')) {
    const before: Leaving | undefined = leaving === undefined ? undefined : JSON.parse(leaving);
    history.replaceState(null, '', `${here()}${before?.view ?? ''}`);
    if (before === undefined) return { says: 'This tab was not signing in.', signIn };
    try {
      return await redeemed(provider, settings, answer, before);
    } catch (error) {
      return {
        says: `You could not be signed in: ${error instanceof Error ? error.message : 'no reason was given'}.`,
        signIn,
      };
    }
  }
  if (taken(signedOutKey) !== undefined) return { says: 'You are signed out.', signIn };
  await signIn();
  return { says: 'You are being signed in.' };
}

async function discovered({ issuer }: SignInSettings): Promise<AuthorizationServer> {
  const address = new URL(issuer);
  return processDiscoveryResponse(
    address,
    await discoveryRequest(address, { signal: AbortSignal.timeout(approvalTimeoutMs) }),
  );
}

const here = (): string => `${location.origin}${location.pathname}`;
const clientOf = ({ clientId }: SignInSettings): Client => ({ client_id: clientId });

function taken(key: string): string | undefined {
  const value = sessionStorage.getItem(key) ?? undefined;
  sessionStorage.removeItem(key);
  return value;
}

async function leave(provider: AuthorizationServer, { clientId, scope }: SignInSettings): Promise<void> {
  const verifier = generateRandomCodeVerifier();
  const leaving: Leaving = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier,
    view: location.hash,
  };
  sessionStorage.setItem(leavingKey, JSON.stringify(leaving));
  go(provider.authorization_endpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: here(),
    scope,
    state: leaving.state,
    nonce: leaving.nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

function go(endpoint: string | undefined, parameters: Readonly<Record<string, string>>): void {
  const address = new URL(endpoint ?? '');
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/** @throws if state, nonce, issuer, audience or time are not as they were asked for. The signature is verified by whoever takes the token. */
async function redeemed(
  provider: AuthorizationServer,
  settings: SignInSettings,
  answer: URLSearchParams,
  { state, nonce, verifier }: Leaving,
): Promise<Session> {
  const client = clientOf(settings);
  const code = validateAuthResponse(provider, client, answer, state);
  const response = await authorizationCodeGrantRequest(provider, client, None(), code, here(), verifier, {
    signal: AbortSignal.timeout(approvalTimeoutMs),
  });
  const tokens = await processAuthorizationCodeResponse(provider, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const claims = getValidatedIdTokenClaims(tokens);
  if (tokens.id_token === undefined || claims === undefined) throw new Error('the provider gave no ID token');
  return sessionOf(provider, settings, { token: tokens.id_token, expiresAtMs: claims.exp * 1000 });
}

function sessionOf(
  provider: AuthorizationServer,
  settings: SignInSettings,
  { token, expiresAtMs }: { readonly token: string; readonly expiresAtMs: number },
): Session {
  let isLeaving = false;
  const signIn = async (): Promise<void> => {
    if (isLeaving) return;
    isLeaving = true;
    await leave(provider, settings);
  };
  return {
    token: () => {
      if (Date.now() < expiresAtMs - spareMs) return token;
      // Who is just writing a reason keeps it, and is asked to sign in by the page.
      if (document.querySelector('[role="dialog"]') === null) void signIn();
      return undefined;
    },
    signIn,
    signOut: () => {
      isLeaving = true;
      sessionStorage.setItem(signedOutKey, 'yes');
      if (provider.end_session_endpoint === undefined) location.reload();
      else
        go(provider.end_session_endpoint, {
          client_id: settings.clientId,
          id_token_hint: token,
          post_logout_redirect_uri: here(),
          // Cognito's name for it.
          logout_uri: here(),
        });
    },
  };
}
