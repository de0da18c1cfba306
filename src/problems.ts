import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { bearerChallenge, waitOf } from './header-values';

/**
 * Every `code` that a problem can carry, with its status, its title, and what it says where nothing more exact is
 * known. Stable: clients branch on it.
 */
export const PROBLEMS = {
  code_invalid: {
    status: 400,
    title: 'Bad Request',
    detail: 'The code is wrong, was used already, or is not the newest one.',
  },
  code_expired: { status: 400, title: 'Bad Request', detail: 'The code has expired. Ask for a new one.' },
  malformed_body: {
    status: 400,
    title: 'Bad Request',
    detail: 'The body cannot be parsed as its Content-Type.',
  },
  malformed_url: {
    status: 400,
    title: 'Bad Request',
    detail: 'The path or the query of the URL is not UTF-8 in percent-encoding.',
  },
  token_missing: { status: 401, title: 'Unauthorized', detail: 'This call needs an access token.' },
  token_invalid: { status: 401, title: 'Unauthorized', detail: 'The access token is not valid.' },
  token_expired: { status: 401, title: 'Unauthorized', detail: 'The access token has expired.' },
  token_revoked: { status: 401, title: 'Unauthorized', detail: 'The session of this token has ended.' },
  invalid_credentials: { status: 401, title: 'Unauthorized', detail: 'The name or the password is wrong.' },
  wrong_password: { status: 403, title: 'Forbidden', detail: 'The current password is wrong.' },
  admin_only: { status: 403, title: 'Forbidden', detail: 'Only an admin can do this.' },
  use_own_account: {
    status: 403,
    title: 'Forbidden',
    detail: 'Delete your own account with DELETE /users/me, which asks for your password.',
  },
  cross_origin: {
    status: 403,
    title: 'Forbidden',
    detail: 'A session in a cookie is for pages of the same origin as the API.',
  },
  not_owner: { status: 403, title: 'Forbidden', detail: 'This post is not yours.' },
  not_found: { status: 404, title: 'Not Found', detail: 'Not found.' },
  session_not_found: { status: 404, title: 'Not Found', detail: 'There is no such session.' },
  post_not_found: { status: 404, title: 'Not Found', detail: 'There is no such post.' },
  parent_not_found: { status: 404, title: 'Not Found', detail: 'There is no such post to reply to.' },
  user_not_found: { status: 404, title: 'Not Found', detail: 'There is no such user.' },
  vote_not_found: { status: 404, title: 'Not Found', detail: 'You have not voted for this post.' },
  method_not_allowed: {
    status: 405,
    title: 'Method Not Allowed',
    detail: 'This path does not take this method.',
  },
  already_voted: { status: 409, title: 'Conflict', detail: 'You have already voted for this post.' },
  email_taken: { status: 409, title: 'Conflict', detail: 'An account with this email exists already.' },
  username_taken: { status: 409, title: 'Conflict', detail: 'This username is taken.' },
  last_admin: { status: 409, title: 'Conflict', detail: 'There must be at least one admin.' },
  precondition_failed: {
    status: 412,
    title: 'Precondition Failed',
    detail: 'It has changed since you read it. Read it again before you change it.',
  },
  body_too_large: { status: 413, title: 'Content Too Large', detail: 'The body is larger than 256 KiB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'The Content-Type of the body is not supported here.',
  },
  invalid_input: { status: 422, title: 'Unprocessable Content', detail: 'The input is invalid.' },
  cannot_follow_self: { status: 422, title: 'Unprocessable Content', detail: 'You cannot follow yourself.' },
  idempotency_key_reused: {
    status: 422,
    title: 'Unprocessable Content',
    detail: 'This Idempotency-Key was used for another request.',
  },
  rate_limited: {
    status: 429,
    title: 'Too Many Requests',
    detail: 'Too many requests. Try again in a minute.',
  },
  too_many_tries: {
    status: 429,
    title: 'Too Many Requests',
    detail: 'Too many wrong passwords. Try again later.',
  },
  internal_error: {
    status: 500,
    title: 'Internal Server Error',
    detail: 'Something went wrong on our side. Report it with the request_id.',
  },
  misconfigured: {
    status: 500,
    title: 'Internal Server Error',
    detail: 'The server is misconfigured: a setting is missing or wrong.',
  },
  database_unavailable: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database does not answer. Try again in a moment.',
  },
  overloaded: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'Too many passwords are being checked at once. Try again in a moment.',
  },
  schema_outdated: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The database has not been migrated to this version yet.',
  },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string; detail: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with the input: where, which rule, and a sentence for people. */
export interface InputFault {
  path: string;
  code: string;
  message: string;
}

/** An answer that is an error (RFC 9457): thrown anywhere, written by `http/error-handler`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Record<string, string>;
  readonly errors: InputFault[] | undefined;

  constructor(
    code: ProblemCode,
    detail: string = PROBLEMS[code].detail,
    extra: { headers?: Record<string, string>; errors?: InputFault[] } = {},
  ) {
    super(detail);
    this.code = code;
    this.headers = extra.headers ?? {};
    this.errors = extra.errors;
  }

  get status() {
    return PROBLEMS[this.code].status;
  }
}

/** RFC 6750 §3: no `error` when no token came, or another scheme; `invalid_token` otherwise. */
export function tokenProblem(
  code: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked',
  detail: string,
): Problem {
  const challenge = bearerChallenge(code === 'token_missing' ? undefined : detail);
  return new Problem(code, detail, { headers: { 'WWW-Authenticate': challenge } });
}

export const sessionEnded = () => tokenProblem('token_revoked', 'The session of this token has ended.');

export const noSuchPost = () => new Problem('post_not_found');

/** A client that takes `me` for a username is told what to use instead. */
export const noSuchUser = (name?: string) =>
  new Problem(
    'user_not_found',
    name === 'me'
      ? 'There is no user "me". Your own account is at /users/me, and your own posts are at /posts/mine.'
      : undefined,
  );

export const databaseUnavailable = () =>
  new Problem('database_unavailable', 'The database does not answer. Try again in a moment.', {
    headers: { 'Retry-After': waitOf(5) },
  });

export const databaseOutdated = () =>
  new Problem('schema_outdated', 'The database has not been migrated to this version yet.', {
    headers: { 'Retry-After': waitOf(30) },
  });

/** Each message is what is said of its path, and becomes a sentence. */
export function invalidInput(...faults: InputFault[]): Problem {
  const errors = faults.map((fault) => ({ ...fault, message: sentenceOf(fault) }));
  const detail = errors.map(({ message }) => message).join(' ');
  return new Problem('invalid_input', detail || undefined, { errors });
}

const sentenceOf = ({ path, message }: InputFault) =>
  path ? `${path} ${message}.` : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
