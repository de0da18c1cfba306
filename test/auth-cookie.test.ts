// Sessions of pages: the refresh token is in a cookie.
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newRefreshToken } from '../src/security/refresh';
import { type Answer, api, type Call, withSettings } from './support/api';
import { routes } from './support/document';
import { withFault } from './support/faults';
import { codeMailedTo } from './support/mail';
import { type Person, signUp } from './support/people';
import { sql } from './support/sql';

const OWN = 'https://ledge.example';
/** What a browser adds to a request of a page of the API's own origin. */
const BROWSER = { Origin: OWN, 'Sec-Fetch-Site': 'same-origin' };
const ASKED = { ...BROWSER, 'Ledge-Session': 'cookie' };
const CLEARED = 'ledge_refresh=; Max-Age=0; Path=/auth; HttpOnly; Secure; SameSite=Strict';

const cookieIn = ({ headers }: Answer) => headers.get('set-cookie');
/** The refresh token in an answer's cookie. */
const tokenIn = (answer: Answer) => /^ledge_refresh=([^;]+);/.exec(cookieIn(answer) ?? '')?.[1] as string;
const withCookie = (refresh_token: string) => ({ ...ASKED, Cookie: `ledge_refresh=${refresh_token}` });

const signIn = ({ email, password }: Person, options: Call = {}) =>
  api('POST /auth/login', { headers: ASKED, json: { username: email, password }, ...options });
const refresh = (refresh_token: string, options: Call = {}) =>
  api('POST /auth/refresh', { headers: withCookie(refresh_token), ...options });

/** A person whose browser is signed in: an access token in memory, and a cookie. */
async function signUpInBrowser() {
  const person = await signUp();
  const answer = await signIn(person);
  const refresh_token = tokenIn(answer);
  return {
    person,
    token: answer.body.access_token as string,
    refresh_token,
    session: refresh_token.split('.')[0],
  };
}

const isAlive = async (token: string) => (await api('GET /users/me', { token })).status === 200;

