import { vi } from 'vitest';
import { type Mail, outbox } from '../../src/mail/adapters';

/** Mails are sent after the answer, which takes long on a busy machine. */
export const WAIT_OPTIONS = { timeout: 20_000, interval: 5 };

const CODE = /^ {4}([0-9A-Z]{8})$/m;

export const mailsTo = (email: string): Mail[] => outbox.filter(({ to }) => to === email);

/** Waits for the `count`-th mail to this address. */
export function mailTo(email: string, count = 1): Promise<Mail> {
  return vi.waitUntil(() => mailsTo(email)[count - 1], WAIT_OPTIONS);
}

/** The code of the `count`-th mail to this address. */
export async function codeMailedTo(email: string, count = 1): Promise<string> {
  const { text } = await mailTo(email, count);
  const code = CODE.exec(text)?.[1];
  if (!code) throw new Error(`The mail has no code:\n${text}`);
  return code;
}
