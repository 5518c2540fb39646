/**
 * Who may come in: whoever brings the token that was printed on the terminal, once, and after that the browser that it was brought by.
 * Any page of the web can send requests to a loopback address, so Host, Origin and Fetch Metadata are looked at too
 * [https://owasp.org/www-community/attacks/csrf], [https://www.w3.org/TR/fetch-metadata].
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

export interface Arrival {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface Admission {
  /** Goes into the address that is printed. */
  readonly token: string;
  /** The cookie for whoever brings the token for the first time. */
  readonly redeem: (arrival: Arrival, token: string) => string | undefined;
  readonly isKnown: (arrival: Arrival) => boolean;
  /** Whether it comes from our own page, and not from another one in the same browser. */
  readonly isOurs: (arrival: Arrival) => boolean;
}

const secretBytes = 32;

/** @param port under which the server is reached. */
export function createAdmission(port: number): Admission {
  const [token, session] = [secret(), secret()];
  // Cookies do not know ports: two dashboards on one host would take each other's.
  const cookie = `strongroom-${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  let isRedeemed = false;

  /** A name that was pointed to loopback is not ours: so pages of the web would read us. */
  const isAddressed = ({ headers }: Arrival): boolean => hosts.includes(headers['host'] ?? '');
  return {
    token,
    redeem: (arrival, given) => {
      if (isRedeemed || !isAddressed(arrival) || !isSame(given, token)) return undefined;
      isRedeemed = true;
      return `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isKnown: (arrival) =>
      isAddressed(arrival) &&
      cookiesOf(arrival.headers['cookie'] ?? '').some(([name, value]) => name === cookie && isSame(value, session)),
    isOurs: ({ method, headers }) => {
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
