import { randomBytes, timingSafeEqual } from 'node:crypto';

/** A random key, safe in a URL. */
export const newKey = () => randomBytes(32).toString('base64url');

/** Compares in constant time. */
export function isKey(text: string, key: string): boolean {
  const [a, b] = [Buffer.from(text), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
