import type { Context, MiddlewareHandler } from 'hono';
import { strictCookie } from '../header-values';
import type { AppEnv } from '../http/context';
import { invalidInput, Problem, tokenProblem } from '../problems';
import { sessionOf, wasIssued } from './refresh';

// A page keeps its refresh token in a cookie that its scripts can't read. A cookie comes by itself with whatever request a
// browser sends, so it counts only beside a header that no form can send, and no page of another origin: a browser asks
// first whether it may (CORS), and `http/headers` allows this header to nobody.

const HEADER = 'Ledge-Session';
const ASKED = 'cookie';
const COOKIE = { name: 'ledge_refresh', path: '/auth' };
const DESCRIPTION =
  'For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body.';

/** Documents the header among the `parameters` of a route. */
const SESSION_HEADER = {
  schema: { type: 'string' as const, enum: [ASKED], description: DESCRIPTION },
  required: false,
  description: DESCRIPTION,
  name: HEADER,
  in: 'header' as const,
};

const usesCookie = (c: Context<AppEnv>) => c.req.header(HEADER) !== undefined;

const checkOrigin: MiddlewareHandler<AppEnv> = (c, next) => {
  if (usesCookie(c)) {
    if (c.req.header(HEADER) !== ASKED)
      throw invalidInput({ path: HEADER, code: 'invalid_value', message: `must be ${ASKED}` });
    if (!isOfOwnOrigin(c)) throw new Problem('cross_origin');
  }
  return next();
};

/** Whether a page of our own sent the request, or no page at all: browsers say so, and no page can forge what they say. */
function isOfOwnOrigin(c: Context<AppEnv>): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  // Plain workerd passes on a Host that is none.
  if (!URL.canParse(c.req.url)) return false;
  const { host, protocol } = new URL(c.req.url);
  // A proxy takes off the TLS. The server for Node drops this header if it comes from nobody it trusts.
  const scheme = c.req.header('x-forwarded-proto') ?? protocol.slice(0, -1);
  const own = `${scheme}://${host}`;
  return /^https?$/.test(scheme) && URL.canParse(own) && origin === new URL(own).origin;
}

/** Spread in place of its guard into a route that may answer a session's cookie, or end the session. */
export const withSessionCookie = <Guard extends object>(
  guard: Guard & { middleware?: MiddlewareHandler<AppEnv> },
) => ({
  ...guard,
  middleware: [...(guard.middleware ? [guard.middleware] : []), checkOrigin],
  parameters: [SESSION_HEADER],
});

/** The values of the cookie: none if the header does not ask for it. */
function cookiesOf(c: Context<AppEnv>): string[] {
  if (!usesCookie(c)) return [];
  const start = `${COOKIE.name}=`;
  const pairs = (c.req.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
}

/** The refresh token that a request presents: in its body, or in the cookie. Throws a 422 for both, and for neither. */
export function presentedToken(c: Context<AppEnv>, given: string | undefined): string {
  const refusal = (code: string, message: string) => invalidInput({ path: 'refresh_token', code, message });
  if (!usesCookie(c)) {
    if (given === undefined) throw refusal('required', 'is required');
    return given;
  }
  if (given !== undefined) throw refusal('unexpected', `must be left out with ${HEADER}: ${ASKED}`);
  const [token, ...others] = cookiesOf(c);
  if (token === undefined) throw tokenProblem('token_missing', 'The session cookie is missing.');
  // The second one was set by another host of the same domain, or by hand: nobody knows which is ours.
  if (others.length > 0) throw tokenProblem('token_invalid', 'There is more than one session cookie.');
  return token;
}

/** What a body holds of a refresh token: nothing if it is in the cookie, which this sets. */
export function giveToken(c: Context<AppEnv>, refresh_token: string, expires_in: number) {
  if (!usesCookie(c)) return { refresh_token };
  c.header('Set-Cookie', strictCookie({ ...COOKIE, value: refresh_token, max_age_seconds: expires_in }));
  return {};
}

/** The session that the client has by its cookie, whose refresh token is ours; null if there is none. */
export function sessionInCookie(c: Context<AppEnv>): string | null {
  const [token, ...others] = cookiesOf(c);
  if (token === undefined || others.length > 0 || !wasIssued(c.get('settings'), token)) return null;
  return sessionOf(token) ?? null;
}

/** Deletes the cookie of a session that is over, if the header asks for it. A cookie of another session stays. */
export function clearSessionCookie(c: Context<AppEnv>, session: string | null | undefined): void {
  if (!usesCookie(c) || cookiesOf(c).some((token) => sessionOf(token) !== session)) return;
  c.header('Set-Cookie', strictCookie({ ...COOKIE, value: '', max_age_seconds: 0 }));
}
