import { sign } from 'hono/jwt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../src/problems';
import {
  ACCESS_LIFETIME_SECONDS,
  issueAccessToken,
  KEPT_TOKENS_MAX,
  keptTokens,
  verifyAccessToken,
} from '../src/security/token';

const bearer = { user: 7, session: 'a1b2c3d4-0000-4000-8000-000000000000' };

/** Settings with a secret that no other test uses. */
const newSettings = () => ({
  JWT_SECRET: `a secret of this test: ${crypto.randomUUID()}`,
  JWT_SECRET_PREVIOUS: undefined as string | undefined,
  JWT_ISSUER: 'ledge',
  JWT_AUDIENCE: 'readers',
});

const errorCodeOf = (settings: ReturnType<typeof newSettings>, token: string) =>
  verifyAccessToken(settings, token).then(
    () => undefined,
    ({ code }: Problem) => code,
  );

describe('a token that this isolate has verified', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not verified again', async () => {
    const settings = newSettings();
    const token = await issueAccessToken(settings, bearer);
    const signatures = vi.spyOn(crypto.subtle, 'verify');

    for (let i = 0; i < 3; i += 1) expect(await verifyAccessToken(settings, token)).toEqual(bearer);

    expect(signatures).toHaveBeenCalledTimes(1);
    expect(keptTokens(settings.JWT_SECRET)).toBe(1);
    signatures.mockRestore();
  });

  it('is refused as soon as it expires', async () => {
    const settings = newSettings();
    const token = await issueAccessToken(settings, bearer);
    expect(await errorCodeOf(settings, token)).toBeUndefined();

    vi.setSystemTime(Date.now() + (ACCESS_LIFETIME_SECONDS - 1) * 1_000);
    expect(await errorCodeOf(settings, token)).toBeUndefined();
    vi.setSystemTime(Date.now() + 1_000);
    expect(await errorCodeOf(settings, token)).toBe('token_expired');
  });

  it.each([
    ['issuer', { JWT_ISSUER: 'somebody else' }],
    ['audience', { JWT_AUDIENCE: 'writers' }],
    ['secret', { JWT_SECRET: 'another secret that is long enough' }],
  ])('is refused with another %s', async (_, change) => {
    const settings = newSettings();
    const token = await issueAccessToken(settings, bearer);
    expect(await errorCodeOf(settings, token)).toBeUndefined();

    expect(await errorCodeOf({ ...settings, ...change }, token)).toBe('token_invalid');
  });

  it('is accepted while its secret is the previous one, and refused after that', async () => {
    const old = newSettings();
    const token = await issueAccessToken(old, bearer);
    expect(await errorCodeOf(old, token)).toBeUndefined();
    const next = newSettings();

    expect(await errorCodeOf({ ...next, JWT_SECRET_PREVIOUS: old.JWT_SECRET }, token)).toBeUndefined();
    expect(await errorCodeOf(next, token)).toBe('token_invalid');
  });
});

describe('the cache of verified tokens', () => {
  it('is never larger than its limit', async () => {
    const settings = newSettings();
    const now = Math.floor(Date.now() / 1000);
    const encoder = new TextEncoder();
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', encoder.encode(settings.JWT_SECRET), hmac, false, [
      'sign',
    ]);
    let most = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const token = await sign(
        {
          sub: '7',
          user_id: 7,
          sid: bearer.session,
          iss: settings.JWT_ISSUER,
          aud: settings.JWT_AUDIENCE,
          iat: now,
          exp: now + ACCESS_LIFETIME_SECONDS,
          jti: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
          token_use: 'access',
        },
        key,
        'HS256',
      );
      expect(await verifyAccessToken(settings, token)).toEqual(bearer);
      most = Math.max(most, keptTokens(settings.JWT_SECRET));
    }

    expect(most).toBe(KEPT_TOKENS_MAX);
  });

  it('has no token with a wrong signature', async () => {
    const settings = newSettings();
    const token = await issueAccessToken(
      { ...settings, JWT_SECRET: 'another secret that is long enough' },
      bearer,
    );

    expect(await errorCodeOf(settings, token)).toBe('token_invalid');
    expect(keptTokens(settings.JWT_SECRET)).toBe(0);
  });
});
