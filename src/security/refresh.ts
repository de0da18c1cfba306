import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBase64Url } from 'hono/utils/encode';
import type { Settings } from '../env';
import { macFor } from './keys';

/** A session's absolute lifetime: rotation never extends it. */
export const SESSION_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
/** How long the previous token still gets its successor, for two tabs or an answer that was lost. */
export const GRACE_SECONDS = 10;
const SECRET_BYTES = 32;
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

const token = (session: string, secret: Uint8Array) =>
  `${session}.${encodeBase64Url(secret.buffer as ArrayBuffer).replace('=', '')}`;

/** An opaque refresh token: the id of the session and 256 random bits. */
export const newRefreshToken = (session: string) =>
  token(session, crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** The id of the session in a refresh token; undefined when it is not one. */
export const sessionOf = (refresh_token: string): string | undefined => SHAPE.exec(refresh_token)?.[1];

/**
 * The tokens that may follow `parent`: first by today's secret, then by the previous one. They are derived and not random,
 * so that a repeated refresh gets the same successor, of which only a digest is stored.
 */
export function successorsOf(
  parent: string,
  session: string,
  { JWT_SECRET, JWT_SECRET_PREVIOUS }: Pick<Settings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS'>,
): [string, ...string[]] {
  const derive = (secret: string) => token(session, macFor(secret, 'successor', parent));
  return [derive(JWT_SECRET), ...(JWT_SECRET_PREVIOUS ? [derive(JWT_SECRET_PREVIOUS)] : [])];
}

/** What is stored of a refresh token: SHA-256 in hexadecimal. 256 random bits don't need a slow hash. */
export const digestOf = (refresh_token: string) => bytesToHex(sha256(utf8ToBytes(refresh_token)));
