/** Shown until the user has signed in. */
import type { SignInPrompt } from '../session';

export const SignedOut = ({ message, signIn }: SignInPrompt) => (
  <main className="view">
    <h1>Strongroom</h1>
    <p role="status">{message}</p>
    {signIn === undefined ? undefined : (
      <button type="button" className="way-in" onClick={() => void signIn()}>
        Sign in
      </button>
    )}
  </main>
);
