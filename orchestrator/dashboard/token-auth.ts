/**
 * Authenticates the browser of the local dashboard. The token that the terminal prints is valid once; it gives the browser a cookie.
 * Any web page can send requests to a loopback address, so Host, Origin and Fetch Metadata are checked too
 * [https://owasp.org/www-community/attacks/csrf], [https://www.w3.org/TR/fetch-metadata].
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

export interface RequestHead {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface TokenAuth {
  /** Part of the printed address. */
  readonly token: string;
  /** @returns the session cookie, if this is the first request with the right token. */
  readonly redeem: (head: RequestHead, token: string) => string | undefined;
  readonly isAuthenticated: (head: RequestHead) => boolean;
  /** Whether the request comes from our own page and not from another page in the same browser. */
  readonly isSameOrigin: (head: RequestHead) => boolean;
}

const secretBytes = 32;

/** @param port the port that the server listens on. */
export function createTokenAuth(port: number): TokenAuth {
  const [token, session] = [secret(), secret()];
  // Cookies ignore ports, so two dashboards on one host would otherwise share one.
  const cookie = `strongroom-${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  let isRedeemed = false;

  /** Rejects other host names that resolve to loopback, which a web page could use to read our responses (DNS rebinding). */
  const isOurHost = ({ headers }: RequestHead): boolean => hosts.includes(headers['host'] ?? '');
  return {
    token,
    redeem: (head, given) => {
      if (isRedeemed || !isOurHost(head) || !isSame(given, token)) return undefined;
      isRedeemed = true;
      return `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isAuthenticated: (head) =>
      isOurHost(head) &&
      cookiesOf(head.headers['cookie'] ?? '').some(([name, value]) => name === cookie && isSame(value, session)),
    isSameOrigin: ({ method, headers }) => {
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
      return method === 'GET' || headers['origin'] === `http://${headers['host']}`;
    },
  };
}

const secret = (): string => randomBytes(secretBytes).toString('base64url');

function isSame(given: string, kept: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(kept)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const cookiesOf = (header: string): readonly (readonly [name: string, value: string])[] =>
  header.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
