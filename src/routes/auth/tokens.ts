import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Credentials, finishLogin, tryLogin } from '../../db/credentials';
import { endOwnSession, type Rotation, rotateSession } from '../../db/sessions';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems } from '../../http/contract';
import { logEvent } from '../../log';
import { Problem, sessionEnded, tokenProblem } from '../../problems';
import { PasswordForm, Refresh, TokenPair } from '../../schemas/auth';
import { PASSWORD_FORMS } from '../../schemas/examples';
import { afterLogin, loginRules, nameKey, tooManyTries } from '../../security/attempts';
import { anyone, publicLimited, signedIn } from '../../security/guard';
import { networkOf } from '../../security/network';
import { hashPassword, isOutdated, verifyPassword } from '../../security/password';
import {
  digestOf,
  GRACE_SECONDS,
  newRefreshToken,
  SESSION_LIFETIME_SECONDS,
  sessionOf,
  successorsOf,
} from '../../security/refresh';
import { ACCESS_LIFETIME_SECONDS, issueAccessToken } from '../../security/token';
import { requireRoom } from '../../security/turns';

const tags = ['auth'];
const USER_AGENT_MAX = 300;

const invalidCredentials = () =>
  new Problem('invalid_credentials', 'The name or the password is wrong.', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });

/** Answers a pair of tokens for a session that expires in `expires_in` seconds. */
async function answerTokens(
  c: Context<AppEnv>,
  grant: { user: number; session: string; refresh_token: string; expires_in: number },
) {
  return c.json(
    {
      access_token: await issueAccessToken(c.get('settings'), grant),
      token_type: 'bearer' as const,
      expires_in: ACCESS_LIFETIME_SECONDS,
      refresh_token: grant.refresh_token,
      refresh_expires_in: grant.expires_in,
    },
    200,
  );
}

/** Within its grace period, a used token gets the successor that was issued before, whichever secret it was made with. */
function successorOf(rotation: Rotation | undefined, [next, ...earlier]: [string, ...string[]]) {
  if (rotation?.outcome === 'rotated') return next;
  if (rotation?.outcome === 'grace')
    return [next, ...earlier].find((token) => digestOf(token) === rotation.digest);
  return undefined;
}

const FORMS = {
  'application/x-www-form-urlencoded': { schema: PasswordForm },
  'multipart/form-data': { schema: PasswordForm },
  'application/json': { schema: PasswordForm, examples: PASSWORD_FORMS },
};

export const tokens = createRouter();

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/login',
    operationId: 'login',
    summary: 'Sign in',
    description:
      'Takes the OAuth 2.0 password form, or the same keys as JSON; `username` is an email or a username. Answers an access token for 30 minutes and a refresh token for 30 days. An unknown name and a wrong password get the same 401 `invalid_credentials`; after several wrong passwords the answer is 429 `too_many_tries`, with the time to wait in `Retry-After`. If the call carries the access token of one of your sessions, the new session replaces it.',
    tags,
    ...publicLimited,
    request: { body: { content: FORMS, required: true } },
    responses: { 200: jsonResponse(TokenPair, 'A new session') },
    ...problems('invalid_credentials', 'too_many_tries', 'overloaded'),
  }),
  async (c) => {
    const { username, password } = c.req.valid('form');
    const credentials = await authenticate(c, username.trim(), password);
    return openSession(c, credentials, username.trim(), password);
  },
);

/** Checks a password. An unknown name costs the same work as a wrong password, and counts as one. */
async function authenticate(c: Context<AppEnv>, name: string, password: string): Promise<Credentials> {
  const { db, settings, requestId } = c.var;
  // Before the try is counted: who is turned away for lack of time has tried nothing.
  requireRoom();
  const { allowed, retry_after, credentials } = await tryLogin(
    db,
    nameKey(name),
    loginRules(settings, name, networkOf(c)),
  );
  if (!allowed) {
    logEvent('warn', 'login_delayed', { request_id: requestId, user: credentials?.id ?? null });
    throw tooManyTries(settings, retry_after);
  }
  const right = await verifyPassword(password, credentials?.password_hash, c.env);
  if (right && credentials) return credentials;
  logEvent('warn', 'login_failed', { request_id: requestId, user: credentials?.id ?? null });
  throw invalidCredentials();
}

async function openSession(c: Context<AppEnv>, credentials: Credentials, name: string, password: string) {
  const { db, settings } = c.var;
  const id = crypto.randomUUID();
  const refresh_token = newRefreshToken(id);
  const session = {
    id,
    user: credentials.id,
    digest: digestOf(refresh_token),
    // Slicing may split a surrogate pair.
    user_agent: c.req.header('user-agent')?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
    lifetime_seconds: SESSION_LIFETIME_SECONDS,
  };
  const hashes = {
    password_hash: credentials.password_hash,
    fresh_hash: isOutdated(credentials.password_hash) ? await hashPassword(password, c.env) : undefined,
  };
  const names = [name, credentials.email, credentials.username];
  const reset = afterLogin(settings, names, networkOf(c));
  if (!(await finishLogin(db, session, c.get('caller').session, hashes, reset))) throw invalidCredentials();
  return answerTokens(c, {
    user: credentials.id,
    session: id,
    refresh_token,
    expires_in: SESSION_LIFETIME_SECONDS,
  });
}

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/refresh',
    operationId: 'refresh',
    summary: 'Refresh the tokens',
    description:
      'Answers a new pair of tokens and uses up the refresh token that was sent. For 10 seconds the old token still gets the same new one, so that two tabs that refresh at once both stay signed in. Using it later ends the session (401 `token_revoked`: sign in again). A session lasts 30 days at most.',
    tags,
    ...anyone,
    request: { body: jsonBody(Refresh) },
    responses: { 200: jsonResponse(TokenPair, 'The new pair of tokens') },
    ...problems('token_invalid', 'token_revoked'),
  }),
  async (c) => {
    const { refresh_token: presented } = c.req.valid('json');
    const session = sessionOf(presented);
    if (!session) throw tokenProblem('token_invalid', 'The refresh token is not valid.');
    const successors = successorsOf(presented, session, c.get('settings'));
    const rotation = await rotateSession(c.get('db'), {
      id: session,
      presented: digestOf(presented),
      successor: digestOf(successors[0]),
      grace_seconds: GRACE_SECONDS,
    });
    if (rotation?.outcome === 'reused') {
      logEvent('warn', 'refresh_token_reused', {
        request_id: c.get('requestId'),
        user: rotation.user,
        session,
      });
    }
    const refresh_token = successorOf(rotation, successors);
    if (!rotation || !refresh_token)
      throw tokenProblem('token_revoked', 'The session of this token has ended.');
    return answerTokens(c, { user: rotation.user, session, refresh_token, expires_in: rotation.expires_in });
  },
);

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/logout',
    operationId: 'logout',
    summary: 'Sign out',
    description:
      'Ends the session of this call: its refresh token and its access tokens are refused from then on. Your other sessions continue.',
    tags,
    ...signedIn,
    responses: { 204: { description: 'Signed out' } },
  }),
  async (c) => {
    if (!(await endOwnSession(c.get('db'), c.get('caller')))) throw sessionEnded();
    return c.body(null, 204);
  },
);
