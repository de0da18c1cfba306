import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Answer, call, callAs } from '../../db/database';
import type { CodeDraft, TaggedMe } from '../../db/json';
import { entityTag, pathTo } from '../../header-values';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, notModified, problems, withExample, withHeaders } from '../../http/contract';
import { IF_MATCH, IF_NONE_MATCH, ifMatchVersions, isNotModified } from '../../http/preconditions';
import { logEvent } from '../../log';
import { emailChanging, verificationCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem, sessionEnded } from '../../problems';
import { AccountPatch, AccountRemoval, Me, Registration } from '../../schemas/account';
import { CHANGED_ACCOUNT, CREATED_ACCOUNT } from '../../schemas/examples';
import { tooManyMails } from '../../security/attempts';
import { newCode } from '../../security/codes';
import { confirmPassword, wrongPassword } from '../../security/confirm';
import { publicLimited, signedIn } from '../../security/guard';
import { hashPassword } from '../../security/password';
import { clearSessionCookie, withSessionCookie } from '../../security/session-cookie';
import { requireRoom } from '../../security/turns';
import { finishDeletion } from './deletion';

const tags = ['users'];

/** A username for somebody who chose none: 50 random bits, so that two are never the same. */
function randomUsername(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const random = crypto.getRandomValues(new Uint8Array(10));
  return `user_${Array.from(random, (byte) => letters[byte % letters.length]).join('')}`;
}

function setETag(c: Context<AppEnv>, { me, etag }: TaggedMe) {
  c.header('ETag', entityTag(etag));
  return me;
}

export const accounts = createRouter();

accounts.openapi(
  createRoute({
    method: 'post',
    path: '/',
    operationId: 'register',
    summary: 'Create an account',
    description:
      'Needs no token. Email addresses and usernames are unique, ignoring case: 409 `email_taken` or `username_taken`. A username that its owner gave up, or whose account was deleted, is taken for 30 more days. A code to verify the address is sent to it by email; you can use the account before that. Next, sign in with `POST /auth/login`.',
    tags,
    ...publicLimited,
    request: { body: jsonBody(Registration) },
    responses: { 201: withExample(CREATED_ACCOUNT, jsonResponse(Me, 'The new account', 'Location')) },
    ...problems('email_taken', 'username_taken', 'overloaded'),
  }),
  async (c) => {
    const { password, username, bio, avatar_url, email } = c.req.valid('json');
    requireRoom();
    const password_hash = await hashPassword(password, c.env, c.req.raw.signal);
    const name = username ?? randomUsername();
    const { db, settings } = c.var;
    const { code, draft } = newCode(settings);
    const rest_days = settings.USERNAME_REST_DAYS;
    const registration = { email, username: name, password_hash, bio, avatar_url, code: draft, rest_days };
    const { me, mailed } = await call(db, 'create_user', registration);
    if (mailed) postMail(c, email, verificationCode(name, code, draft.lifetime_seconds));
    c.header('Location', pathTo('users', me.id));
    return c.json(me, 201);
  },
);

accounts.openapi(
  createRoute({
    method: 'get',
    path: '/me',
    operationId: 'readMe',
    summary: 'Get your account',
    description:
      'Your public profile, your email address, your role, and the number of your unread notifications. With `If-None-Match` the response is 304 while nothing has changed. You can send the `ETag` as `If-Match` with `PATCH /users/me`.',
    tags,
    ...signedIn,
    parameters: [IF_NONE_MATCH],
    responses: { 200: jsonResponse(Me, 'Your account', 'ETag'), 304: notModified },
  }),
  async (c) => {
    const found = await callAs(c.get('db'), c.get('caller'), 'read_me', {});
    if (!found) throw sessionEnded();
    const me = setETag(c, found);
    return isNotModified(c, found.etag) ? c.body(null, 304) : c.json(me, 200);
  },
);

accounts.openapi(
  createRoute({
    method: 'patch',
    path: '/me',
    operationId: 'editMe',
    summary: 'Edit your account',
    description:
      'Changes only the keys that are sent. For 30 days nobody but you can take a username that you gave up. A new `email` needs `current_password`, and replaces the old address once you verify it with `POST /auth/email/verify` and the code that is sent to it; the old address is notified at once. With `If-Match` the response is 412 if your account has changed since.',
    tags,
    ...signedIn,
    parameters: [IF_MATCH],
    request: { body: jsonBody(AccountPatch) },
    responses: { 200: withExample(CHANGED_ACCOUNT, jsonResponse(Me, 'The changed account', 'ETag')) },
    ...problems(
      'wrong_password',
      'username_taken',
      'email_taken',
      'precondition_failed',
      'too_many_tries',
      'overloaded',
    ),
  }),
  async (c) => {
    const { db, caller, settings } = c.var;
    const { current_password = '', ...change } = c.req.valid('json');
    const confirmed = change.email === undefined ? undefined : await confirmPassword(c, current_password);
    const { code, draft } = newCode(settings);
    const outcome = await callAs(db, caller, 'update_me', {
      change,
      versions: ifMatchVersions(c),
      code: draft,
      rest_days: settings.USERNAME_REST_DAYS,
      reset: confirmed?.reset,
    });
    const { me, etag } = changedAccount(outcome, draft);
    if (change.email !== undefined) {
      postMail(c, change.email, verificationCode(me.username, code, draft.lifetime_seconds));
      // An address that nobody has verified may be a stranger's.
      if (change.email !== me.email && me.email_verified)
        postMail(c, me.email, emailChanging(me.username, change.email));
    }
    return c.json(setETag(c, { me, etag }), 200);
  },
);

/** The changed account; throws the problem that kept it unchanged. */
function changedAccount(change: Answer<'update_me'>, draft: CodeDraft): TaggedMe {
  switch (change.outcome) {
    case 'changed':
      return change.changed;
    case 'stale':
      throw new Problem(
        'precondition_failed',
        'Your account does not match `If-Match`: read it again before you change it.',
      );
    case 'email_taken':
    case 'username_taken':
      throw new Problem(change.outcome);
    case 'mails_exhausted':
      throw tooManyMails(draft, change);
  }
}

accounts.openapi(
  createRoute({
    method: 'delete',
    path: '/me',
    operationId: 'deleteMe',
    summary: 'Delete your account',
    description:
      'Needs the current password. Also deletes your posts, votes, bookmarks, follows, blocks, mutes, reports and sessions, immediately and permanently; replies by others remain in their threads. A very large account disappears for everybody at once; the counts that its votes and follows contributed to are corrected within minutes. The last admin cannot be deleted (409 `last_admin`).',
    tags,
    ...withSessionCookie(signedIn),
    request: { body: jsonBody(AccountRemoval) },
    responses: { 204: { description: 'The account was deleted', ...withHeaders('Set-Cookie') } },
    ...problems('wrong_password', 'cross_origin', 'last_admin', 'too_many_tries', 'overloaded'),
  }),
  async (c) => {
    const { db, caller, settings, requestId } = c.var;
    const { password_hash, reset } = await confirmPassword(c, c.req.valid('json').current_password);
    const rest_days = settings.USERNAME_REST_DAYS;
    const outcome = await callAs(db, caller, 'delete_me', { password_hash, reset, rest_days });
    if (outcome === 'wrong_password') throw wrongPassword();
    if (outcome === 'last_admin') throw new Problem('last_admin');
    clearSessionCookie(c, caller.session);
    finishDeletion(c, outcome);
    logEvent('info', 'account_deleted', { request_id: requestId, user: caller.user });
    return c.body(null, 204);
  },
);
