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
