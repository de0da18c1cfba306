import type { Context } from 'hono';
import {
  CallRefused,
  ConstraintViolation,
  DatabaseOutdated,
  DatabaseUnavailable,
  SessionEnded,
} from '../db/errors';
import { type Settings, SettingsError } from '../env';
import { logEvent } from '../log';
import {
  databaseOutdated,
  databaseUnavailable,
  noSuchPost,
  PROBLEMS,
  Problem,
  sessionEnded,
} from '../problems';
import type { AppEnv } from './context';
import { isTokenRequest, oauthMembers, wantsPlainJson } from './token-endpoint';

type AppContext = Context<AppEnv>;

/** What a route may have said about its answer before it failed. */
const HEADERS_OF_ANSWER = ['ETag', 'Last-Modified', 'Content-Disposition'];

/** Writes a problem as `application/problem+json` (RFC 9457 §3). */
export function answerProblem(c: AppContext, problem: Problem): Response {
  const { status, title } = PROBLEMS[problem.code];
  for (const name of HEADERS_OF_ANSWER) c.header(name, undefined);
  c.set('problem', problem);
  const body = {
    type: 'about:blank',
    title,
    status,
    code: problem.code,
    detail: problem.message,
    request_id: c.get('requestId'),
    ...(problem.errors && { errors: problem.errors }),
    ...(isTokenRequest(c) && oauthMembers(problem)),
  };
  const isPlain = isTokenRequest(c) && wantsPlainJson(c);
  return c.body(JSON.stringify(body), status, {
    ...problem.headers,
    'Content-Type': isPlain ? 'application/json' : 'application/problem+json',
  });
}

/** Turns whatever was thrown into a problem; what nobody foresaw becomes one fixed sentence and a line in the log. */
export function onError(error: Error, c: AppContext): Response {
  if (error instanceof Problem) return answerProblem(c, error);
  if (error instanceof SessionEnded) return answerProblem(c, sessionEnded());
  if (error instanceof DatabaseUnavailable || error instanceof DatabaseOutdated)
    return answerProblem(c, failure(error, c));
  if (error instanceof ConstraintViolation) return answerProblem(c, violation(error, c));
  if (error instanceof SettingsError) {
    logEvent('error', 'misconfigured', { detail: error.message });
    return answerProblem(c, new Problem('misconfigured', error.message));
  }
  return answerProblem(c, unforeseen(error, c));
}

/** The rules that only the database can judge, and what breaking one of them means to a client. */
const VIOLATIONS: Record<string, () => Problem> = {
  users_email_key: () => new Problem('email_taken'),
  users_username_key: () => new Problem('username_taken'),
  // The person was deleted while their request was under way.
  posts_owner_id_users_id_fk: sessionEnded,
  votes_user_id_users_id_fk: sessionEnded,
  // So was the post that they voted for.
  votes_post_id_posts_id_fk: noSuchPost,
};

function violation(error: ConstraintViolation, c: AppContext): Problem {
  return VIOLATIONS[error.constraint]?.() ?? unforeseen(error, c);
}

/** Logged, because what is wrong with a database is for its operator to see. */
function failure(error: DatabaseUnavailable | DatabaseOutdated, c: AppContext): Problem {
  const problem = error instanceof DatabaseOutdated ? databaseOutdated() : databaseUnavailable();
  logEvent('error', problem.code, { request_id: c.get('requestId'), sql_state: error.sql_state ?? null });
  return problem;
}

function unforeseen(error: Error, c: AppContext): Problem {
  // Frames without the message: a message may hold what a client sent.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const refused = error instanceof CallRefused ? error.reason : {};
  const violated = error instanceof ConstraintViolation ? { constraint: error.constraint } : {};
  const settings = c.get('settings') as Settings | undefined;
  const details = settings?.LOG_DETAILS ? { message: error.message } : {};
  const entry = {
    request_id: c.get('requestId'),
    error: error.name,
    ...refused,
    ...violated,
    ...details,
    frames,
  };
  logEvent('error', 'unforeseen', entry);
  return new Problem('internal_error');
}
