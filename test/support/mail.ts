import { vi } from 'vitest';
import { type Mail, outbox } from '../../src/mail/adapters';

/** What comes after the answer is there at once, but not on a machine that has much else to do. */
export const LATE = { timeout: 20_000, interval: 5 };

const CODE = /^ {4}([0-9A-Z]{8})$/m;

export const mailsTo = (email: string): Mail[] => outbox.filter(({ to }) => to === email);

/** Mails go out after the answer: the `count`-th one to this address, once it is there. */
export function mailTo(email: string, count = 1): Promise<Mail> {
  return vi.waitUntil(() => mailsTo(email)[count - 1], LATE);
}

/** The code of the `count`-th mail to this address. */
export async function codeMailedTo(email: string, count = 1): Promise<string> {
  const { text } = await mailTo(email, count);
  const code = CODE.exec(text)?.[1];
  if (!code) throw new Error(`No code stands in the mail:\n${text}`);
  return code;
}
