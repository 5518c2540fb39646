/** Security headers of the page, for the local server and for CloudFront: all content comes from its own origin, and frames are forbidden. */

/** @param others other origins that the page may connect to, such as the identity provider. */
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

/** Headers that CloudFront has no setting for. */
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
