import { createRoute } from '@hono/zod-openapi';
import { call, callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample, withHeaders } from '../../http/contract';
import { logEvent } from '../../log';
import { passwordChanged, resetCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem } from '../../problems';
import { Accepted, ForgottenPassword, PasswordChange, PasswordReset } from '../../schemas/account';
import { afterReset } from '../../security/attempts';
import { newCode, presentedCode } from '../../security/codes';
import { confirmPassword, wrongPassword } from '../../security/confirm';
import { publicLimited, signedIn } from '../../security/guard';
import { networkOf } from '../../security/network';
import { hashPassword } from '../../security/password';
import { clearSessionCookie, withSessionCookie } from '../../security/session-cookie';
import { requireRoom } from '../../security/turns';

const tags = ['auth'];

const CODE_MAILED = { message: 'If there is an account with this email, a code was mailed to it.' };

const codeInvalid = () => new Problem('code_invalid');
const codeExpired = () => new Problem('code_expired');

export const password = createRouter();

password.openapi(
  createRoute({
    method: 'put',
    path: '/',
    operationId: 'changePassword',
    summary: 'Change your password',
    description:
      'Needs the current password: 403 `wrong_password` if it is wrong, 429 `too_many_tries` after several wrong attempts. Ends your other sessions, but not this one, and cancels a change of your email address that is not verified yet. You are notified by email.',
    tags,
    ...signedIn,
    request: { body: jsonBody(PasswordChange) },
    responses: { 204: { description: 'The password was changed' } },
    ...problems('wrong_password', 'too_many_tries', 'overloaded'),
  }),
  async (c) => {
    const { db, caller } = c.var;
    const { current_password, new_password } = c.req.valid('json');
    const { password_hash, reset } = await confirmPassword(c, current_password);
    const fresh_hash = await hashPassword(new_password, c.env, c.req.raw.signal);
    const changed = await callAs(db, caller, 'change_password', { password_hash, fresh_hash, reset });
    if (!changed) throw wrongPassword();
    logEvent('info', 'password_changed', { request_id: c.get('requestId'), user: caller.user });
    if (changed.email) postMail(c, changed.email, passwordChanged(changed.username));
    return c.body(null, 204);
  },
);

password.openapi(
  createRoute({
    method: 'post',
    path: '/forgot',
    operationId: 'forgotPassword',
    summary: 'Request a reset code',
    description:
      'Sends a code by email, which is valid for 10 minutes and replaces any earlier one. Send it with a new password to `POST /auth/password/reset`. The response is the same whether or not the account exists. At most 5 such emails are sent to an address in 30 minutes.',
    tags,
    ...publicLimited,
    request: { body: jsonBody(ForgottenPassword) },
    responses: {
      202: withExample(CODE_MAILED, jsonResponse(Accepted, 'If the account exists, a code was sent')),
    },
  }),
  async (c) => {
    const { code, draft } = newCode(c.get('settings'));
    const { email } = c.req.valid('json');
    const recipient = await call(c.get('db'), 'create_reset_code', { email, code: draft });
    if (recipient) postMail(c, recipient.email, resetCode(recipient.username, code, draft.lifetime_seconds));
    return c.json(CODE_MAILED, 202);
  },
);

password.openapi(
  createRoute({
    method: 'post',
    path: '/reset',
    operationId: 'resetPassword',
    summary: 'Reset your password',
    description:
      'Takes the code that `POST /auth/password/forgot` sent. Only the newest code works, once, for 10 minutes (then 400 `code_expired`), and until 5 wrong attempts were made (then 400 `code_invalid`). Ends every session of the account and cancels a change of its email address that is not verified yet. The user is notified by email.',
    tags,
    ...withSessionCookie(publicLimited),
    request: { body: jsonBody(PasswordReset) },
    responses: { 204: { description: 'The password was changed', ...withHeaders('Set-Cookie') } },
    ...problems('code_invalid', 'code_expired', 'cross_origin', 'overloaded'),
  }),
  async (c) => {
    const { db, settings, requestId } = c.var;
    const { email, code, new_password } = c.req.valid('json');
    requireRoom();
    const presented = presentedCode(settings, code);
    const tries_max = settings.CODE_TRIES;
    const { outcome, person } = await call(db, 'try_reset_code', { email, presented, tries_max });
    if (outcome === 'expired') throw codeExpired();
    if (outcome === 'invalid' || !person) {
      logEvent('warn', 'reset_code_wrong', { request_id: requestId, user: person?.id ?? null });
      throw codeInvalid();
    }
    const { id, digest } = person;
    const fresh_hash = await hashPassword(new_password, c.env, c.req.raw.signal);
    const reset = afterReset(settings, [person.email, person.username], networkOf(c));
    const changed = await call(db, 'reset_password', { person: id, digest, fresh_hash, reset });
    if (!changed) throw codeInvalid();
    logEvent('info', 'password_reset', { request_id: requestId, user: id });
    if (c.get('caller').user === id) clearSessionCookie(c, c.get('caller').session);
    postMail(c, changed.email, passwordChanged(changed.username));
    return c.body(null, 204);
  },
);
