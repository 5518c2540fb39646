/** What a browser is told about the page, whoever serves it: scripts, styles and data come from us, and nobody shows us in a frame. */

/** @param others where the page may ask besides, like the provider that people sign in at. */
export const contentSecurityPolicy = (others: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...others].join(' '),
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');

/** Those that CloudFront knows by no name of its own. */
export const isolationHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export const securityHeaders = (others: readonly string[] = []) => ({
  'content-security-policy': contentSecurityPolicy(others),
  ...isolationHeaders,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
});
