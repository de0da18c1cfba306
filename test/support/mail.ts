import { vi } from 'vitest';
import { type Mail, outbox } from '../../src/mail/adapters';

const CODE = /^ {4}([0-9A-Z]{8})$/m;

export const mailsTo = (email: string): Mail[] => outbox.filter(({ to }) => to === email);

/** Mails go out after the answer: the `count`-th one to this address, once it is there. */
export function mailTo(email: string, count = 1): Promise<Mail> {
  return vi.waitUntil(() => mailsTo(email)[count - 1], { timeout: 5_000, interval: 5 });
}

/** The code of the `count`-th mail to this address. */
export async function codeMailedTo(email: string, count = 1): Promise<string> {
  const { text } = await mailTo(email, count);
  const code = CODE.exec(text)?.[1];
  if (!code) throw new Error(`No code stands in the mail:\n${text}`);
  return code;
}
