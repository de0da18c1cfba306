import { env } from 'cloudflare:workers';
import { verify } from 'hono/jwt';
import { describe, expect, it } from 'vitest';
import { type Answer, api, type Call } from './support/api';
import { countDerivations } from './support/count-derivations';
import { withFault } from './support/faults';
import { type Person, signUp, unusedName } from './support/people';
import { sql } from './support/sql';

const HALF_HOUR = 30 * 60;
const THIRTY_DAYS = 30 * 24 * 60 * 60;

const login = (call: Call) => api('POST /auth/login', call);

function expectSignedIn({ status, body }: Answer) {
  expect(status).toBe(200);
  expect(body).toMatchObject({
    token_type: 'bearer',
    expires_in: HALF_HOUR,
    refresh_expires_in: THIRTY_DAYS,
  });
  expect(body.refresh_token.length).toBeGreaterThan(43);
}

describe('POST /auth/login', () => {
  const WAYS: [string, (person: Person) => Call][] = [
    ['a username, as JSON', ({ username, password }) => ({ json: { username, password } })],
    ['an email, as JSON', ({ email, password }) => ({ json: { username: email, password } })],
    [
      'an email in another case',
      ({ email, password }) => ({ json: { username: email.toUpperCase(), password } }),
    ],
    [
      'a username in another case',
      ({ username, password }) => ({ json: { username: username.toUpperCase(), password } }),
    ],
    [
      'a name with spaces around it',
      ({ username, password }) => ({ json: { username: ` ${username} `, password } }),
    ],
    ['the password form', ({ username, password }) => ({ form: { username, password } })],
    [
      'the password form with all its fields',
      ({ email, password }) => ({
        form: {
          grant_type: 'password',
          username: email,
          password,
          scope: '',
          client_id: '',
          client_secret: '',
        },
      }),
    ],
    ['a multipart form', ({ username, password }) => ({ body: multipart({ username, password }) })],
  ];

  it.each(WAYS)('accepts %s', async (_, call) => {
    expectSignedIn(await login(call(await signUp())));
  });

  it('answers 422 for another grant_type than password', async () => {
    const { username, password } = await signUp();

    const { status, body } = await login({ form: { username, password, grant_type: 'client_credentials' } });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: 'grant_type' }]);
  });

  function multipart(fields: Record<string, string>): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  }

  it('answers an access token that has the documented claims and works', async () => {
    const { id, username, password } = await signUp();

    const { body, headers } = await login({ json: { username, password } });

    const claims = await verify(body.access_token, env.JWT_SECRET, 'HS256');
    expect(Object.keys(claims).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'token_use', 'user_id'].sort(),
    );
    expect(claims).toMatchObject({ sub: String(id), user_id: id, token_use: 'access' });
    expect(claims).toMatchObject({ iss: env.JWT_ISSUER, aud: env.JWT_AUDIENCE });
    expect((claims.exp as number) - (claims.iat as number)).toBe(HALF_HOUR);
    expect(headers.get('cache-control')).toBe('no-store');
    const me = await api('GET /users/me', { token: body.access_token });
    expect([me.status, me.body.id]).toEqual([200, id]);
  });

  it('opens a new session each time, and stores only a digest of its refresh token', async () => {
    const { id, username, password } = await signUp();

    const [one, two] = [
      await login({ json: { username, password } }),
      await login({ json: { username, password } }),
    ];

    expect(one.body.access_token).not.toBe(two.body.access_token);
    expect(one.body.refresh_token).not.toBe(two.body.refresh_token);
    const rows = await sql`SELECT row_to_json(sessions)::text AS session FROM sessions WHERE user_id = ${id}`;
    expect(rows).toHaveLength(3);
    for (const { body } of [one, two]) {
      const [, secret = body.refresh_token] = body.refresh_token.split('.');
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
  });

  it('gives the same answer after the same work for an unknown name and a wrong password', async () => {
    const { username, email } = await signUp();
    const attempt = async (name: string) => {
      const headers = { 'X-Request-Id': 'the-same' };
      let answer: Answer | undefined;
      const cost = await countDerivations(async () => {
        answer = await login({ json: { username: name, password: 'wrong password' }, headers });
      });
      return { cost, status: answer?.status, text: answer?.text, headers: [...(answer?.headers ?? [])] };
    };

    const wrong = await attempt(username);

    expect(wrong.status).toBe(401);
    expect(JSON.parse(wrong.text as string)).toMatchObject({ code: 'invalid_credentials' });
    expect(wrong.cost.iterations).toBe(600_000);
    for (const name of [email, unusedName(), `${unusedName()}@example.com`, 'no name at all', "' OR 1=1 --"])
      expect(await attempt(name)).toEqual(wrong);
  });

  it.each([
    '',
    ' ',
    'correct horse battery stapl',
    'Correct horse battery staple',
    ' correct horse battery staple',
  ])('refuses the password %j', async (password) => {
    const { username } = await signUp();

    expect((await login({ json: { username, password } })).status).toBe(password === '' ? 422 : 401);
  });

  it.each([
    {},
    { username: 'ada' },
    { password: 'x' },
    { username: '', password: 'x' },
    { username: 'ada', password: '' },
  ])('says which field is missing in %j, in a form and in JSON', async (fields) => {
    const missing = ['username', 'password'].filter((name) => !(fields as Record<string, string>)[name]);
    const form = Object.keys(fields).length > 0 ? fields : { scope: '' };
    for (const call of [{ json: fields }, { form: form as Record<string, string> }]) {
      const { status, body } = await login(call);

      expect(status).toBe(422);
      expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(missing);
    }
  });

  it.each([{ username: ['ada'] }, { username: 1 }, { username: null }, { username: { $ne: '' } }])(
    'refuses %j as a name',
    async (fields) => {
      expect((await login({ json: { password: 'x', ...fields } })).status).toBe(422);
    },
  );

  it('refuses a repeated field, and a file as a field', async () => {
    const { username, password } = await signUp();
    const twice = new FormData();
    for (const value of [username, 'other']) twice.append('username', value);
    twice.set('password', password);
    const file = new FormData();
    file.set('username', new Blob([username]), 'name.txt');
    file.set('password', password);

    for (const body of [twice, file]) expect((await login({ body })).status).toBe(422);
    const urlencoded = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `username=${username}&username=other&password=x`;
    expect((await login({ body, headers: urlencoded })).status).toBe(422);
  });

  it('answers 400 for an invalid multipart body', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };

    expect((await login({ body: 'nothing of the kind', headers })).status).toBe(400);
    expect((await login({ body: 'x', headers: { 'Content-Type': 'multipart/form-data' } })).status).toBe(400);
  });
});

