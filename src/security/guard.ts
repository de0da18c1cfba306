import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/context';
import { shareAnswer } from '../http/edge-cache';
import { Problem, tokenProblem } from '../problems';
import { limitSignIn } from './limits';
import { verifyAccessToken } from './token';
import { allowLag } from './written';

/** RFC 6750 §2.1; the scheme is compared without case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** Another scheme, such as `Basic`, with credentials or alone: no token came (RFC 6750 §3.1). */
const OTHER_SCHEME = /^(?!Bearer(?: |$))(?:[\w!#$%&'*+.^`|~-]+ |[a-z-]{0,20}$)/i;
/** Longer than any token of ours; a longer one is not decoded at all. */
const TOKEN_LENGTH_MAX = 2048;

/**
 * Verifies the token, if one was sent, so that limits can count by user. A bad token is reported by the guard, because
 * limits are checked first and some routes take no token. Whether the session still exists is checked by the route's
 * own statement.
 */
export async function identify(c: Context<AppEnv>): Promise<void> {
  c.set('caller', { user: null, session: null });
  c.set('refusal', null);
  const header = c.req.header('authorization');
  if (header === undefined) return;
  try {
    c.set('caller', await verifyAccessToken(c.get('settings'), readBearer(header)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    c.set('refusal', error);
  }
}

function readBearer(header: string): string {
  const token = BEARER.exec(header)?.[1];
  if (token && token.length <= TOKEN_LENGTH_MAX) return token;
  if (OTHER_SCHEME.test(header))
    throw tokenProblem('token_missing', 'This API takes no other scheme of authorization than Bearer.');
  throw tokenProblem('token_invalid', 'The Authorization header must be "Bearer" and one access token.');
}

/** Throws a 401 for a bad token, and for a missing one unless the route is open. */
function checkCaller(c: Context<AppEnv>, isOpen: boolean): void {
  const refusal = c.get('refusal');
  if (refusal) throw refusal;
  if (c.get('caller').user === null && !isOpen)
    throw tokenProblem('token_missing', 'This call needs an access token.');
}

const requireCaller: MiddlewareHandler<AppEnv> = (c, next) => {
  checkCaller(c, false);
  return next();
};

const admitReader: MiddlewareHandler<AppEnv> = (c, next) => {
  const { PUBLIC_READS, PUBLIC_CACHE_SECONDS } = c.get('settings');
  checkCaller(c, PUBLIC_READS);
  shareAnswer(c, PUBLIC_CACHE_SECONDS);
  allowLag(c);
  return next();
};

const limitCaller: MiddlewareHandler<AppEnv> = async (c, next) => {
  await limitSignIn(c);
  return next();
};

/** 🔑 Spread into a route that needs a signed-in caller. */
export const signedIn = {
  security: [{ bearer: [] as string[] }],
  middleware: requireCaller,
};

/** 🔓 Spread into a route that anyone may read, or only signed-in users if `PUBLIC_READS` is false. A token that is sent must be valid. */
export const readable = {
  security: [{ bearer: [] as string[] }, {}],
  middleware: admitReader,
};

/** – Spread into a route that takes no token. */
export const anyone = { security: [] as Record<string, string[]>[] };

/** – The same for a route that costs a hash or a mail: its limit is checked before that work. */
export const publicLimited = { ...anyone, middleware: limitCaller };
