// What no answer may hold: a password hash, or an email of anybody but the one who asks.
import type { Answered } from './answers';

const HASH = /pbkdf2-|\$2[aby]\$|\$argon2/;
const EMAIL = /[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+\.[a-z]+/gi;
/** Whose email is whose: everything that a request of this suite gave, and the people made without the API. */
const owners = new Map<string, Set<number | undefined>>();
const admins = new Set<number>();

/** Says that this email is this person's: an answer to anybody else must not hold it. */
export function rememberEmail(email: string, owner: number | undefined): void {
  const key = email.toLowerCase();
  owners.set(key, (owners.get(key) ?? new Set()).add(owner));
}

/** An admin sees emails of others. */
export const rememberAdmin = (id: number) => admins.add(id);

/** Throws when the answer holds what its caller must not see. `sent` is the request's own body: an echo is no leak. */
export function checkLeaks({ method, path, text, caller }: Answered, sent: string): void {
  if (HASH.test(text)) throw new Error(`${method} ${path} answered with a password hash:\n${text}`);
  if (caller !== undefined && admins.has(caller)) return;
  const said = sent.toLowerCase();
  for (const [email] of text.toLowerCase().matchAll(EMAIL)) {
    const known = owners.get(email);
    if (
      known &&
      !known.has(caller) &&
      !said.includes(email) &&
      !path.toLowerCase().includes(encodeURIComponent(email))
    )
      throw new Error(`${method} ${path} answered with the email of somebody else:\n${text}`);
  }
}
