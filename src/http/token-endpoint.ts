import type { Context } from 'hono';
import { descriptionOf } from '../header-values';
import type { Problem } from '../problems';

// What RFC 6749 asks of the answers of a token endpoint, beside what all answers have.

const PATHS = new Set(['/auth/login', '/auth/refresh']);

export const isTokenEndpoint = (path: string) => PATHS.has(path.replace(/(?<=.)\/$/, ''));

export const isTokenRequest = (c: Context) => c.req.method === 'POST' && isTokenEndpoint(c.req.path);

/** §5.2. The codes of §4.1.2.1 stand for what §5.2 has no code for: an error of ours, and a time to wait. */
function errorCode({ status, errors }: Problem): string {
  if (errors?.some(({ path, code: fault }) => path === 'grant_type' && fault === 'invalid_value'))
    return 'unsupported_grant_type';
  if (status === 401) return 'invalid_grant';
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** The members that a failure has beside those of a problem. */
export const oauthMembers = (problem: Problem) => ({
  error: errorCode(problem),
  error_description: descriptionOf(problem.message),
});

/** Libraries for OAuth 2.0 accept no other type than that of §5.2, and say so. */
export function wantsPlainJson(c: Context): boolean {
  const types = (c.req.header('accept') ?? '*/*').split(',').map((type) => type.split(';', 1)[0]?.trim());
  return (
    types.includes('application/json') &&
    !types.some((type) => /^(\*|application)\/(\*|problem\+json)$/.test(type ?? ''))
  );
}
