import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBase64Url } from 'hono/utils/encode';
import type { Settings } from '../env';
import { macFor } from './keys';

/** A session's absolute lifetime: rotation never extends it. */
export const SESSION_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
/** How long the immediate parent still gets its successor: two tabs, or an answer that was lost on its way. */
export const GRACE_SECONDS = 10;
const SECRET_BYTES = 32;
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

const token = (session: string, secret: Uint8Array) =>
  `${session}.${encodeBase64Url(secret.buffer as ArrayBuffer).replace('=', '')}`;

/** An opaque refresh token: which session, and 256 bits that only its holder knows. */
export const newRefreshToken = (session: string) =>
  token(session, crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** The session that a refresh token speaks of; undefined for anything that is no refresh token of ours. */
export const sessionOf = (refresh_token: string): string | undefined => SHAPE.exec(refresh_token)?.[1];

/**
 * What follows `parent`: with today's key first, then with the one before it. It is derived, not drawn, so that the
 * parent can be answered with the same successor again although only a digest of it is stored.
 */
export function successorsOf(
  parent: string,
  session: string,
  { JWT_SECRET, JWT_SECRET_PREVIOUS }: Pick<Settings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS'>,
): [string, ...string[]] {
  const under = (secret: string) => token(session, macFor(secret, 'successor', parent));
  return [under(JWT_SECRET), ...(JWT_SECRET_PREVIOUS ? [under(JWT_SECRET_PREVIOUS)] : [])];
}

/** What is stored of a refresh token: SHA-256 in hexadecimal. 256 random bits need no slow hash. */
export const digestOf = (refresh_token: string) => bytesToHex(sha256(utf8ToBytes(refresh_token)));
