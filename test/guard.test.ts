import { env } from 'cloudflare:workers';
import { sign } from 'hono/jwt';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasEnded, KEPT_SESSIONS_MAX, keepEndedSession, keptSessions } from '../src/db/ended-sessions';
import { neonPort } from '../src/db/neon';
import type { Port } from '../src/db/port';
import { type Answer, api, withSettings } from './support/api';
import { type Operation, routes } from './support/document';
import { createFixture } from './support/fixture';
import { claimsOf, type Person, promote, signUp } from './support/people';
import { type Fixture, type KnownRoute, ROUTES } from './support/routes';
import { sql } from './support/sql';

const allRoutes = routes.map((route) => ({ ...route, ...(ROUTES[route.name] as KnownRoute) }));
const guarded = allRoutes.filter(({ access }) => access !== 'anyone');
const INVALID_BODY = { body: '{', headers: { 'Content-Type': 'text/plain' } };

const withInvalidIds = (template: string) => template.replaceAll(/\{[^}]+\}/g, '!');
const invalidBodyFor = (method: string) => (method === 'GET' ? {} : INVALID_BODY);

/** Expects a 401 with this code and the challenge of RFC 6750 §3. */
function expectRefused(answer: Answer, code: string) {
  expect(answer.status).toBe(401);
  expect(answer.body.code).toBe(code);
  const challenge = answer.headers.get('www-authenticate');
  if (code === 'token_missing') expect(challenge).toBe('Bearer');
  else expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"\\]+"$/);
}

describe('the table of routes', () => {
  it('names every route of the document, and no other', () => {
    expect(Object.keys(ROUTES).sort()).toEqual(routes.map(({ name }) => name).sort());
  });

  it.each(allRoutes)('has the documented access of $name', ({ access, operation }) => {
    expect(access).toSatisfy((value: string) => documentedAccess(operation).includes(value));
  });

  function documentedAccess({ security = [] }: Operation): string[] {
    if (security.length === 0) return ['anyone'];
    return security.some((scheme) => Object.keys(scheme).length === 0)
      ? ['readers']
      : ['people', 'owner', 'admins'];
  }
});

describe('without a token', () => {
  it.each(guarded.filter(({ access }) => access !== 'readers'))(
    '$name is refused, whatever else is wrong with the request',
    async ({ method, template }) => {
      expectRefused(
        await api(`${method} ${withInvalidIds(template)}`, invalidBodyFor(method)),
        'token_missing',
      );
    },
  );

  it.each(guarded.filter(({ access }) => access === 'readers'))(
    '$name is public, and refused when PUBLIC_READS is false',
    async ({ method, template, call }) => {
      const { path } = call(await createFixture());
      const fetch = withSettings({ PUBLIC_READS: 'false' });

      expect((await api(`${method} ${path}`)).status).toBe(200);
      expectRefused(await api(`${method} ${withInvalidIds(template)}?limit=x`, { fetch }), 'token_missing');
    },
  );

  it('answers 200 to a signed-in reader when PUBLIC_READS is false', async () => {
    const { token } = await signUp();

    const answer = await api('GET /posts', { token, fetch: withSettings({ PUBLIC_READS: 'false' }) });

    expect(answer.status).toBe(200);
  });
});

