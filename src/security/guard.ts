import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/context';
import { shareAnswer } from '../http/edge-cache';
import { Problem, tokenProblem } from '../problems';
import { limitSignIn } from './limits';
import { verifyAccessToken } from './token';

/** RFC 6750 §2.1; the scheme is compared without case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** Longer than any token of ours: nothing is decoded to find that out. */
const TOKEN_LENGTH_MAX = 2048;

/**
 * Finds out who is calling, before limits count them. What is wrong with a token is kept for the guard: a limit comes
 * before it, and a route that takes no token doesn't mind. Whether the session still exists is asked by the route's own
 * statement.
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
  throw tokenProblem('token_invalid', 'The Authorization header must be "Bearer" and one access token.');
}

/** Throws a 401 for a bad token, and for none where the route needs one. */
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
  return next();
};

const limitCaller: MiddlewareHandler<AppEnv> = async (c, next) => {
  await limitSignIn(c);
  return next();
};

/** 🔑 Spread into a route: somebody signed in. */
export const signedIn = {
  security: [{ bearer: [] as string[] }],
  middleware: requireCaller,
};

/** 🔓 Spread into a route: anyone, or only people signed in where `PUBLIC_READS` is false. A token that is sent must be good. */
export const readable = {
  security: [{ bearer: [] as string[] }, {}],
  middleware: admitReader,
};

/** – Spread into a route that takes no token at all. */
export const anyone = { security: [] as Record<string, string[]>[] };

/** – The same for what costs a hash or a mail: the limit comes before the work. */
export const publicLimited = { ...anyone, middleware: limitCaller };