describe('a token endpoint', () => {
  type Fields = Record<string, string>;
  const refresh = (call: Call) => api('POST /auth/refresh', call);
  const WAYS: [string, (fields: Fields) => Call][] = [
    ['a form', (form) => ({ form })],
    ['JSON', (json) => ({ json })],
  ];
  const TOKEN_ENDPOINTS = [
    ['/auth/login', login],
    ['/auth/refresh', refresh],
  ] as const;

  it.each(WAYS)('takes a refresh as %s at either path', async (_, call) => {
    let { refresh_token } = await signUp();
    for (const [, ask] of [...TOKEN_ENDPOINTS, ...TOKEN_ENDPOINTS]) {
      const fields = { grant_type: 'refresh_token', refresh_token, scope: '', client_id: 'app' };
      const { status, body, headers } = await ask(call(fields));

      expect(status).toBe(200);
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
      expect((await api('GET /users/me', { token: body.access_token })).status).toBe(200);
      refresh_token = body.refresh_token;
    }
  });

  it('refreshes with a form without a grant type, as with empty fields for those that are left out', async () => {
    const { refresh_token } = await signUp();
    const first = await refresh({ form: { refresh_token } });
    const form = { ...first.body, username: '', password: '', grant_type: 'refresh_token' };
    const { access_token: _, token_type: __, expires_in: ___, refresh_expires_in: ____, ...fields } = form;

    expect((await login({ form: fields })).status).toBe(200);
  });

  it('ignores the authentication of a client', async () => {
    const { username, password } = await signUp();
    const headers = { Authorization: `Basic ${btoa('app:secret')}` };

    const { status, body } = await login({ form: { grant_type: 'password', username, password }, headers });
    expect(status).toBe(200);
    expect((await refresh({ form: { refresh_token: body.refresh_token }, headers })).status).toBe(200);
  });

  const name = unusedName();
  const FAILURES: [status: number, error: string, path: string, call: Call][] = [
    [401, 'invalid_grant', '/auth/login', { form: { username: name, password: 'wrong password' } }],
    [401, 'invalid_grant', '/auth/login', { json: { grant_type: 'refresh_token', refresh_token: 'none' } }],
    [401, 'invalid_grant', '/auth/refresh', { form: { refresh_token: 'none' } }],
    [422, 'unsupported_grant_type', '/auth/login', { form: { grant_type: 'client_credentials' } }],
    [422, 'unsupported_grant_type', '/auth/login', { json: { grant_type: 'Password', username: name } }],
    [
      422,
      'unsupported_grant_type',
      '/auth/refresh',
      { form: { grant_type: 'password', refresh_token: 'x' } },
    ],
    [422, 'invalid_request', '/auth/login', { form: { grant_type: 'password', username: name } }],
    [422, 'invalid_request', '/auth/login', { form: { grant_type: 'refresh_token', password: 'x' } }],
    [
      422,
      'invalid_request',
      '/auth/login',
      { json: { grant_type: ['password'], username: 'a', password: 'b' } },
    ],
    [422, 'invalid_request', '/auth/refresh', { form: { grant_type: 'refresh_token', refresh_token: '' } }],
    [400, 'invalid_request', '/auth/refresh', { body: '{', headers: { 'Content-Type': 'application/json' } }],
    [415, 'invalid_request', '/auth/login', { body: 'x', headers: { 'Content-Type': 'text/plain' } }],
    [413, 'invalid_request', '/auth/refresh', { body: 'x'.repeat(300_000) }],
  ];
  it.each(FAILURES)('answers %i with the error %s at %s to %o', async (status, error, path, call) => {
    const answer = await api(`POST ${path}`, call);

    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('pragma')).toBe('no-cache');
  });

  it.each(['grant_type', 'username', 'password', 'refresh_token', 'scope', 'client_id'])(
    'answers invalid_request when %s is repeated in a form',
    async (repeated) => {
      const { username, password, refresh_token } = await signUp();
      const forms = {
        '/auth/login': { grant_type: 'password', username, password, scope: '', client_id: '' },
        '/auth/refresh': { grant_type: 'refresh_token', refresh_token, scope: '', client_id: '' },
      };
      for (const [path, fields] of Object.entries(forms)) {
        const form = new URLSearchParams(fields as Fields);
        if (!form.has(repeated)) continue;
        form.append(repeated, form.get(repeated) as string);

        const { status, body } = await api(`POST ${path}`, { body: form });
        expect([status, body.error]).toEqual([422, 'invalid_request']);
      }
    },
  );

  it('says in the words of OAuth that it is not ready', async () => {
    const call = { form: { refresh_token: (await signUp()).refresh_token }, checks: { roundTrips: false } };
    const fault = { kind: 'error', code: '57P03' } as const;
    const down = await withFault(fault, () => refresh(call));
    const broken = await withFault({ kind: 'error', code: 'P0001' }, () => refresh(call));

    expect([down.status, down.body.error]).toEqual([503, 'temporarily_unavailable']);
    expect([broken.status, broken.body.error]).toEqual([500, 'server_error']);
  });

  it.each([
    ['application/json', 'application/json'],
    ['application/json;q=1', 'application/json'],
    ['application/json, */*', 'application/problem+json'],
    ['application/json, application/problem+json', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
  ])('answers a failure to Accept: %s as %s', async (Accept, type) => {
    const { headers, body } = await login({ form: { grant_type: 'x' }, headers: { Accept } });

    expect(headers.get('content-type')).toBe(type);
    expect(body).toMatchObject({ code: 'invalid_input', error: 'unsupported_grant_type' });
  });

  it('is no other path, and no other method', async () => {
    expect((await api('GET /auth/login')).body.error).toBeUndefined();
    const { body, headers } = await api('POST /auth/logout', { headers: { Accept: 'application/json' } });

    expect(body.error).toBeUndefined();
    expect([headers.get('content-type'), headers.get('pragma')]).toEqual(['application/problem+json', null]);
  });
});