describe('POST /auth/login with Ledge-Session: cookie', () => {
  it('puts the refresh token into a cookie, and not into the body', async () => {
    const answer = await signIn(await signUp());

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_expires_in: 2_592_000,
    });
    expect(cookieIn(answer)).toBe(
      `ledge_refresh=${tokenIn(answer)}; Max-Age=2592000; Path=/auth; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(tokenIn(answer)).toMatch(/^[0-9a-f-]{36}\.[\w-]{64}$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await isAlive(answer.body.access_token)).toBe(true);
  });

  it('sets no cookie without it, nor when the password is wrong', async () => {
    const person = await signUp();

    const plain = await signIn(person, { headers: BROWSER });
    expect(plain.body.refresh_token).toEqual(expect.any(String));
    expect(cookieIn(plain)).toBeNull();
    expect(cookieIn(await signIn({ ...person, password: 'not it, battery staple' }))).toBeNull();
  });

  it('replaces the session of the cookie that came, if it is of the same person', async () => {
    const mine = await signUpInBrowser();
    const other = await signUpInBrowser();

    await signIn(mine.person, { headers: withCookie(mine.refresh_token) });
    await signIn(mine.person, { headers: withCookie(other.refresh_token) });

    expect(await isAlive(mine.token)).toBe(false);
    expect(await isAlive(other.token)).toBe(true);
  });

  it('replaces nothing for a forged cookie', async () => {
    const { person, token, session } = await signUpInBrowser();

    await signIn(person, { headers: withCookie(`${session}.${'A'.repeat(64)}`) });

    expect(await isAlive(token)).toBe(true);
  });

  it('takes grant_type=refresh_token with the cookie, as POST /auth/refresh does', async () => {
    const { refresh_token } = await signUpInBrowser();

    const answer = await api('POST /auth/login', {
      headers: withCookie(refresh_token),
      form: { grant_type: 'refresh_token' },
    });

    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('refresh_token');
    expect(tokenIn(answer)).not.toBe(refresh_token);
  });
});

describe('POST /auth/refresh with Ledge-Session: cookie', () => {
  it('takes the cookie and sets the next one, for as long as the session lasts', async () => {
    const { refresh_token, session } = await signUpInBrowser();
    await sql`UPDATE sessions SET expires_at = now() + interval '1000 s' WHERE id = ${session}::uuid`;

    const answer = await refresh(refresh_token);

    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
    expect(answer.text).not.toContain(tokenIn(answer));
    expect(cookieIn(answer)).toBe(
      `ledge_refresh=${tokenIn(answer)}; Max-Age=${answer.body.refresh_expires_in}; Path=/auth; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(answer.body.refresh_expires_in).toBeGreaterThan(900);
    expect(answer.body.refresh_expires_in).toBeLessThanOrEqual(1000);
    expect((await refresh(tokenIn(answer))).status).toBe(200);
  });

  it('keeps two tabs signed in that refresh at once', async () => {
    const { refresh_token } = await signUpInBrowser();

    const tabs = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);

    expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    const [one, other] = tabs.map(tokenIn);
    expect(one).toBe(other);
    for (const { body } of tabs) expect(await isAlive(body.access_token)).toBe(true);
    expect((await refresh(one as string)).status).toBe(200);
  });

  it('finds the cookie among others', async () => {
    const { refresh_token } = await signUpInBrowser();
    const Cookie = `theme=dark;ledge_refresh_old=x; ledge_refresh=${refresh_token}; xledge_refresh=y`;

    expect((await api('POST /auth/refresh', { headers: { ...ASKED, Cookie } })).status).toBe(200);
  });

  it('answers 422 when a token is in the body, too', async () => {
    const { refresh_token } = await signUpInBrowser();

    for (const given of [refresh_token, 'another']) {
      const answer = await refresh(refresh_token, { json: { refresh_token: given } });
      expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'refresh_token']);
      expect(cookieIn(answer)).toBeNull();
    }
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it('answers 401 without a cookie, or with an empty one', async () => {
    const none = await api('POST /auth/refresh', { headers: ASKED });
    expect([none.status, none.body.code, none.body.error]).toEqual([401, 'token_missing', 'invalid_grant']);
    expect(cookieIn(none)).toBeNull();
    expect((await refresh('')).body.code).toBe('token_invalid');
  });

  it('deletes the cookie of a token that is dead for good', async () => {
    const { refresh_token, token, session } = await signUpInBrowser();
    const forged = await refresh(`${session}.${'A'.repeat(64)}`);
    expect([forged.status, forged.body.code, cookieIn(forged)]).toEqual([401, 'token_invalid', CLEARED]);
    expect((await refresh('nonsense', {})).headers.get('set-cookie')).toBe(CLEARED);
    expect(cookieIn(await refresh(newRefreshToken(env, crypto.randomUUID())))).toBe(CLEARED);
    expect(await isAlive(token)).toBe(true);

    await api('POST /auth/logout', { token });

    const ended = await refresh(refresh_token);
    expect([ended.status, ended.body.code, cookieIn(ended)]).toEqual([401, 'token_revoked', CLEARED]);
  });

  it('keeps the cookie when the database does not answer', async () => {
    const { refresh_token } = await signUpInBrowser();

    const answer = await withFault({ kind: 'unavailable', times: 9 }, () =>
      refresh(refresh_token, { checks: { roundTrips: false } }),
    );

    expect([answer.status, cookieIn(answer)]).toEqual([503, null]);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it('takes neither of two cookies, and deletes none', async () => {
    const [mine, attacker] = [await signUpInBrowser(), await signUpInBrowser()];
    const pair = (...tokens: string[]) => tokens.map((token) => `ledge_refresh=${token}`).join('; ');

    for (const Cookie of [
      pair(mine.refresh_token, attacker.refresh_token),
      pair(attacker.refresh_token, mine.refresh_token),
      pair(mine.refresh_token, mine.refresh_token),
      pair('', mine.refresh_token),
    ]) {
      const answer = await api('POST /auth/refresh', { headers: { ...ASKED, Cookie } });
      expect([answer.status, answer.body.code, cookieIn(answer)]).toEqual([401, 'token_invalid', null]);
    }
    expect((await refresh(mine.refresh_token)).status).toBe(200);
  });
});

