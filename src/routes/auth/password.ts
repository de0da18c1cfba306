import { createRoute } from '@hono/zod-openapi';
import { createResetCode, tryResetCode } from '../../db/codes';
import { changePassword, resetPassword } from '../../db/credentials';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { logEvent } from '../../log';
import { passwordChanged, resetCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem } from '../../problems';
import { Accepted, ForgottenPassword, PasswordChange, PasswordReset } from '../../schemas/account';
import { newCode, presentedCode } from '../../security/codes';
import { confirmPassword, wrongPassword } from '../../security/confirm';
import { publicLimited, signedIn } from '../../security/guard';
import { networkOf } from '../../security/network';
import { hashPassword } from '../../security/password';
import { confirmed, proven } from '../../security/tries';

const tags = ['auth'];

const ON_ITS_WAY = { message: 'If there is an account with this email, a code is on its way to it.' };

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
      'Needs the current password: 403 `wrong_password` if it is another, 429 `too_many_tries` after several. Ends your other sessions, and a change of your email that waits for its verification; this session goes on. A notice is mailed to you.',
    tags,
    ...signedIn,
    request: { body: jsonBody(PasswordChange) },
    responses: { 204: { description: 'Changed' } },
    ...problems('wrong_password', 'too_many_tries'),
  }),
  async (c) => {
    const { db, caller, settings } = c.var;
    const { current_password, new_password } = c.req.valid('json');
    const { password_hash } = await confirmPassword(c, current_password);
    const hashes = { password_hash, fresh_hash: await hashPassword(new_password) };
    const changed = await changePassword(db, caller, hashes, confirmed(settings, caller.session));
    if (!changed) throw wrongPassword();
    logEvent('info', 'password_changed', { request_id: c.var.requestId, user: caller.user });
    postMail(c, changed.email, passwordChanged(changed.username));
    return c.body(null, 204);
  },
);

password.openapi(
  createRoute({
    method: 'post',
    path: '/forgot',
    operationId: 'forgotPassword',
    summary: 'Ask for a reset code',
    description:
      'Mails a code that is good for 10 minutes and takes the place of the one before. The answer is the same whether or not there is such an account. An address gets at most 5 such mails in 30 minutes.',
    tags,
    ...publicLimited,
    request: { body: jsonBody(ForgottenPassword) },
    responses: {
      202: withExample(
        ON_ITS_WAY,
        jsonResponse(Accepted, 'If there is such an account, a code is on its way'),
      ),
    },
  }),
  async (c) => {
    const { code, draft } = newCode(c.var.settings);
    const recipient = await createResetCode(c.var.db, c.req.valid('json').email, draft);
    if (recipient) postMail(c, recipient.email, resetCode(recipient.username, code, draft.lifetime_seconds));
    return c.json(ON_ITS_WAY, 202);
  },
);

password.openapi(
  createRoute({
    method: 'post',
    path: '/reset',
    operationId: 'resetPassword',
    summary: 'Reset the password with a code',
    description:
      'Takes the code that `POST /auth/password/forgot` mailed. Only the newest code counts, once, for 10 minutes, and it is dead after 5 wrong tries: 400 `code_invalid` or `code_expired`. Ends every session of the account, and a change of its email that waits for its verification; a notice is mailed.',
    tags,
    ...publicLimited,
    request: { body: jsonBody(PasswordReset) },
    responses: { 204: { description: 'The new password holds' } },
    ...problems('code_invalid', 'code_expired'),
  }),
  async (c) => {
    const { db, settings, requestId } = c.var;
    const { email, code, new_password } = c.req.valid('json');
    const presented = presentedCode(settings, code);
    const { outcome, person } = await tryResetCode(db, { email, presented, tries_max: settings.CODE_TRIES });
    if (outcome === 'expired') throw codeExpired();
    if (outcome === 'invalid' || !person) {
      logEvent('warn', 'reset_code_wrong', { request_id: requestId, user: person?.id ?? null });
      throw codeInvalid();
    }
    const { id, digest } = person;
    const names = [person.email, person.username];
    const reset = { user: id, digest, fresh_hash: await hashPassword(new_password) };
    const changed = await resetPassword(db, reset, proven(settings, names, networkOf(c)));
    if (!changed) throw codeInvalid();
    logEvent('info', 'password_reset', { request_id: requestId, user: id });
    postMail(c, changed.email, passwordChanged(changed.username));
    return c.body(null, 204);
  },
);
