import { decodeBase64, encodeBase64 } from 'hono/utils/encode';
import { toOpaqueString } from '../opaque-string';
import { fillUpBcrypt, isBcrypt, verifyBcrypt } from './bcrypt';
import { type Hashing, type HashingBinding, hashingOf } from './hashing';
import { isEqual } from './keys';
import { pause, takeTurn } from './turns';

/** OWASP's Password Storage Cheat Sheet for PBKDF2-HMAC-SHA-256. */
const ITERATIONS = 600_000;
/** Cloudflare refuses more than this in one call (`NotSupportedError`), so the total is reached in a chain of calls. */
const CHUNK = 100_000;
/** A stored hash with more iterations is refused, so that a row can't cost unlimited CPU. */
const ITERATIONS_MAX = 2_000_000;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const SCHEME = 'pbkdf2-sha256';

interface Parameters {
  iterations: number;
  chunk: number;
  salt: Uint8Array<ArrayBuffer>;
}

/** For work whose result nobody needs. */
const NOBODYS = { chunk: CHUNK, salt: new Uint8Array(SALT_BYTES) };

/** A hash as it is stored: `pbkdf2-sha256$iterations$chunk$salt$hash`, salt and hash in base64. About 80 ms of CPU. */
export async function hashPassword(
  password: string,
  env?: HashingBinding,
  signal?: AbortSignal,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const { at_once } = hashingOf(env);
  const parameters = { iterations: ITERATIONS, chunk: CHUNK, salt };
  const hash = await takeTurn(() => derive(password, parameters), at_once, signal);
  return [SCHEME, ITERATIONS, CHUNK, encodeBase64(salt.buffer), encodeBase64(hash)].join('$');
}

/** Whether `password` is the one of `stored`. Throws when `stored` can't be parsed, which is our fault and not the caller's. */
export function verifyPassword(
  password: string,
  stored: string,
  env?: HashingBinding,
  signal?: AbortSignal,
): Promise<boolean> {
  const hashing = hashingOf(env);
  return takeTurn(() => compare(password, stored, hashing), hashing.at_once, signal);
}

/**
 * The same for a try to sign in, where the time must not tell whose name it is. While imported hashes are left, the dearest
 * of which has `bcrypt_cost`, each try does the work of that one and of a hash of ours, whatever is stored, if anything.
 * (One that is right and gets a fresh hash does the second part there.)
 */
export function verifyLogin(
  password: string,
  stored: string | undefined,
  bcrypt_cost: number | null,
  env?: HashingBinding,
  signal?: AbortSignal,
): Promise<boolean> {
  const hashing = hashingOf(env);
  return takeTurn(
    async () => {
      const isRight = stored !== undefined && (await compare(password, stored, hashing));
      if (!isRight) await derive(password, { ...NOBODYS, iterations: ITERATIONS - iterationsOf(stored) });
      if (bcrypt_cost !== null) await fillUpBcrypt(password, stored, bcrypt_cost, hashing);
      return isRight;
    },
    hashing.at_once,
    signal,
  );
}

async function compare(password: string, stored: string, hashing: Hashing): Promise<boolean> {
  if (isBcrypt(stored)) return verifyBcrypt(password, stored, hashing);
  const { parameters, hash } = parse(stored);
  return isEqual(new Uint8Array(await derive(password, parameters)), hash);
}

/** Whether a stored hash has other parameters than new ones, and should be replaced at the next login. */
export function isOutdated(stored: string): boolean {
  return !stored.startsWith(`${SCHEME}$${ITERATIONS}$${CHUNK}$`);
}

/** How many iterations comparing with `stored` has made. */
const iterationsOf = (stored: string | undefined) =>
  stored === undefined || isBcrypt(stored) ? 0 : parse(stored).parameters.iterations;

/** PBKDF2 (RFC 8018 §5.2) in calls of at most `chunk` iterations; the password of each is the output of the one before. */
async function derive(password: string, { iterations, chunk, salt }: Parameters): Promise<ArrayBuffer> {
  // Neither trimmed nor cut (ASVS 5.0 6.2.8).
  let link: BufferSource = new TextEncoder().encode(toOpaqueString(password));
  for (let left = iterations; left > 0; left -= chunk) {
    // Web Crypto computes on the isolate's only thread: between two links the others have their turn.
    await pause();
    const key = await crypto.subtle.importKey('raw', link, 'PBKDF2', false, ['deriveBits']);
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: Math.min(chunk, left) };
    link = await crypto.subtle.deriveBits(algorithm, key, HASH_BYTES * 8);
  }
  return link as ArrayBuffer;
}

/** 16 bytes of salt and 32 of hash in base64. */
const STORED = /^([a-z0-9-]+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)$/;

function parse(stored: string): { parameters: Parameters; hash: Uint8Array } {
  const [, scheme, iterations, chunk, salt = '', hash = ''] = STORED.exec(stored) ?? [];
  const parameters = { iterations: Number(iterations), chunk: Number(chunk), salt: decodeBase64(salt) };
  const isAllowed =
    scheme === SCHEME &&
    isPositiveUpTo(parameters.iterations, ITERATIONS_MAX) &&
    isPositiveUpTo(parameters.chunk, CHUNK) &&
    parameters.iterations / parameters.chunk <= ITERATIONS_MAX / CHUNK;
  if (!isAllowed) throw new Error('A stored password hash has a form or parameters that are not allowed.');
  return { parameters, hash: decodeBase64(hash) };
}

const isPositiveUpTo = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
