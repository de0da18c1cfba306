import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type AccountOutcome, createUser, findMe, type TaggedMe, updateMe } from '../../db/accounts';
import { deleteMe } from '../../db/roles';
import { type AppEnv, createRouter } from '../../http/context';
import { jsonBody, jsonResponse, notModified, problems, withExample } from '../../http/contract';
import { purgeEverything } from '../../http/edge-cache';
import { IF_MATCH, IF_NONE_MATCH, ifMatchVersions, isNotModified } from '../../http/preconditions';
import { logEvent } from '../../log';
import { emailChanging, verificationCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem, sessionEnded } from '../../problems';
import { AccountPatch, AccountRemoval, EDITED_ME, Me, REGISTERED, Registration } from '../../schemas/account';
import { newCode } from '../../security/codes';
import { confirmPassword, wrongPassword } from '../../security/confirm';
import { publicLimited, signedIn } from '../../security/guard';
import { hashPassword } from '../../security/password';

const tags = ['users'];

/** A username nobody chose: 50 random bits, so that two never meet. */
function randomUsername(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const random = crypto.getRandomValues(new Uint8Array(10));
  return `user_${Array.from(random, (byte) => letters[byte % letters.length]).join('')}`;
}

function setETag(c: Context<AppEnv>, { me, etag }: TaggedMe) {
  c.header('ETag', `"${etag}"`);
  return me;
}

export const accounts = createRouter();

accounts.openapi(
  createRoute({
    method: 'post',
    path: '/',
    operationId: 'register',
    summary: 'Register',
    description:
      'Anyone may. Emails and usernames are unique without regard to case: 409 `email_taken` or `username_taken`. A code to verify the email is mailed to it; the account works before that. Sign in with `POST /auth/login` next.',
    tags,
    ...publicLimited,
    request: { body: jsonBody(Registration) },
    responses: { 201: withExample(REGISTERED, jsonResponse(Me, 'The new account', 'Location')) },
    ...problems('email_taken', 'username_taken'),
  }),
  async (c) => {
    const { password, username, bio = null, avatar_url = null, email } = c.req.valid('json');
    const password_hash = await hashPassword(password);
    const name = username ?? randomUsername();
    const { code, draft } = newCode(c.var.settings);
    const registration = { email, username: name, password_hash, bio, avatar_url };
    const { me, mailed } = await createUser(c.var.db, registration, draft);
    if (mailed) postMail(c, email, verificationCode(name, code, draft.lifetime_seconds));
    c.header('Location', `/users/${me.id}`);
    return c.json(me, 201);
  },
);

accounts.openapi(
  createRoute({
    method: 'get',
    path: '/me',
    operationId: 'readMe',
    summary: 'Read your own account',
    description:
      'What everybody sees of you, and your email and role beside it. `If-None-Match` is answered 304 while nothing has changed; the `ETag` also serves `PATCH /users/me`.',
    tags,
    ...signedIn,
    parameters: [IF_NONE_MATCH],
    responses: { 200: jsonResponse(Me, 'Your account', 'ETag'), 304: notModified },
  }),
  async (c) => {
    const found = await findMe(c.var.db, c.var.caller);
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
    summary: 'Change your account',
    description:
      'Changes the keys that are given and no other. A new `email` needs `current_password`; the old one stays until the code that is mailed to the new one comes to `POST /auth/email/verify`, and gets a notice now. With `If-Match` it is 412 when your account was changed since.',
    tags,
    ...signedIn,
    parameters: [IF_MATCH],
    request: { body: jsonBody(AccountPatch) },
    responses: { 200: withExample(EDITED_ME, jsonResponse(Me, 'Your account as it is now', 'ETag')) },
    ...problems('wrong_password', 'username_taken', 'email_taken', 'precondition_failed', 'too_many_tries'),
  }),
  async (c) => {
    const { db, caller, settings } = c.var;
    const { current_password = '', ...change } = c.req.valid('json');
    if (change.email !== undefined) await confirmPassword(c, current_password);
    const { code, draft } = newCode(settings);
    const outcome = await updateMe(db, caller, change, ifMatchVersions(c), draft);
    const { me, etag } = changedAccount(outcome, draft.mails_window_seconds);
    if (change.email !== undefined) {
      postMail(c, change.email, verificationCode(me.username, code, draft.lifetime_seconds));
      if (change.email !== me.email) postMail(c, me.email, emailChanging(me.username, change.email));
    }
    return c.json(setETag(c, { me, etag }), 200);
  },
);

/** The account as it is now, or the problem that kept it as it was. */
function changedAccount(change: AccountOutcome | undefined, mails_window_seconds: number): TaggedMe {
  switch (change?.outcome) {
    case 'changed':
      return change.changed;
    case 'stale':
      throw new Problem(
        'precondition_failed',
        'Your account is not, or no longer, what `If-Match` names: read it again before you write.',
      );
    case 'email_taken':
      throw new Problem('email_taken');
    case 'mails_exhausted':
      throw new Problem('rate_limited', 'This address has got enough mails for now.', {
        headers: { 'Retry-After': String(mails_window_seconds) },
      });
    default:
      throw sessionEnded();
  }
}

accounts.openapi(
  createRoute({
    method: 'delete',
    path: '/me',
    operationId: 'deleteMe',
    summary: 'Delete your account',
    description:
      'Needs the current password. Your posts, votes, follows and sessions go with it, at once and for good, and the counts of others follow; replies of others stay in their threads. The last admin can not go (409 `last_admin`).',
    tags,
    ...signedIn,
    request: { body: jsonBody(AccountRemoval) },
    responses: { 204: { description: 'It is gone' } },
    ...problems('wrong_password', 'last_admin', 'too_many_tries'),
  }),
  async (c) => {
    const { db, caller, requestId } = c.var;
    const { password_hash } = await confirmPassword(c, c.req.valid('json').current_password);
    const outcome = await deleteMe(db, caller, password_hash);
    if (!outcome) throw sessionEnded();
    if (outcome === 'wrong_password') throw wrongPassword();
    if (outcome === 'last_admin') throw new Problem('last_admin');
    purgeEverything(c);
    logEvent('info', 'account_deleted', { request_id: requestId, user: caller.user });
    return c.body(null, 204);
  },
);
