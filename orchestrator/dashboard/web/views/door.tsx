/** Before somebody has signed in: what is the matter, and the way in. */
import type { Before } from '../session';

export const Door = ({ says, signIn }: Before) => (
  <main className="view">
    <h1>Strongroom</h1>
    <p role="status">{says}</p>
    {signIn === undefined ? undefined : (
      <button type="button" className="way-in" onClick={() => void signIn()}>
        Sign in
      </button>
    )}
  </main>
);
