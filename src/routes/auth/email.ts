import { createRoute } from '@hono/zod-openapi';
import { renewEmailCode, verifyEmail } from '../../db/codes';
import { createRouter } from '../../http/context';
import { jsonBody, jsonResponse, problems, withExample } from '../../http/contract';
import { logEvent } from '../../log';
import { emailChanged, verificationCode } from '../../mail/messages';
import { postMail } from '../../mail/post';
import { Problem, sessionEnded } from '../../problems';
import { Accepted, EmailVerification } from '../../schemas/account';
import { newCode, presentedCode } from '../../security/codes';
import { signedIn } from '../../security/guard';

const tags = ['auth'];

const ON_ITS_WAY = { message: 'If an address waits for its verification, a code is on its way to it.' };

export const email = createRouter();

email.openapi(
  createRoute({
    method: 'post',
    path: '/verify',
    operationId: 'verifyEmail',
    summary: 'Verify your email',
    description:
      'With the code that was mailed to it. A new address, given with `PATCH /users/me`, takes the place of the old one now. A code is good for 10 minutes and dead after 5 wrong tries.',
    tags,
    ...signedIn,
    request: { body: jsonBody(EmailVerification) },
    responses: { 204: { description: 'Verified' } },
    ...problems('code_invalid', 'code_expired', 'email_taken'),
  }),
  async (c) => {
    const { db, caller, settings, requestId } = c.var;
    const presented = presentedCode(settings, c.req.valid('json').code);
    const attempt = await verifyEmail(db, caller, { presented, tries_max: settings.CODE_TRIES });
    if (!attempt) throw sessionEnded();
    if (attempt.outcome === 'expired') throw new Problem('code_expired');
    if (attempt.outcome === 'invalid' || !attempt.email) throw new Problem('code_invalid');
    if (attempt.previous.toLowerCase() !== attempt.email.toLowerCase()) {
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
    summary: 'Ask for the verification code again',
    description:
      'Mails a new code, which takes the place of the one before, to the address that waits for its verification; none where there is no such address. An address gets at most 5 such mails in 30 minutes.',
    tags,
    ...signedIn,
    responses: {
      202: withExample(
        ON_ITS_WAY,
        jsonResponse(Accepted, 'If an address waits for its verification, a code is on its way'),
      ),
    },
  }),
  async (c) => {
    const { code, draft } = newCode(c.var.settings);
    const recipient = await renewEmailCode(c.var.db, c.var.caller, draft);
    if (recipient)
      postMail(c, recipient.email, verificationCode(recipient.username, code, draft.lifetime_seconds));
    return c.json(ON_ITS_WAY, 202);
  },
);
