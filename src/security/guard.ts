import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { requireReadable } from '../http/body';
import type { AppEnv } from '../http/context';
import { Problem, tokenProblem } from '../problems';
import { checkSignIn } from './limits';
import { verifyAccessToken } from './token';

/** RFC 6750 §2.1; the scheme is compared without case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** Longer than any token of ours: nothing is decoded to find that out. */
const TOKEN_LENGTH_MAX = 2048;

/**
 * Verifies the token, if there is one, so that limits know whom to count. What is wrong with it is kept for the guard:
 * a limit comes before it, and a route that takes no token doesn't mind. What its session is worth is found out by the
 * statement itself.
 */
export const identified = createMiddleware<AppEnv>(async (c, next) => {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    try {
      c.set('caller', await verifyAccessToken(c.var.settings, bearerOf(header)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      c.set('refusal', error);
    }
  }
  await next();
});

function bearerOf(header: string): string {
  const token = BEARER.exec(header)?.[1];
  if (token && token.length <= TOKEN_LENGTH_MAX) return token;
  throw tokenProblem('token_invalid', 'The Authorization header must be "Bearer" and one access token.');
}

function guard(isOpen: (publicReads: boolean) => boolean) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { refusal, caller, settings } = c.var;
    if (refusal) throw refusal;
    if (caller.user === null && !isOpen(settings.PUBLIC_READS))
      throw tokenProblem('token_missing', 'This call needs an access token.');
    cacheBriefly(c);
    await requireReadable(c);
    await next();
  });
}

/** An anonymous view is everybody's; a caller's own is kept by nobody. */
function cacheBriefly(c: Context<AppEnv>): void {
  const { caller, settings } = c.var;
  const shared = caller.user === null && settings.PUBLIC_CACHE_SECONDS > 0;
  c.header('Cache-Control', shared ? `public, max-age=${settings.PUBLIC_CACHE_SECONDS}` : 'no-store');
  c.header('Vary', 'Authorization', { append: true });
}

/** 🔑 Spread into a route: somebody signed in. */
export const signedIn = {
  security: [{ bearer: [] as string[] }],
  middleware: guard(() => false),
};

/** 🔓 Spread into a route: anyone, or only people signed in where `PUBLIC_READS` is false. A token that is sent must be good. */
export const readable = {
  security: [{ bearer: [] as string[] }, {}],
  middleware: guard((publicReads) => publicReads),
};

const unkept = createMiddleware<AppEnv>(async (c, next) => {
  c.header('Cache-Control', 'no-store');
  await requireReadable(c);
  await next();
});

/** – Spread into a route that takes no token at all; what it answers concerns one person, and no cache keeps it. */
export const anyone = { security: [] as Record<string, string[]>[], middleware: unkept };

/** – The same for what costs a hash or a mail: the limit comes before the work. */
export const anyoneWeighed = {
  ...anyone,
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    await checkSignIn(c);
    return unkept(c, next);
  }),
};
