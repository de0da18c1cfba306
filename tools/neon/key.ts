import { randomBytes, timingSafeEqual } from 'node:crypto';

/** What nobody guesses, safe in a URL. */
export const newKey = () => randomBytes(32).toString('base64url');

/** Whether this is the key, in a time that tells nothing of it. */
export function isKey(said: string, key: string): boolean {
  const [a, b] = [Buffer.from(said), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
