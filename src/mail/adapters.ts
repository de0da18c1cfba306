import type { Settings } from '../env';
import type { Message } from './messages';

export interface Mail extends Message {
  from: string;
  to: string;
}

/** A mail that was not sent. `code` is the reason and holds nothing of the mail. */
export class MailFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Adapter = (mail: Mail, settings: Settings, env: Env) => Promise<void>;

/** Cloudflare's `send_email` binding. Its errors carry a code, as `E_SENDER_NOT_VERIFIED`. */
const binding: Adapter = async (mail, settings, { MAIL }) => {
  if (!MAIL) throw new MailFailure('binding_missing');
  const sending = MAIL.send({ ...mail, from: { name: 'Ledge', email: mail.from } });
  await withTimeout(settings.MAIL_TIMEOUT_MS, sending).catch((error: { code?: unknown }) => {
    if (error instanceof MailFailure) throw error;
    throw new MailFailure(typeof error.code === 'string' ? error.code : 'binding_failed');
  });
};

/** The binding can't be aborted, so its answer is only waited for until the timeout. */
async function withTimeout<T>(timeout_ms: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new MailFailure('timeout')), timeout_ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resend's `POST /emails`. */
const resend: Adapter = async (mail, { RESEND_ENDPOINT, RESEND_API_KEY, MAIL_TIMEOUT_MS }) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), MAIL_TIMEOUT_MS);
  try {
    const response = await fetch(RESEND_ENDPOINT, {
      method: 'POST',
      headers: { Authorization: `Bearer ${RESEND_API_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...mail, from: `Ledge <${mail.from}>`, to: [mail.to] }),
      signal: abort.signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new MailFailure(`http_${response.status}`);
  } catch (error) {
    if (error instanceof MailFailure) throw error;
    throw new MailFailure(abort.signal.aborted ? 'timeout' : 'unreachable');
  } finally {
    clearTimeout(timer);
  }
};

/** For development: the mail, its code included, in the terminal of `npm run dev`. */
const terminal: Adapter = async ({ to, subject, text }) => {
  console.log(`\n--- mail to ${to}: ${subject} ---\n${text}\n---\n`);
};

/** The mails that the adapter `capture` was given, for tests. */
export const outbox: Mail[] = [];

const capture: Adapter = async (mail) => {
  outbox.push(mail);
};

/** A server of one's own puts its SMTP client in the place of Cloudflare's binding. */
const smtp = binding;

export const ADAPTERS: Record<Settings['MAIL_VIA'], Adapter> = { binding, smtp, resend, terminal, capture };
