// No answer may hold a password hash, or an email of anybody but the caller.
import type { CheckedAnswer } from './answers';

const HASH = /pbkdf2-|\$2[aby]\$|\$argon2/;
// Begins where a word does: from each letter of a long word on, the search for its @ would take the square of its length.
const EMAIL = /(?<![^\s"'<>(),;:@])[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+\.[a-z]+/gi;
/** The people of each email: of requests of this suite, and of people who were inserted. */
const owners = new Map<string, Set<number | undefined>>();
const admins = new Set<number>();

/** Remembers whose email this is: an answer to anybody else must not hold it. */
export function rememberEmail(email: string, owner: number | undefined): void {
  const key = email.toLowerCase();
  owners.set(key, (owners.get(key) ?? new Set()).add(owner));
}

/** An admin sees emails of others. */
export const rememberAdmin = (id: number) => admins.add(id);

/** Throws when the answer holds what its caller must not see. What is in the request, whose body is `sent`, is allowed. */
export function checkLeaks({ method, path, text, caller }: CheckedAnswer, sent: string): void {
  if (HASH.test(text)) throw new Error(`${method} ${path} answered with a password hash:\n${text}`);
  if (caller !== undefined && admins.has(caller)) return;
  // Its examples are nobody's, even if a test has signed up with one.
  if (path === '/openapi.json') return;
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

/** The user of an access token; undefined when it is not one. */
export function readUserId(token: string): number | undefined {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).user_id;
  } catch {
    return undefined;
  }
}
