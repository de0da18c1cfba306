// Passwords have one spelling, whatever keyboard typed them; a NUL is refused wherever a secret is taken.
import { beforeAll, describe, expect, it } from 'vitest';
import { api, type Call } from './support/api';
import { PASSWORD, type Person, signUp, unusedName } from './support/people';

const login = (username: string, password: string) =>
  api('POST /auth/login', { form: { username, password } });

async function register(password: string) {
  const username = unusedName();
  const answer = await api('POST /users', { json: { email: `${username}@example.com`, username, password } });
  return { ...answer, username };
}

describe('a password', () => {
  it.each([
    ['an accent', 'Zürich café 1', 'NFC', 'NFD'],
    ['Hangul', '비밀번호는 안전하다', 'NFD', 'NFC'],
    ['two marks', 'tiếng Việt mạnh', 'NFD', 'NFC'],
  ] as const)('with %s is the same composed and decomposed', async (_, password, set, typed) => {
    const { status, username } = await register(password.normalize(set));
    expect(status).toBe(201);
    const session = await login(username, password.normalize(typed));
    expect(session.status).toBe(200);
    const token = session.body.access_token;

    const next = `${password} 2`;
    const changed = await api('PUT /auth/password', {
      token,
      json: { current_password: password.normalize(typed), new_password: next.normalize(typed) },
    });
    expect(changed.status).toBe(204);
    expect((await login(username, next.normalize(set))).status).toBe(200);
    const email = await api('PATCH /users/me', {
      token,
      json: { email: `${unusedName()}@example.com`, current_password: next.normalize(set) },
    });
    expect(email.status).toBe(200);
    const json = { current_password: next.normalize(typed) };
    expect((await api('DELETE /users/me', { token, json })).status).toBe(204);
  });

  it('is the same with any kind of space, and another with a full-width letter or another case', async () => {
    const { username } = await register(' rooftops full of tomatoes ');

    expect((await login(username, '\u00a0rooftops\u3000full\u2003of tomatoes ')).status).toBe(200);
    for (const other of [
      'rooftops full of tomatoes',
      ' ｒooftops full of tomatoes ',
      ' Rooftops full of tomatoes ',
    ])
      expect((await login(username, other)).status).toBe(401);
  });

  it('is counted after NFC', async () => {
    expect((await register('e\u0301'.repeat(7))).body.errors).toMatchObject([{ code: 'too_short' }]);
    expect((await register('e\u0301u\u0308'.repeat(4))).status).toBe(201);
    expect((await register('e\u0301u\u0308'.repeat(64))).status).toBe(201);
    expect((await register(`${'e\u0301u\u0308'.repeat(64)}x`)).body.errors).toMatchObject([
      { code: 'too_long' },
    ]);
  });

  it('may hold what is invisible, and is not trimmed', async () => {
    const password = '\u200b\ttomatoes\u202e ';
    const { username } = await register(password);

    expect((await login(username, password)).status).toBe(200);
    expect((await login(username, password.trim())).status).toBe(401);
    expect((await login(username, password.replace('\u200b', ''))).status).toBe(401);
  });
});

describe('a secret with NUL or half a surrogate pair', () => {
  let me: Person;
  beforeAll(async () => {
    me = await signUp();
  });

  const NEXT = 'another battery staple';
  const PLACES: [call: string, path: string, send: (secret: string) => Call, secret: () => string][] = [
    [
      'POST /auth/login',
      'password',
      (password) => ({ json: { username: me.email, password } }),
      () => PASSWORD,
    ],
    [
      'POST /auth/login',
      'username',
      (username) => ({ json: { username, password: PASSWORD } }),
      () => me.email,
    ],
    [
      'PUT /auth/password',
      'current_password',
      (current_password) => ({ json: { current_password, new_password: NEXT } }),
      () => PASSWORD,
    ],
    [
      'PUT /auth/password',
      'new_password',
      (new_password) => ({ json: { current_password: PASSWORD, new_password } }),
      () => NEXT,
    ],
    [
      'POST /auth/password/reset',
      'new_password',
      (new_password) => ({ json: { email: me.email, code: 'ABCD2345', new_password } }),
      () => NEXT,
    ],
    [
      'POST /auth/password/reset',
      'code',
      (code) => ({ json: { email: me.email, code, new_password: NEXT } }),
      () => 'ABCD2345',
    ],
    ['POST /auth/email/verify', 'code', (code) => ({ json: { code } }), () => 'ABCD2345'],
    [
      'POST /auth/refresh',
      'refresh_token',
      (refresh_token) => ({ json: { refresh_token } }),
      () => me.refresh_token,
    ],
    [
      'PATCH /users/me',
      'current_password',
      (current_password) => ({ json: { email: 'a@example.com', current_password } }),
      () => PASSWORD,
    ],
    [
      'DELETE /users/me',
      'current_password',
      (current_password) => ({ json: { current_password } }),
      () => PASSWORD,
    ],
    ['POST /users', 'password', (password) => ({ json: { email: 'nul@example.com', password } }), () => NEXT],
  ];

  it.each(PLACES)('is refused by %s as %s', async (call, path, send, secret) => {
    for (const change of [`${secret()}\0`, `\0${secret()}`, `${secret()}\ud800`, `\udc00${secret()}`]) {
      const { status, body } = await api(call, { token: me.token, ...send(change) });

      expect([status, body.errors?.map((fault: { path: string }) => fault.path)]).toEqual([422, [path]]);
    }
  });

  it('is refused in a form too', async () => {
    expect((await login(me.email, `${PASSWORD}\0`)).status).toBe(422);
    expect((await login(me.email, PASSWORD)).status).toBe(200);
  });
});
