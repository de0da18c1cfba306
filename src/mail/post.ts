import type { Context } from 'hono';
import type { AppEnv } from '../http/context';
import { logEvent } from '../log';
import { ADAPTERS, MailFailure } from './adapters';
import type { Message } from './messages';

/** Sends a mail after the answer to the request; a failure is logged only. */
export function postMail(c: Context<AppEnv>, to: string, message: Message): void {
  const { settings, requestId } = c.var;
  const mail = { from: settings.MAIL_FROM, to, ...message };
  const delivery = ADAPTERS[settings.MAIL_VIA](mail, settings, c.env).catch((error: unknown) => {
    const code = error instanceof MailFailure ? error.code : 'unforeseen';
    logEvent('error', 'mail_failed', { request_id: requestId, via: settings.MAIL_VIA, code });
  });
  c.executionCtx.waitUntil(delivery);
}