describe('a request that a page of another origin makes', () => {
  const FOREIGN: Record<string, Record<string, string>> = {
    'from another site': { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    'from another host of the domain': { Origin: 'https://www.ledge.example', 'Sec-Fetch-Site': 'same-site' },
    'from an old browser': { Origin: 'https://evil.example' },
    'from a sandboxed frame': { Origin: 'null' },
    'from another port': { Origin: `${OWN}:8443` },
    'from a page without TLS': { Origin: 'http://ledge.example' },
    'with a name that begins alike': { Origin: `${OWN}.evil.example` },
    'whose Origin was taken away': { 'Sec-Fetch-Site': 'cross-site' },
    'whose Origin alone is ours': { Origin: OWN, 'Sec-Fetch-Site': 'same-site' },
    'that was typed': { 'Sec-Fetch-Site': 'none' },
  };

  it.each(Object.entries(FOREIGN))('is refused %s, and does nothing', async (_, from) => {
    const { person, refresh_token, token } = await signUpInBrowser();
    const headers = { ...from, 'Ledge-Session': 'cookie', Cookie: `ledge_refresh=${refresh_token}` };

    const refused = [
      await api('POST /auth/refresh', { headers }),
      await signIn(person, { headers }),
      await api('POST /auth/logout', { headers, token }),
    ];

    for (const answer of refused) {
      expect([answer.status, answer.body.code, cookieIn(answer)]).toEqual([403, 'cross_origin', null]);
    }
    expect(await isAlive(token)).toBe(true);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it.each(['https://evil.example', 'https://listed.example', 'http://localhost:5173'])(
    'is not allowed by the preflight: %s',
    async (origin) => {
      for (const path of ['/auth/login', '/auth/refresh', '/auth/logout']) {
        const { headers } = await api(`OPTIONS ${path}`, {
          headers: {
            Origin: origin,
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'ledge-session,content-type',
          },
          fetch: withSettings({ CORS_ORIGINS: 'https://listed.example' }),
        });
        expect(headers.get('access-control-allow-headers') ?? '').not.toMatch(/ledge-session|\*/i);
        expect(headers.has('access-control-allow-credentials')).toBe(false);
      }
    },
  );

  // What a form can send without a preflight.
  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'gains nothing by the cookie alone: %s',
    async (type) => {
      const { refresh_token, token } = await signUpInBrowser();
      const headers = {
        ...FOREIGN['from another site'],
        'Content-Type': type,
        Cookie: `ledge_refresh=${refresh_token}`,
      };

      for (const path of ['/auth/refresh', '/auth/login', '/auth/logout', '/auth/password/reset']) {
        const answer = await api(`POST ${path}`, { headers, body: '' });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(cookieIn(answer)).toBeNull();
      }
      expect(await isAlive(token)).toBe(true);
      expect((await refresh(refresh_token)).status).toBe(200);
    },
  );

  it('signs nobody in: a login without the header sets no cookie', async () => {
    const { email, password } = await signUp();

    const answer = await api('POST /auth/login', {
      headers: FOREIGN['from another site'] as Record<string, string>,
      form: { username: email, password },
    });

    expect(cookieIn(answer)).toBeNull();
  });
});

describe('the cookie', () => {
  it('counts for nothing without the header', async () => {
    const { refresh_token, token } = await signUpInBrowser();
    const headers = { ...BROWSER, Cookie: `ledge_refresh=${refresh_token}` };

    const answer = await api('POST /auth/refresh', { headers });
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'refresh_token']);
    expect((await api('POST /auth/refresh', { headers, json: {} })).status).toBe(422);
    expect((await api('POST /auth/logout', { headers })).body.code).toBe('token_missing');
    expect(await isAlive(token)).toBe(true);
  });

  it('authenticates no call', async () => {
    const { refresh_token } = await signUpInBrowser();
    const people = routes.filter(
      ({ operation: { security = [] } }) => security[0] && security.every(({ bearer }) => bearer),
    );

    expect(people.length).toBeGreaterThan(20);
    for (const { method, template } of people) {
      const path = template.replaceAll(/\{[^}]+\}/g, '1');
      const answer = await api(`${method} ${path}`, { headers: withCookie(refresh_token) });
      expect([template, answer.status]).toEqual([template, 401]);
    }
  });

  it('is set and deleted below /auth, and by the deletion of an account, alone', () => {
    const settingIt = routes.filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === 'Ledge-Session'),
    );

    expect(settingIt.map(({ name }) => name).sort()).toEqual([
      'DELETE /auth/sessions',
      'DELETE /auth/sessions/{id}',
      'DELETE /users/me',
      'POST /auth/login',
      'POST /auth/logout',
      'POST /auth/password/reset',
      'POST /auth/refresh',
    ]);
    for (const { operation } of settingIt) {
      expect(JSON.stringify(operation.responses[403])).toContain('cross_origin');
      expect(Object.values(operation.responses).some(({ headers }) => headers?.['Set-Cookie'])).toBe(true);
    }
  });

  it.each(['Cookie', 'cookie2', 'cookie, cookie', '1', 'true'])('is not asked for by %s', async (value) => {
    const { refresh_token } = await signUpInBrowser();

    const answer = await api('POST /auth/refresh', {
      headers: { ...withCookie(refresh_token), 'Ledge-Session': value },
    });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'Ledge-Session']);
  });

  it('is out of reach for whoever has the access token alone, which ends with the session', async () => {
    const { refresh_token, token } = await signUpInBrowser();

    const sessions = await api('GET /auth/sessions', { token });
    expect(sessions.text).not.toContain(refresh_token.split('.')[1]);
    expect((await api('POST /auth/refresh', { headers: ASKED, token })).body.code).toBe('token_missing');
    expect((await refresh(token)).body.code).toBe('token_invalid');
    expect((await api('POST /auth/refresh', { json: { refresh_token: token } })).status).toBe(401);

    await api('POST /auth/logout', {
      token: (await refresh(refresh_token)).body.access_token,
      headers: ASKED,
    });

    expect(await isAlive(token)).toBe(false);
  });
});

