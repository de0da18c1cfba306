import { sign, verify } from 'hono/jwt';
import type { Settings } from '../env';
import { tokenProblem } from '../problems';

export const ACCESS_LIFETIME_SECONDS = 30 * 60;
/** The clocks of two machines may differ by this much. */
const LEEWAY_SECONDS = 5;
const ALGORITHM = 'HS256';

type TokenSettings = Pick<Settings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;

/** Whom a verified token speaks for. */
export interface Bearer {
  user: number;
  session: string;
}

type Claims = Record<string, unknown>;

/** What this isolate keeps for one secret. */
interface Verifier {
  key: CryptoKey;
  /** Claims by token, once its signature was verified. They are checked again on every call. */
  claims: Map<string, Claims>;
}

/** About 2 MB. When it is full, the map is cleared. */
export const KEPT_TOKENS_MAX = 2_000;

/** By secret: tokens of a secret that is no longer set are not looked up. */
const verifiers = new Map<string, Verifier>();

/** Importing a key costs as much as verifying a signature. RFC 8725 §3.2: a key is for one algorithm. */
async function verifierOf(secret: string): Promise<Verifier> {
  let verifier = verifiers.get(secret);
  if (!verifier) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const bytes = new TextEncoder().encode(secret);
    const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign', 'verify']);
    verifier = { key, claims: new Map() };
    verifiers.set(secret, verifier);
  }
  return verifier;
}

/** How many tokens are kept for this secret. */
export const keptTokens = (secret: string) => verifiers.get(secret)?.claims.size ?? 0;

/** A JWT that lives for `ACCESS_LIFETIME_SECONDS`. */
export async function issueAccessToken(settings: TokenSettings, { user, session }: Bearer): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: String(user),
    user_id: user,
    sid: session,
    iss: settings.JWT_ISSUER,
    aud: settings.JWT_AUDIENCE,
    iat: now,
    exp: now + ACCESS_LIFETIME_SECONDS,
    jti: crypto.randomUUID(),
    token_use: 'access',
  };
  return sign(claims, (await verifierOf(settings.JWT_SECRET)).key, ALGORITHM);
}

const invalid = () => tokenProblem('token_invalid', 'The access token is not valid.');

/** Throws a 401: `token_invalid`, or `token_expired` if it was valid once. */
export async function verifyAccessToken(settings: TokenSettings, token: string): Promise<Bearer> {
  const claims = await readClaims(settings, token);
  if (!isAccess(claims, settings)) throw invalid();
  if (claims.exp <= Math.floor(Date.now() / 1000))
    throw tokenProblem('token_expired', 'The access token has expired.');
  return { user: claims.user_id, session: claims.sid };
}

/** The signature is checked before any claim, the expiry included. */
async function readClaims(settings: TokenSettings, token: string): Promise<Claims> {
  const { JWT_SECRET, JWT_SECRET_PREVIOUS } = settings;
  const claims =
    (await verifySignature(JWT_SECRET, token)) ??
    (JWT_SECRET_PREVIOUS === undefined ? undefined : await verifySignature(JWT_SECRET_PREVIOUS, token));
  if (!claims) throw invalid();
  return claims;
}

async function verifySignature(secret: string, token: string): Promise<Claims | undefined> {
  const { key, claims } = await verifierOf(secret);
  const known = claims.get(token);
  if (known) return known;
  try {
    const fresh = await verify(token, key, { alg: ALGORITHM, exp: false, iat: false, nbf: false });
    if (claims.size >= KEPT_TOKENS_MAX) claims.clear();
    claims.set(token, fresh);
    return fresh;
  } catch {
    // The error is dropped: its message holds the whole token.
    return undefined;
  }
}

interface AccessClaims {
  user_id: number;
  sid: string;
  exp: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every claim is required, and its type is checked (RFC 8725 §3.8 to §3.12). */
function isAccess(claims: Claims, settings: TokenSettings): claims is Claims & AccessClaims {
  const { sub, user_id, sid, iss, aud, iat, exp, nbf, jti, token_use } = claims;
  const now = Math.floor(Date.now() / 1000);
  return (
    token_use === 'access' &&
    iss === settings.JWT_ISSUER &&
    aud === settings.JWT_AUDIENCE &&
    typeof user_id === 'number' &&
    Number.isSafeInteger(user_id) &&
    user_id > 0 &&
    sub === String(user_id) &&
    typeof sid === 'string' &&
    UUID.test(sid) &&
    typeof jti === 'string' &&
    UUID.test(jti) &&
    Number.isSafeInteger(iat) &&
    (iat as number) <= now + LEEWAY_SECONDS &&
    Number.isSafeInteger(exp) &&
    (exp as number) <= (iat as number) + ACCESS_LIFETIME_SECONDS &&
    nbf === undefined
  );
}
