/** Opens the session when the page loads, if this deployment uses sign-in. */
import { ApiError } from './api-error';
import { type SignInPrompt, type SignInSettings, setSession } from './session';

/** @returns the prompt to show instead of the dashboard, or undefined if the dashboard can be shown. */
export async function openSession(): Promise<SignInPrompt | undefined> {
  const settings = await readSettings();
  if (settings === undefined) return undefined;
  const { completeOrStartSignIn } = await import('./sign-in');
  const result = await completeOrStartSignIn(settings);
  if (!('token' in result)) return result;
  setSession(result);
  return undefined;
}

/** The deployment writes this file next to the page. It is empty where nobody signs in. */
async function readSettings(): Promise<SignInSettings | undefined> {
  const response = await fetch('./sign-in.json', { cache: 'no-cache', credentials: 'same-origin' });
  const { issuer, clientId, scope }: Partial<Record<string, unknown>> = response.ok ? await response.json() : {};
  if (!response.ok)
    throw new ApiError(
      response.status,
      'the deployment is incomplete: sign-in.json is missing',
      'deploy the page again',
    );
  if (issuer === undefined) return undefined;
  return { issuer: String(issuer), clientId: String(clientId), scope: String(scope) };
}
