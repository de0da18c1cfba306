import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { digestOf, newRefreshToken, openSuccessor } from '../src/security/refresh';
import { api, withSettings } from './support/api';
import { signIn, signUp } from './support/people';
import { sql } from './support/sql';

const refresh = (refresh_token: string) => api('POST /auth/refresh', { json: { refresh_token } });
const sessionOf = (refresh_token: string) => refresh_token.split('.')[0] as string;
const age = (refresh_token: string, seconds: number) =>
  sql`UPDATE sessions SET rotated_at = rotated_at - make_interval(secs => ${seconds}::integer) WHERE id = ${sessionOf(refresh_token)}::uuid`;

describe('POST /auth/refresh', () => {
  it('answers a new pair of tokens that works', async () => {
    const person = await signUp();

    const { status, body, headers } = await refresh(person.refresh_token);

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_token: expect.any(String),
      refresh_expires_in: expect.any(Number),
    });
    expect(body.refresh_token).not.toBe(person.refresh_token);
    expect((await api('GET /users/me', { token: body.access_token })).status).toBe(200);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  it('answers the same successor for the previous token within the grace period', async () => {
    const person = await signUp();
    const first = await refresh(person.refresh_token);

    const second = await refresh(person.refresh_token);

    expect(second.status).toBe(200);
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect((await refresh(first.body.refresh_token)).status).toBe(200);
  });

  it('answers the same successor when the secret was changed in between', async () => {
    const person = await signUp();
    const first = await refresh(person.refresh_token);
    const settings = {
      JWT_SECRET: 'a secret of its own, long enough by now',
      JWT_SECRET_PREVIOUS: env.JWT_SECRET,
    };
    const refreshLater = (refresh_token: string) =>
      api('POST /auth/refresh', { json: { refresh_token }, fetch: withSettings(settings) });

    const second = await refreshLater(person.refresh_token);

    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect((await refreshLater(first.body.refresh_token)).status).toBe(200);
  });

  // A change of the key is under way: each isolate has other settings.
  const LATER = 'a secret of tomorrow, long enough by now';
  const ISOLATES: Record<string, Record<string, string | undefined>> = {
    'the old key alone': {},
    'the new key and the old one': { JWT_SECRET: LATER, JWT_SECRET_PREVIOUS: env.JWT_SECRET },
    'the new key alone': { JWT_SECRET: LATER, JWT_SECRET_PREVIOUS: undefined },
  };
  const PAIRS = Object.keys(ISOLATES).flatMap((one) => Object.keys(ISOLATES).map((other) => [one, other]));
  it.each(PAIRS)(
    'answers the same successor within the grace period to two tabs of isolates with %s and %s',
    async (one, other) => {
      const person = await signUp();
      const refreshAt = (isolate: string | undefined, refresh_token: string) =>
        api('POST /auth/refresh', {
          json: { refresh_token },
          fetch: withSettings(ISOLATES[isolate as string] ?? {}),
        });

      const first = await refreshAt(one, person.refresh_token);
      const second = await refreshAt(other, person.refresh_token);

      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body.refresh_token).toBe(first.body.refresh_token);
      for (const isolate of [other, one, other]) {
        const next = await refreshAt(isolate, first.body.refresh_token);
        expect([isolate, next.status]).toEqual([isolate, 200]);
      }
      expect((await api('GET /auth/sessions', { token: person.token })).body.data).toHaveLength(1);
    },
  );

  it('stores no token that could be read without the one before', async () => {
    const person = await signUp();
    const { body } = await refresh(person.refresh_token);

    const [row] = await sql`
      SELECT encode(sealed_successor, 'hex') AS sealed, encode(token_digest, 'hex') AS digest
        FROM sessions WHERE id = ${person.session}::uuid`;
    expect(openSuccessor(person.refresh_token, row?.sealed)).toBe(body.refresh_token);
    expect(digestOf(openSuccessor(body.refresh_token, row?.sealed))).not.toBe(row?.digest);
  });

  it('ends the session when the previous token is used after the grace period', async () => {
    const person = await signUp();
    const { body: next } = await refresh(person.refresh_token);
    await age(person.refresh_token, 11);

    const replay = await refresh(person.refresh_token);

    expect(replay.status).toBe(401);
    expect(replay.body.code).toBe('token_revoked');
    expect((await refresh(next.refresh_token)).body.code).toBe('token_revoked');
    expect((await api('GET /users/me', { token: next.access_token })).body.code).toBe('token_revoked');
  });

  it('ends the session, with its newest token, when an older token is used', async () => {
    const person = await signUp();
    const { body: child } = await refresh(person.refresh_token);
    const { body: grandchild } = await refresh(child.refresh_token);

    expect((await refresh(person.refresh_token)).body.code).toBe('token_revoked');
    expect((await refresh(grandchild.refresh_token)).status).toBe(401);
    expect((await api('GET /users/me', { token: grandchild.access_token })).status).toBe(401);
  });

  it('never extends the lifetime of the session', async () => {
    const person = await signUp();
    await sql`UPDATE sessions SET expires_at = now() + interval '100 s' WHERE id = ${sessionOf(person.refresh_token)}::uuid`;

    const { body } = await refresh(person.refresh_token);

    expect(body.refresh_expires_in).toBeGreaterThan(90);
    expect(body.refresh_expires_in).toBeLessThanOrEqual(100);
  });

  it('answers 401 when the session has expired', async () => {
    const person = await signUp();
    await sql`UPDATE sessions SET expires_at = now() WHERE id = ${sessionOf(person.refresh_token)}::uuid`;

    expect((await refresh(person.refresh_token)).body.code).toBe('token_revoked');
    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
  });

  const FORGED: [what: string, forge: (refresh_token: string) => string][] = [
    ['no secret', (token) => token.replace(/\..*/, `.${'A'.repeat(64)}`)],
    ['one changed character', (token) => token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['the first half of the secret', (token) => token.slice(0, -22) + 'A'.repeat(22)],
    ['the secret of another session', () => newRefreshToken(env, crypto.randomUUID())],
  ];
  it.each(FORGED)('does nothing to the session for a token of its id with %s', async (_, forge) => {
    const person = await signUp();
    const { body: child } = await refresh(person.refresh_token);
    const forged = `${person.session}.${forge(child.refresh_token).split('.')[1]}`;

    for (let i = 0; i < 2; i += 1) {
      const { status, body, headers } = await refresh(forged);
      expect([status, body.code]).toEqual([401, 'token_invalid']);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }

    expect((await api('GET /users/me', { token: child.access_token })).status).toBe(200);
    expect((await refresh(child.refresh_token)).status).toBe(200);
  });

  it('knows a token that comes again after many others, and after a change of the secret', async () => {
    const person = await signUp();
    const settings = {
      JWT_SECRET: 'the secret after, long enough by now',
      JWT_SECRET_PREVIOUS: env.JWT_SECRET,
    };
    const refreshLater = (refresh_token: string) =>
      api('POST /auth/refresh', { json: { refresh_token }, fetch: withSettings(settings) });
    let newest = (await refresh(person.refresh_token)).body.refresh_token;
    const second = newest;
    for (let i = 0; i < 12; i += 1) newest = (await refreshLater(newest)).body.refresh_token;

    expect((await refreshLater(second)).body.code).toBe('token_revoked');
    expect((await refreshLater(newest)).body.code).toBe('token_revoked');
  });

  it('takes the newest token although both secrets are others by now, but ends nothing for an older one', async () => {
    const person = await signUp();
    const { body: child } = await refresh(person.refresh_token);
    const { body: grandchild } = await refresh(child.refresh_token);
    const fetch = withSettings({ JWT_SECRET: 'a third secret, long enough by now too' });
    const refreshLater = (refresh_token: string) =>
      api('POST /auth/refresh', { json: { refresh_token }, fetch });

    expect((await refreshLater(person.refresh_token)).body.code).toBe('token_invalid');
    expect((await refreshLater(grandchild.refresh_token)).status).toBe(200);
  });

  it.each([
    ['an access token', async () => (await signUp()).token],
    ['nonsense', async () => 'nonsense'],
    ['the id of a session alone', async () => sessionOf((await signUp()).refresh_token)],
    ['an older form of token', async () => (await signUp()).refresh_token.slice(0, -21)],
    ['a short secret', async () => (await signUp()).refresh_token.slice(0, -1)],
  ])('answers 401 for %s', async (_, make) => {
    const { status, body } = await refresh(await make());

    expect(status).toBe(401);
    expect(body.code).toBe('token_invalid');
  });

  it('answers 422 without a token', async () => {
    expect((await api('POST /auth/refresh', { json: {} })).status).toBe(422);
  });

  it('refuses a refresh token as an access token', async () => {
    const person = await signUp();

    const { status, body } = await api('GET /users/me', { token: person.refresh_token });

    expect(status).toBe(401);
    expect(body.code).toBe('token_invalid');
  });
});