describe('the end of a session', () => {
  type Browser = Awaited<ReturnType<typeof signUpInBrowser>>;
  const ENDS: Record<string, (browser: Browser) => Promise<Answer>> = {
    'a sign-out': ({ token, refresh_token }) =>
      api('POST /auth/logout', { token, headers: withCookie(refresh_token) }),
    'a sign-out everywhere': ({ token, refresh_token }) =>
      api('DELETE /auth/sessions', { token, headers: withCookie(refresh_token) }),
    'the end of this session by its id': ({ token, refresh_token, session }) =>
      api(`DELETE /auth/sessions/${session}`, { token, headers: withCookie(refresh_token) }),
    'a reset of the password': async ({ person, token, refresh_token }) => {
      await api('POST /auth/password/forgot', { json: { email: person.email } });
      const code = await codeMailedTo(person.email);
      const json = { email: person.email, code, new_password: 'a newer battery staple' };
      return api('POST /auth/password/reset', { token, headers: withCookie(refresh_token), json });
    },
    // Its path is another one: the cookie does not come.
    'the deletion of the account': ({ person, token }) =>
      api('DELETE /users/me', { token, headers: ASKED, json: { current_password: person.password } }),
  };

  it.each(Object.entries(ENDS))('by %s deletes the cookie', async (_, end) => {
    const browser = await signUpInBrowser();

    const answer = await end(browser);

    expect([answer.status, cookieIn(answer)]).toEqual([204, CLEARED]);
    expect((await refresh(browser.refresh_token)).body.code).toBe('token_revoked');
    expect(await isAlive(browser.token)).toBe(false);
  });

  it('everywhere ends that of another browser, too', async () => {
    const { person, token } = await signUpInBrowser();
    const elsewhere = await signIn(person);

    await api('DELETE /auth/sessions', { token, headers: ASKED });

    const answer = await refresh(tokenIn(elsewhere));
    expect([answer.body.code, cookieIn(answer)]).toEqual(['token_revoked', CLEARED]);
    expect(await isAlive(elsewhere.body.access_token)).toBe(false);
  });

  it('leaves the cookie alone if another session ends, or the header does not ask', async () => {
    const { person, token, refresh_token } = await signUpInBrowser();
    const other = await signIn(person);
    const headers = withCookie(refresh_token);

    const answers = [
      await api(`DELETE /auth/sessions/${tokenIn(other).split('.')[0]}`, { token, headers }),
      await api('DELETE /auth/sessions?keep_current=true', { token, headers }),
      // The tab of somebody else, who signed in earlier in the same browser.
      await api('POST /auth/logout', { token: (await signUp()).token, headers }),
      await api('POST /auth/logout', { token, headers: { ...headers, 'Ledge-Session': '' } }),
    ];

    expect(answers.map(cookieIn)).toEqual([null, null, null, null]);
  });
});
