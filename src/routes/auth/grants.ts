import type { Context } from 'hono';
import { call } from '../../db/database';
import type { Credentials } from '../../db/json';
import { bearerChallenge } from '../../header-values';
import type { AppEnv } from '../../http/context';
import { logEvent } from '../../log';
import { Problem, sessionEnded, tokenProblem } from '../../problems';
import { afterLogin, loginRules, tooManyTries } from '../../security/attempts';
import { networkOf } from '../../security/network';
import { hashPassword, isOutdated, verifyLogin } from '../../security/password';
import {
  digestOf,
  GRACE_SECONDS,
  newRefreshToken,
  openSuccessor,
  SESSION_LIFETIME_SECONDS,
  sealSuccessor,
  sessionOf,
  wasIssued,
} from '../../security/refresh';
import {
  clearSessionCookie,
  giveToken,
  presentedToken,
  sessionInCookie,
} from '../../security/session-cookie';
import { ACCESS_LIFETIME_SECONDS, issueAccessToken } from '../../security/token';
import { requireRoom } from '../../security/turns';

// The two ways to a pair of tokens: a password, and the refresh token of an earlier pair.

const USER_AGENT_MAX = 300;

const invalidCredentials = () =>
  new Problem('invalid_credentials', 'The name or the password is wrong.', {
    headers: { 'WWW-Authenticate': bearerChallenge() },
  });

/** Answers a pair of tokens for a session that expires in `expires_in` seconds. */
async function answerTokens(
  c: Context<AppEnv>,
  grant: { user: number; session: string; refresh_token: string; expires_in: number },
) {
  c.set('signedIn', grant.user);
  return c.json(
    {
      access_token: await issueAccessToken(c.get('settings'), grant),
      token_type: 'bearer' as const,
      expires_in: ACCESS_LIFETIME_SECONDS,
      ...giveToken(c, grant.refresh_token, grant.expires_in),
      refresh_expires_in: grant.expires_in,
    },
    200,
  );
}

export async function grantByPassword(c: Context<AppEnv>, name: string, password: string) {
  // The hash may be another one by now: a second sign-in has renewed an outdated one, or the password was changed. Which of
  // the two it was, a second look tells.
  const opened =
    (await openSession(c, await authenticate(c, name, password), name, password)) ??
    (await openSession(c, await authenticate(c, name, password), name, password));
  if (!opened) throw invalidCredentials();
  return answerTokens(c, opened);
}

/** Checks a password. An unknown name costs the same work as a wrong password, and counts as one. */
async function authenticate(c: Context<AppEnv>, name: string, password: string): Promise<Credentials> {
  const { db, settings, requestId } = c.var;
  // Before the try is counted: who is turned away for lack of time has tried nothing.
  requireRoom();
  const attempt = loginRules(settings, networkOf(c));
  const { allowed, retry_after, credentials, bcrypt_cost } = await call(db, 'start_login', { name, attempt });
  if (!allowed) {
    logEvent('warn', 'login_delayed', { request_id: requestId, user: credentials?.id ?? null });
    throw tooManyTries(settings, retry_after);
  }
  const right = await verifyLogin(password, credentials?.password_hash, bcrypt_cost, c.env, c.req.raw.signal);
  if (right && credentials) return credentials;
  logEvent('warn', 'login_failed', { request_id: requestId, user: credentials?.id ?? null });
  throw invalidCredentials();
}

/** Undefined when the hash that was checked is not the stored one any more. */
async function openSession(c: Context<AppEnv>, credentials: Credentials, name: string, password: string) {
  const { db, settings } = c.var;
  const id = crypto.randomUUID();
  const refresh_token = newRefreshToken(settings, id);
  const { password_hash, email, username } = credentials;
  const isOpen = await call(db, 'finish_login', {
    id,
    person: credentials.id,
    digest: digestOf(refresh_token),
    // Slicing may split a surrogate pair.
    user_agent: c.req.header('user-agent')?.slice(0, USER_AGENT_MAX).toWellFormed(),
    lifetime_seconds: SESSION_LIFETIME_SECONDS,
    password_hash,
    fresh_hash: isOutdated(password_hash) ? await hashPassword(password, c.env, c.req.raw.signal) : null,
    replaced: c.get('caller').session ?? sessionInCookie(c),
    reset: afterLogin(settings, [name, email, username], networkOf(c)),
  });
  if (!isOpen) return undefined;
  return { user: credentials.id, session: id, refresh_token, expires_in: SESSION_LIFETIME_SECONDS };
}

/** Exchanges a refresh token, `given` in the body or in the session's cookie, for the next one of its session. */
export async function grantByRefreshToken(c: Context<AppEnv>, given: string | undefined) {
  const presented = presentedToken(c, given);
  const settings = c.get('settings');
  const session = sessionOf(presented);
  if (!session) throw deadToken(c, session, refreshTokenInvalid());
  const successor = newRefreshToken(settings, session);
  const issued = wasIssued(settings, presented);
  const rotation = await call(c.get('db'), 'rotate_session', {
    id: session,
    presented: digestOf(presented),
    issued,
    successor: digestOf(successor),
    sealed: sealSuccessor(presented, successor),
    grace_seconds: GRACE_SECONDS,
  });
  if (rotation?.outcome === 'reused')
    logEvent('warn', 'refresh_token_reused', {
      request_id: c.get('requestId'),
      user: rotation.user,
      session,
    });
  if (!rotation) throw deadToken(c, session, issued ? sessionEnded() : refreshTokenInvalid());
  const { user, expires_in, sealed } = rotation;
  if (rotation.outcome === 'reused' || sealed === null) throw deadToken(c, session, sessionEnded());
  return answerTokens(c, { user, session, refresh_token: openSuccessor(presented, sealed), expires_in });
}

/** A token that will never be good again goes out of the cookie. */
function deadToken(c: Context<AppEnv>, session: string | undefined, problem: Problem): Problem {
  clearSessionCookie(c, session);
  return problem;
}

const refreshTokenInvalid = () => tokenProblem('token_invalid', 'The refresh token is not valid.');
