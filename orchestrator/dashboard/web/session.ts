/** The session of the signed-in user. There is none on loopback, where the local server authenticates the browser itself. */

export interface Session {
  /** For the Authorization header. It is undefined once the session has expired; the page then starts a new sign-in. */
  readonly token: () => string | undefined;
  readonly signIn: () => Promise<void>;
  readonly signOut: () => void;
}

let session: Session | undefined;
export const currentSession = (): Session | undefined => session;
export const setSession = (opened: Session): void => {
  session = opened;
};

/** What the page shows before anybody has signed in. */
export interface SignInPrompt {
  readonly message: string;
  /** Absent while the page is about to redirect by itself. */
  readonly signIn?: () => Promise<void>;
}

export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}
