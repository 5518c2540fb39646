/**
 * Sign-in with the customer's OpenID Connect provider: authorization code flow with PKCE, as a public client [https://www.rfc-editor.org/rfc/rfc9700].
 *
 * The token stays in memory: it disappears with the page, and no later script can read it from storage. Each reload therefore redirects
 * to the provider and back, which the user does not notice while the provider's session lasts. The values that must survive the redirect
 * (verifier, state and nonce, each used once, and the current view) are kept in the tab's sessionStorage until then. The page requests no
 * refresh token, because it would outlive the page.
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
import type { Session, SignInPrompt, SignInSettings } from './session';

/** A sign-in that has redirected to the provider. */
interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly view: string;
}
const pendingKey = 'strongroom.sign-in';
const signedOutKey = 'strongroom.signed-out';
/** The token must still be valid when a request that carries it arrives. */
const expiryMarginMs = 10_000;
const requestTimeoutMs = 20_000;

/** Completes the sign-in after the redirect back, or starts one. Shows a prompt instead after sign-out and after a failure. */
export async function completeOrStartSignIn(settings: SignInSettings): Promise<Session | SignInPrompt> {
  const provider = await discover(settings);
  const signIn = (): Promise<void> => startSignIn(provider, settings);
  const answer = new URLSearchParams(location.search);
  const pending = takeItem(pendingKey);
  if (answer.has('code') || answer.has('error')) {
    const started: PendingSignIn | undefined = pending === undefined ? undefined : JSON.parse(pending);
    history.replaceState(null, '', `${pageUrl()}${started?.view ?? ''}`);
    if (started === undefined) return { message: 'This tab did not start the sign-in.', signIn };
    try {
      return await redeemCode(provider, settings, answer, started);
    } catch (error) {
      return {
        message: `Sign-in failed: ${error instanceof Error ? error.message : 'no reason given'}.`,
        signIn,
      };
    }
  }
  if (takeItem(signedOutKey) !== undefined) return { message: 'You are signed out.', signIn };
  await signIn();
  return { message: 'Signing in…' };
}

async function discover({ issuer }: SignInSettings): Promise<AuthorizationServer> {
  const address = new URL(issuer);
  return processDiscoveryResponse(
    address,
    await discoveryRequest(address, { signal: AbortSignal.timeout(requestTimeoutMs) }),
  );
}

const pageUrl = (): string => `${location.origin}${location.pathname}`;
const clientOf = ({ clientId }: SignInSettings): Client => ({ client_id: clientId });

function takeItem(key: string): string | undefined {
  const value = sessionStorage.getItem(key) ?? undefined;
  sessionStorage.removeItem(key);
  return value;
}

async function startSignIn(provider: AuthorizationServer, { clientId, scope }: SignInSettings): Promise<void> {
  const verifier = generateRandomCodeVerifier();
  const pending: PendingSignIn = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier,
    view: location.hash,
  };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  redirect(provider.authorization_endpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: pageUrl(),
    scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

function redirect(endpoint: string | undefined, parameters: Readonly<Record<string, string>>): void {
  const address = new URL(endpoint ?? '');
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/** @throws if state, nonce, issuer, audience or expiry do not match the request. The API verifies the signature. */
async function redeemCode(
  provider: AuthorizationServer,
  settings: SignInSettings,
  answer: URLSearchParams,
  { state, nonce, verifier }: PendingSignIn,
): Promise<Session> {
  const client = clientOf(settings);
  const code = validateAuthResponse(provider, client, answer, state);
  const response = await authorizationCodeGrantRequest(provider, client, None(), code, pageUrl(), verifier, {
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const tokens = await processAuthorizationCodeResponse(provider, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const claims = getValidatedIdTokenClaims(tokens);
  if (tokens.id_token === undefined || claims === undefined) throw new Error('the provider returned no ID token');
  return sessionOf(provider, settings, { token: tokens.id_token, expiresAtMs: claims.exp * 1000 });
}

function sessionOf(
  provider: AuthorizationServer,
  settings: SignInSettings,
  { token, expiresAtMs }: { readonly token: string; readonly expiresAtMs: number },
): Session {
  let isRedirecting = false;
  const signIn = async (): Promise<void> => {
    if (isRedirecting) return;
    isRedirecting = true;
    await startSignIn(provider, settings);
  };
  return {
    token: () => {
      if (Date.now() < expiresAtMs - expiryMarginMs) return token;
      // An open dialog may hold unsent text, so the page does not redirect; it shows a "Sign in again" button instead.
      if (document.querySelector('[role="dialog"]') === null) void signIn();
      return undefined;
    },
    signIn,
    signOut: () => {
      isRedirecting = true;
      sessionStorage.setItem(signedOutKey, 'yes');
      if (provider.end_session_endpoint === undefined) location.reload();
      else
        redirect(provider.end_session_endpoint, {
          client_id: settings.clientId,
          id_token_hint: token,
          post_logout_redirect_uri: pageUrl(),
          // Cognito calls the parameter logout_uri.
          logout_uri: pageUrl(),
        });
    },
  };
}
