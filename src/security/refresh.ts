import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';
import type { Settings } from '../env';
import { isEqual, macFor } from './keys';

type Secrets = Pick<Settings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS'>;

/** A session's absolute lifetime: rotation never extends it. */
export const SESSION_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
/** How long the previous token still gets its successor, for two tabs or an answer that was lost. */
export const GRACE_SECONDS = 10;
const RANDOM_BYTES = 32;
const PROOF_BYTES = 16;
const SECRET_BYTES = RANDOM_BYTES + PROOF_BYTES;
/** The id of a session, and 48 bytes in base64url, which have no padding. */
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{64})$/;

/** Proves that we gave this token to this session. So no list of earlier tokens has to be kept to know one that comes again. */
const proofOf = (secret: string, session: string, random: Uint8Array) =>
  macFor(secret, 'refresh', `${session} ${bytesToHex(random)}`).slice(0, PROOF_BYTES);

function token(secret: string, session: string, random: Uint8Array): string {
  const bytes = concatBytes(random, proofOf(secret, session, random));
  return `${session}.${encodeBase64Url(bytes.buffer as ArrayBuffer)}`;
}

const secretsOf = ({ JWT_SECRET, JWT_SECRET_PREVIOUS }: Secrets) =>
  JWT_SECRET_PREVIOUS === undefined ? [JWT_SECRET] : [JWT_SECRET, JWT_SECRET_PREVIOUS];

/** An opaque refresh token: the id of the session, 256 random bits, and the proof that they are ours. */
export const newRefreshToken = ({ JWT_SECRET }: Secrets, session: string) =>
  token(JWT_SECRET, session, crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

/** The id of the session in a refresh token; undefined when it is not one. */
export const sessionOf = (refresh_token: string): string | undefined => SHAPE.exec(refresh_token)?.[1];

/** Whether the session of a token once had it. A token under a secret that is no longer set can't be told from a forged one. */
export function wasIssued(settings: Secrets, refresh_token: string): boolean {
  const [, session = '', encoded = ''] = SHAPE.exec(refresh_token) ?? [];
  const bytes = decodeBase64Url(encoded);
  const [random, proof] = [bytes.slice(0, RANDOM_BYTES), bytes.slice(RANDOM_BYTES)];
  return secretsOf(settings).some((secret) => isEqual(proofOf(secret, session, random), proof));
}

/** As long as the secret part of a token, and for one `parent` alone, which has one successor that is stored. */
const padOf = (parent: string) =>
  concatBytes(macFor(parent, 'successor', '1'), macFor(parent, 'successor', '2')).slice(0, SECRET_BYTES);

const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i] as number));

/**
 * A token, encrypted under the one that it follows. It is stored, so that a repeated refresh gets the same successor, from an
 * isolate that has other secrets, too. The database has digests of tokens alone and can't read it.
 */
export function sealSuccessor(parent: string, successor: string): string {
  const [, , encoded = ''] = SHAPE.exec(successor) ?? [];
  return bytesToHex(xor(decodeBase64Url(encoded), padOf(parent)));
}

/** The successor of `parent` in what `sealSuccessor` made. */
export function openSuccessor(parent: string, sealed: string): string {
  const secret = xor(hexToBytes(sealed), padOf(parent));
  return `${sessionOf(parent)}.${encodeBase64Url(secret.buffer as ArrayBuffer)}`;
}

/** What is stored of a refresh token: SHA-256 in hexadecimal. 256 random bits don't need a slow hash. */
export const digestOf = (refresh_token: string) => bytesToHex(sha256(utf8ToBytes(refresh_token)));