const base64url = (value: unknown) =>
  btoa(typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const WRONG_TYPES: [string, unknown[]][] = [
  ['sub', [1, '', 'ada', null, ['1']]],
  ['user_id', ['1', 0, -1, 1.5, null, 2 ** 53]],
  ['sid', [1, '', 'me', null, ['a']]],
  ['iss', ['https://elsewhere.example', '', null, 1]],
  ['aud', ['elsewhere', '', null, 1, ['ledge-development']]],
  ['iat', ['1', null, 1.5, 4_000_000_000]],
  ['exp', ['9999999999', null, 9_999_999_999_999, 1.5]],
  ['jti', [1, '', null]],
  ['token_use', ['refresh', '', null, 1]],
];

/** Invalid Authorization headers, each with a name. */
async function hostileHeaders(person: Person): Promise<[name: string, header: string, code: string][]> {
  const claims = claimsOf(person);
  const good = await sign(claims, env.JWT_SECRET, 'HS256');
  const [head = '', payload = '', signature = ''] = good.split('.');
  const none = base64url({ alg: 'none', typ: 'JWT' });
  const now = claims.iat;
  const tokens: [string, string | Promise<string>, string?][] = [
    ['not a JWT', 'garbage'],
    ['empty parts', '..'],
    ['ten kilobytes', 'a'.repeat(10_240)],
    ['another signature', `${head}.${payload}.${base64url('x'.repeat(32))}`],
    ['no signature', `${head}.${payload}.`],
    ['another payload', `${head}.${base64url({ ...claims, user_id: 1, sub: '1' })}.${signature}`],
    ['a payload that is not JSON', `${head}.${base64url('{')}.${signature}`],
    ['alg none', `${none}.${payload}.`],
    ['alg none with a signature', `${none}.${payload}.${signature}`],
    ['alg None', `${base64url({ alg: 'None', typ: 'JWT' })}.${payload}.`],
    ['HS512', sign(claims, env.JWT_SECRET, 'HS512')],
    ['HS384', sign(claims, env.JWT_SECRET, 'HS384')],
    ['another secret', sign(claims, 'another secret that is long enough', 'HS256')],
    ['an empty secret', sign(claims, '\0', 'HS256')],
    [
      'expired',
      sign({ ...claims, iat: now - 1_801, exp: now - 1 }, env.JWT_SECRET, 'HS256'),
      'token_expired',
    ],
    [
      'expired, of another secret',
      sign({ ...claims, iat: now - 1_801, exp: now - 1 }, 'x'.repeat(32), 'HS256'),
    ],
    ['not valid yet', sign({ ...claims, nbf: now + 600 }, env.JWT_SECRET, 'HS256')],
    ['a lifetime that is not ours', sign({ ...claims, exp: now + 86_400 }, env.JWT_SECRET, 'HS256')],
    [
      'sub and user_id of two people',
      sign({ ...claims, sub: String(person.id + 1) }, env.JWT_SECRET, 'HS256'),
    ],
    ['an array as claims', `${head}.${base64url([])}.${signature}`],
  ];
  for (const claim of Object.keys(claims)) {
    const { [claim as 'sub']: _, ...rest } = claims;
    tokens.push([`no ${claim}`, sign(rest, env.JWT_SECRET, 'HS256')]);
  }
  for (const [claim, values] of WRONG_TYPES) {
    for (const value of values) {
      const name = `${claim} ${JSON.stringify(value)}`;
      tokens.push([name, sign({ ...claims, [claim]: value }, env.JWT_SECRET, 'HS256')]);
    }
  }
  const headers: [string, string, string][] = [
    ['no scheme', good, 'token_invalid'],
    ['no token', 'Bearer', 'token_invalid'],
    ['another scheme', `Basic ${btoa('ada:secret')}`, 'token_missing'],
    ['another scheme with parameters', 'Digest username="ada", realm="\\"', 'token_missing'],
    ['another scheme alone', 'Negotiate', 'token_missing'],
    ['a scheme that begins like ours', `BearerX ${good}`, 'token_missing'],
    ['no token after the scheme', 'Bearer ', 'token_invalid'],
    ['quotes and backslashes', 'Bearer "\\"', 'token_invalid'],
    ['two tokens', `Bearer ${good} ${good}`, 'token_invalid'],
    ['two headers', `Bearer ${good}, Bearer ${good}`, 'token_invalid'],
    ['a quoted token', `Bearer "${good}"`, 'token_invalid'],
  ];
  for (const [name, token, code = 'token_invalid'] of tokens)
    headers.push([name, `Bearer ${await token}`, code]);
  return headers;
}

describe('a bad token', () => {
  let hostile: Awaited<ReturnType<typeof hostileHeaders>>;
  beforeAll(async () => {
    hostile = await hostileHeaders(await signUp());
  });

  it.each(guarded)(
    'is refused by $name, whatever else is wrong with the request',
    async ({ method, template }) => {
      const { headers = {}, ...rest } = method === 'GET' ? {} : INVALID_BODY;
      const ask = async ([name, Authorization, code]: (typeof hostile)[number]) => {
        const call = `${method} ${withInvalidIds(template)}`;
        const answer = await api(call, { ...rest, headers: { ...headers, Authorization } });

        expect([name, answer.status, answer.body.code]).toEqual([name, 401, code]);
        expectRefused(answer, code);
      };
      await Promise.all(hostile.map(ask));
    },
  );

  it('is not repeated in the answer', async () => {
    for (const [, Authorization] of hostile) {
      const { text, headers } = await api('GET /users/me', { headers: { Authorization } });
      const token = Authorization.replace(/^Bearer /, '');
      if (token.length > 20) expect(text + JSON.stringify([...headers])).not.toContain(token);
    }
  });
});

describe('a good token', () => {
  it('is accepted with any case of its scheme', async () => {
    const { token } = await signUp();

    const answer = await api('GET /users/me', { headers: { Authorization: `bEARER ${token}` } });

    expect(answer.status).toBe(200);
  });

  it('of the previous secret is accepted while JWT_SECRET_PREVIOUS is set', async () => {
    const person = await signUp();
    const token = await sign(claimsOf(person), 'the secret before, long enough by now', 'HS256');
    const settings = { JWT_SECRET_PREVIOUS: 'the secret before, long enough by now' };

    expectRefused(await api('GET /users/me', { token }), 'token_invalid');
    expect((await api('GET /users/me', { token, fetch: withSettings(settings) })).status).toBe(200);
  });
});

const ENDS: [name: string, end: (person: Person) => Promise<unknown>][] = [
  ['a deleted person', ({ id }) => sql`DELETE FROM users WHERE id = ${id}`],
  ['an ended session', ({ session }) => sql`DELETE FROM sessions WHERE id = ${session}`],
  [
    'an expired session',
    ({ session }) => sql`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = ${session}`,
  ],
  [
    'a session of another person',
    async ({ id, session }) => {
      const other = await signUp();
      await sql`UPDATE sessions SET user_id = ${other.id} WHERE id = ${session} AND user_id = ${id}`;
    },
  ],
];

/** The Worker, with a note of each error of Postgres: each is a line of its log. */
function noteErrors() {
  const errors: unknown[] = [];
  const port: Port = 'DATABASE' in env ? (env.DATABASE as Port) : neonPort(env);
  const DATABASE: Port = {
    row: (text, params) =>
      port.row(text, params).catch((error) => {
        errors.push(error);
        throw error;
      }),
  };
  return { errors, fetch: withSettings({ DATABASE }) };
}

describe.each(ENDS)('the token of %s', (_, end) => {
  it.each(guarded)('is refused by $name, and Postgres is asked but once', async ({ method, call }) => {
    const { errors, fetch } = noteErrors();
    const fixture = await createFixture();
    const { path, ...options } = call(fixture);
    await end(fixture.me);
    const ask = () => api(`${method} ${path}`, { ...options, token: fixture.me.token, fetch });

    expectRefused(await ask(), 'token_revoked');
    expect(errors.splice(0).length).toBeLessThanOrEqual(1);
    expectRefused(await ask(), 'token_revoked');
    expect(errors).toEqual([]);
  });
});

it('an isolate keeps no more ended sessions than it has room for', () => {
  const sessions = Array.from({ length: KEPT_SESSIONS_MAX + 1 }, () => crypto.randomUUID());
  for (const session of sessions) {
    keepEndedSession(session);
    expect(hasEnded(session)).toBe(true);
    expect(keptSessions()).toBeLessThanOrEqual(KEPT_SESSIONS_MAX);
  }
});

describe('a stranger', () => {
  const asStranger = ({ call, method }: (typeof allRoutes)[number], fixture: Fixture) => {
    const { path, ...options } = call(fixture);
    return api(`${method} ${path}`, { ...options, token: fixture.them.token });
  };

  it.each(allRoutes.filter(({ access }) => access === 'owner'))(
    'gets 403 not_owner from $name',
    async (route) => {
      const answer = await asStranger(route, await createFixture());

      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('not_owner');
    },
  );

  it.each(allRoutes.filter(({ access }) => access === 'owner'))(
    'gets 404 from $name for a draft',
    async (route) => {
      const fixture = await createFixture();
      await api(`PATCH /posts/${fixture.mine}`, { token: fixture.me.token, json: { published: false } });

      const answer = await asStranger(route, fixture);

      expect(answer.status).toBe(404);
    },
  );

  it.each(allRoutes.filter(({ access }) => access === 'admins'))(
    'without the role of an admin gets 403 from $name',
    async (route) => {
      const answer = await asStranger(route, await createFixture());

      expect(answer.status).toBe(403);
    },
  );
});

describe('an admin', () => {
  it("deletes another's post", async () => {
    const { me, mine, them } = await createFixture();
    await promote(them);

    const answer = await api(`DELETE /posts/${mine}`, { token: them.token });

    expect(answer.status).toBe(204);
    expect((await api(`GET /posts/${mine}`, { token: me.token })).status).toBe(404);
  });

  it("does not edit another's post", async () => {
    const { mine, them } = await createFixture();
    await promote(them);

    const answer = await api(`PATCH /posts/${mine}`, { token: them.token, json: { content: 'Mine now.' } });

    expect(answer.status).toBe(403);
  });
});
