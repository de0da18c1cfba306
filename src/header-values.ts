// The values of headers that hold more than a constant. Each function writes a well-formed value, whatever it is given.

/** RFC 6749 §5.2 and RFC 6750 §3: a description is printable ASCII, without quotes and backslashes. */
export const descriptionOf = (text: string) =>
  text
    .replaceAll('"', "'")
    .replaceAll('\\', '')
    .replaceAll(/[^\x20-\x7e]/g, '?');

/** `WWW-Authenticate` (RFC 6750 §3). Without a description no `error`: no token came, or it came in another scheme. */
export const bearerChallenge = (invalid?: string) =>
  invalid === undefined
    ? 'Bearer'
    : `Bearer error="invalid_token", error_description="${descriptionOf(invalid)}"`;

/** What a path segment or a URI takes: all else is percent-encoded (RFC 3986 §2). */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

/** `Location` (RFC 9110 §10.2.2): the path of a resource. */
export const pathTo = (...segments: (string | number)[]) =>
  segments.map((segment) => `/${encode(String(segment))}`).join('');

/** One `Link` (RFC 8288 §3). */
export const linkTo = (target: string, rel: 'next' | 'prev') =>
  `<${target.replaceAll(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]+/g, encode)}>; rel="${rel}"`;

/** `ETag` (RFC 9110 §8.8.3). */
export const entityTag = (opaque: string) => `"${opaque.replaceAll(/[^\x21\x23-\x7e]/g, '')}"`;

/** The greatest integer of a structured field (RFC 9651 §3.3.1). */
const INTEGER_MAX = 999_999_999_999_999;

const integer = (value: number, min: number) =>
  Math.max(min, Math.min(INTEGER_MAX, Math.ceil(Number.isNaN(value) ? min : value)));

/** `Retry-After` (RFC 9110 §10.2.3): at least one second. */
export const waitOf = (seconds: number) => String(integer(seconds, 1));

interface Cookie {
  name: string;
  value: string;
  path: string;
  max_age_seconds: number;
}

/** `Set-Cookie` (RFC 6265 §4.1): a cookie for this host alone, over TLS, that no script reads and no other site sends. */
export const strictCookie = ({ name, value, path, max_age_seconds }: Cookie) =>
  `${name}=${encode(value)}; Max-Age=${integer(max_age_seconds, 0)}; Path=${path}; HttpOnly; Secure; SameSite=Strict`;

interface Limit {
  name: string;
  quota: number;
  window_seconds: number;
}

const policyName = (name: string) => `"${descriptionOf(name)}"`;

/** The headers of a 429. `RateLimit` (draft-ietf-httpapi-ratelimit-headers) only where the end of the wait is exact. */
export const limitHeaders = ({ name, quota, window_seconds }: Limit, wait_seconds?: number) => ({
  'Retry-After': waitOf(wait_seconds ?? window_seconds),
  'RateLimit-Policy': `${policyName(name)};q=${integer(quota, 0)};w=${integer(window_seconds, 1)}`,
  ...(wait_seconds !== undefined && { RateLimit: `${policyName(name)};r=0;t=${waitOf(wait_seconds)}` }),
});
