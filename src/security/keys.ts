import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** HMAC-SHA-256 with a key of its own for each `purpose`, so that no output can be used for another one. */
export function macFor(secret: string, purpose: string, message: string): Uint8Array {
  return hmac(
    sha256,
    hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`ledge ${purpose}`)),
    utf8ToBytes(message),
  );
}

/** In constant time for inputs of the same length. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
