import { sign, verify } from 'hono/jwt';
import type { Settings } from '../env';
import { tokenProblem } from '../problems';

export const ACCESS_LIFETIME_SECONDS = 30 * 60;
/** Clocks of two of Cloudflare's machines may differ by this much. */
const LEEWAY_SECONDS = 5;
const ALGORITHM = 'HS256';

type TokenSettings = Pick<Settings, 'JWT_SECRET' | 'JWT_SECRET_PREVIOUS' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;

/** Whom a verified token speaks for. */
export interface Bearer {
  user: number;
  session: string;
}

type Claims = Record<string, unknown>;

/** What this isolate has done for one secret, and need not do again. */
interface Verifier {
  key: CryptoKey;
  /** The claims of tokens whose signature is right. Of a token, only that stays true: all else is checked each time. */
  claims: Map<string, Claims>;
}

/** As many people as an isolate meets within a token's lifetime; some 2 MB. */
export const KEPT_TOKENS_MAX = 2_000;

/** By secret, so that what an old one signed is worth nothing once it is gone. */
const verifiers = new Map<string, Verifier>();

/** RFC 8725 §3.2: a key is for one algorithm. Its import costs as much as a signature. */
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

/** How many tokens of this secret are kept. */
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

/** Throws a 401 problem: `token_invalid`, or `token_expired` for a token that was ours. */
export async function verifyAccessToken(settings: TokenSettings, token: string): Promise<Bearer> {
  const claims = await readClaims(settings, token);
  if (!isAccess(claims, settings)) throw invalid();
  if (claims.exp <= Math.floor(Date.now() / 1000))
    throw tokenProblem('token_expired', 'The access token has expired.');
  return { user: claims.user_id, session: claims.sid };
}

/** The signature comes first: what an unsigned token claims, its expiry included, is nobody's business. */
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
    // The error's message holds the whole token: it goes nowhere.
    return undefined;
  }
}

interface AccessClaims {
  user_id: number;
  sid: string;
  exp: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every claim is required and of its own type (RFC 8725 §3.8 to §3.12). */
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
