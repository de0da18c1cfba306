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

/** Importing a key costs as much as a signature check: each is imported once (RFC 8725 §3.2: for one algorithm). */
const keys = new Map<string, Promise<CryptoKey>>();

function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, ['sign', 'verify']);
    keys.set(secret, key);
  }
  return key;
}

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
  return sign(claims, await keyOf(settings.JWT_SECRET), ALGORITHM);
}

const invalid = () => tokenProblem('token_invalid', 'The access token is not valid.');

/** Throws a 401 problem: `token_invalid`, or `token_expired` for a token that was ours. */
export async function verifyAccessToken(settings: TokenSettings, token: string): Promise<Bearer> {
  const claims = await verified(settings, token);
  if (!isAccess(claims, settings)) throw invalid();
  if (claims.exp <= Math.floor(Date.now() / 1000))
    throw tokenProblem('token_expired', 'The access token has expired.');
  return { user: claims.user_id, session: claims.sid };
}

/** The signature comes first: what an unsigned token claims, its expiry included, is nobody's business. */
async function verified(settings: TokenSettings, token: string): Promise<Record<string, unknown>> {
  const options = { alg: ALGORITHM, exp: false, iat: false, nbf: false } as const;
  try {
    return await verify(token, await keyOf(settings.JWT_SECRET), options);
  } catch {
    // The error's message holds the whole token: it goes nowhere.
    if (settings.JWT_SECRET_PREVIOUS === undefined) throw invalid();
  }
  try {
    return await verify(token, await keyOf(settings.JWT_SECRET_PREVIOUS), options);
  } catch {
    throw invalid();
  }
}

interface AccessClaims {
  user_id: number;
  sid: string;
  exp: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every claim is required and of its own type (RFC 8725 §3.8 to §3.12). */
function isAccess(
  claims: Record<string, unknown>,
  settings: TokenSettings,
): claims is Record<string, unknown> & AccessClaims {
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