describe('POST /auth/logout', () => {
  it('ends this session and no other', async () => {
    const person = await signUp();
    const other = await signIn(person);

    expect((await api('POST /auth/logout', { token: person.token })).status).toBe(204);

    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
    expect((await api('POST /auth/logout', { token: person.token })).body.code).toBe('token_revoked');
    expect((await refresh(person.refresh_token)).status).toBe(401);
    expect((await api('GET /users/me', { token: other.token })).status).toBe(200);
  });
});

describe('GET /auth/sessions', () => {
  it('lists the sessions of the caller, newest first', async () => {
    const person = await signUp();
    await signUp();
    const other = await signIn(person);

    const { status, body } = await api('GET /auth/sessions', { token: person.token });

    expect(status).toBe(200);
    expect(body.data.map(({ id, current }: Record<string, unknown>) => [id, current])).toEqual([
      [sessionOf(other.refresh_token), false],
      [sessionOf(person.refresh_token), true],
    ]);
    expect(Object.keys(body.data[0])).toEqual(['id', 'created_at', 'last_used_at', 'user_agent', 'current']);
  });

  it('has pages', async () => {
    const person = await signUp();
    await signIn(person);
    await signIn(person);

    const ids = [];
    for (let cursor = ''; ; ) {
      const { body } = await api(`GET /auth/sessions?limit=1${cursor}`, { token: person.token });
      ids.push(body.data[0].id);
      if (body.page.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(body.page.next_cursor)}`;
    }
    expect(new Set(ids).size).toBe(3);
  });
});

describe('DELETE /auth/sessions/{id}', () => {
  it('ends that session', async () => {
    const person = await signUp();
    const other = await signIn(person);
    const path = `/auth/sessions/${sessionOf(other.refresh_token)}`;

    expect((await api(`DELETE ${path}`, { token: person.token })).status).toBe(204);

    expect((await api('GET /users/me', { token: other.token })).body.code).toBe('token_revoked');
    expect((await api('GET /users/me', { token: person.token })).status).toBe(200);
    expect((await api(`DELETE ${path}`, { token: person.token })).body.code).toBe('session_not_found');
  });

  it('answers 404 for a session of somebody else', async () => {
    const [person, stranger] = [await signUp(), await signUp()];

    const { status } = await api(`DELETE /auth/sessions/${sessionOf(stranger.refresh_token)}`, {
      token: person.token,
    });

    expect(status).toBe(404);
    expect((await api('GET /users/me', { token: stranger.token })).status).toBe(200);
  });

  it('answers 422 for an invalid id', async () => {
    const person = await signUp();

    expect((await api('DELETE /auth/sessions/12', { token: person.token })).status).toBe(422);
  });
});

describe('DELETE /auth/sessions', () => {
  it('ends all of them', async () => {
    const person = await signUp();
    const other = await signIn(person);

    expect((await api('DELETE /auth/sessions', { token: person.token })).status).toBe(204);

    for (const { token } of [person, other]) expect((await api('GET /users/me', { token })).status).toBe(401);
  });

  it('keeps this one with keep_current=true', async () => {
    const person = await signUp();
    const other = await signIn(person);

    expect((await api('DELETE /auth/sessions?keep_current=true', { token: person.token })).status).toBe(204);

    expect((await api('GET /users/me', { token: other.token })).status).toBe(401);
    expect((await api('GET /users/me', { token: person.token })).status).toBe(200);
  });
});
