import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { logEvent } from '../../log';
import { emailChanged, verificationCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem } from '../../problems';
import { Accepted, EmailVerification } from '../../schemas/account';
import { tooManyMails } from '../../security/attempts';
import { newCode, presentedCode } from '../../security/codes';
import { signedIn } from '../../security/guard';

const tags = ['auth'];

const CODE_MAILED = { message: 'If your email is not verified yet, a code was mailed to it.' };

export const email = createRouter();

email.openapi(
  createRoute({
    method: 'post',
    path: '/verify',
    operationId: 'verifyEmail',
    summary: 'Verify your email',
    description:
      'Requires a token: sign in, then send the code that was mailed to you. A new address that you set with `PATCH /users/me` replaces the old one with this call. A code is valid for 10 minutes, and becomes invalid after 5 wrong attempts.',
    tags,
    ...signedIn,
    request: { body: jsonBody(EmailVerification) },
    responses: { 204: { description: 'The email address is verified' } },
    ...problems('code_invalid', 'code_expired', 'email_taken'),
  }),
  async (c) => {
    const { db, caller, settings, requestId } = c.var;
    const presented = presentedCode(settings, c.req.valid('json').code);
    const tries_max = settings.CODE_TRIES;
    const attempt = await callAs(db, caller, 'verify_email', { presented, tries_max });
    if (attempt.outcome === 'expired') throw new Problem('code_expired');
    if (attempt.outcome === 'invalid' || !attempt.email) throw new Problem('code_invalid');
    if (attempt.moved) {
      logEvent('info', 'email_changed', { request_id: requestId, user: caller.user });
      postMail(c, attempt.previous, emailChanged(attempt.username, attempt.email));
    }
    return c.body(null, 204);
  },
);

email.openapi(
  createRoute({
    method: 'post',
    path: '/verify/resend',
    operationId: 'resendVerification',
    summary: 'Request another verification code',
    description:
      'Sends a new code to your email address if that is not verified yet; it replaces any earlier code. At most 5 such emails are sent to an address in 30 minutes; after that the response is 429 with `Retry-After`.',
    tags,
    ...signedIn,
    responses: {
      202: withExample(
        CODE_MAILED,
        jsonResponse(Accepted, 'If your email address is not verified yet, a code was sent'),
      ),
    },
  }),
  async (c) => {
    const { code, draft } = newCode(c.get('settings'));
    const recipient = await callAs(c.get('db'), c.get('caller'), 'renew_email_code', { code: draft });
    if (recipient && 'retry_after' in recipient) throw tooManyMails(draft, recipient);
    if (recipient)
      postMail(c, recipient.email, verificationCode(recipient.username, code, draft.lifetime_seconds));
    return c.json(CODE_MAILED, 202);
  },
);
