// What a 422 says: one plain sentence for each field, in our words, whatever was sent.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, api } from './support/api';
import { type Operation, type Route, resolveRef, routes } from './support/document';
import { createFixture } from './support/fixture';
import { type Person, promote, signUp } from './support/people';
import { type Fixture, ROUTES } from './support/routes';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});

/** Words of the validator. */
const FOREIGN =
  /expected|received|\binvalid (input|option|string)|too (big|small)|\bzod|regex|pattern|unrecognized|nan\b|undefined/i;

/** Nothing of an answer tells which validator wrote it, and no field is named twice. */
function expectPlain(sent: unknown, { status, body }: Answer) {
  if (status !== 422 || body.code !== 'invalid_input') return;
  const told = JSON.stringify(sent)?.slice(0, 200);
  const paths = body.errors.map(({ path }: { path: string }) => path);
  expect([told, paths]).toEqual([told, [...new Set(paths)]]);
  for (const { path, code, message } of body.errors) {
    expect(`${told} ${message}`.slice(told?.length)).not.toMatch(FOREIGN);
    const [subject, rest] = path
      ? [message.slice(0, path.length), message.slice(path.length)]
      : ['', message];
    expect(subject).toBe(path);
    expect(rest).toMatch(path ? /^ (must|is|has|cannot) .*[^.]\.$/s : /^The .*[^.]\.$/s);
    expect(code).toMatch(/^[a-z_]+$/);
    expect(path).not.toMatch(/undefined|\[object/);
  }
}

/** Values of every type, as JSON: JavaScript can't write all of them. */
const VALUES = ['null', '1.5', '1e30', '"x"', '[1,"a",{}]', '{"length":{"toString":1}}'];
const MORE_VALUES = [
  'true',
  '[]',
  '{}',
  '{"length":1e30,"0":"a"}',
  '-0',
  '1e400',
  '123456789012345678901234567890',
  '9007199254740993',
  '""',
  '"asc"',
  `"${'x'.repeat(20_000)}"`,
  '[[]]',
  '[null]',
  `[${'"t",'.repeat(11)}"t"]`,
  '{"length":{"valueOf":{},"toString":null}}',
  '{"toString":1,"valueOf":1}',
  '{"toString":{"call":1}}',
  '{"toJSON":{"toString":1}}',
  '{"then":{"then":{}}}',
  '{"__proto__":{"length":{"toString":1}}}',
  '{"constructor":{"name":"String"}}',
  '{"trim":1,"normalize":1,"replace":1,"isWellFormed":1,"includes":1,"map":1}',
  '{"a":1,"a":2}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
];

const withBody = routes.filter(({ operation }) => operation.requestBody);

function keysOf({ requestBody }: Operation): string[] {
  const schema = requestBody?.content['application/json']?.schema ?? {};
  // What is ignored would only cost a sign-in.
  return Object.keys(resolveRef(schema).properties ?? {}).filter((key) => !/^(scope|client_)/.test(key));
}

/** None where a token is not needed: signing in with one ends its session. */
const tokenFor = (name: string) => (ROUTES[name]?.access === 'anyone' ? undefined : fixture.me.token);

function expectHandled(sent: unknown, name: string, { status }: Answer) {
  expect([sent, status < 500]).toEqual([sent, true]);
  if (tokenFor(name)) expect([sent, status]).not.toEqual([sent, 401]);
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** Sends a body in which one key has this JSON. */
function send({ name, method, template }: Route, changes: Record<string, string>) {
  const { path = template, json = {} } = ROUTES[name]?.call(fixture) ?? {};
  const rest = Object.entries(json as object).filter(([key]) => !(key in changes));
  const pairs = rest.map(([key, value]) => [key, JSON.stringify(value)]).concat(Object.entries(changes));
  const body = `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`)}}`;
  return api(`${method} ${path}`, { token: tokenFor(name), headers: JSON_TYPE, body });
}

describe('a body of any values', () => {
  it.each(withBody)('of $name is refused in plain words, field by field', async (route) => {
    for (const key of keysOf(route.operation)) {
      for (const value of VALUES) {
        const answer = await send(route, { [key]: value });

        expectHandled(`${key}: ${value}`, route.name, answer);
        expectPlain({ [key]: value }, answer);
      }
    }
  });

  it.each(withBody)('of $name is refused in plain words, all fields at once', async (route) => {
    const keys = keysOf(route.operation);
    for (const value of [...VALUES, ...MORE_VALUES]) {
      const changes = Object.fromEntries(keys.map((key) => [key, value]));
      const answer = await send(route, changes);

      expectHandled(value.slice(0, 100), route.name, answer);
      expectPlain(changes, answer);
    }
  });

  it.each(withBody)('of $name that is no object is refused once', async (route) => {
    const { path = route.template } = ROUTES[route.name]?.call(fixture) ?? {};
    for (const body of ['[]', 'null', '1', '"x"', 'true', '[{}]', '1e400']) {
      const answer = await api(`${route.method} ${path}`, {
        token: fixture.me.token,
        headers: JSON_TYPE,
        body,
      });

      expect([body, answer.status, answer.body.errors]).toEqual([
        body,
        422,
        [{ path: '', code: 'invalid_type', message: 'The body must be a JSON object.' }],
      ]);
    }
  });

  it('of a post names the place in a list', async () => {
    const { body } = await api('POST /posts', {
      token: fixture.me.token,
      json: { content: 'A', tags: ['a', { length: { toString: 1 } }, null] },
    });

    expect(body.errors).toEqual([
      { path: 'tags.1', code: 'invalid_type', message: 'tags.1 must be a text.' },
      { path: 'tags.2', code: 'invalid_type', message: 'tags.2 must be a text.' },
    ]);
  });
});

describe('a query of any values', () => {
  const reads = routes.filter(({ operation }) => operation.parameters?.some((each) => each.in === 'query'));
  const TEXTS = ['x', '1e30', '99999999999999999999', '{}', 'x'.repeat(2_000)];

  it.each(reads)('of $name is refused in plain words', async ({ name, operation, method, template }) => {
    const { path = template } = ROUTES[name]?.call(fixture) ?? {};
    const call = (query: string) =>
      api(`${method} ${path}${path.includes('?') ? '&' : '?'}${query}`, { token: fixture.me.token });
    for (const parameter of operation.parameters?.filter((each) => each.in === 'query') ?? []) {
      for (const text of TEXTS) {
        const answer = await call(`${parameter.name}=${encodeURIComponent(text)}`);
        expectHandled(`${parameter.name}=${text}`, name, answer);
        expectPlain(`${parameter.name}=${text}`, answer);
      }
      const twice = await call(`${parameter.name}=1&${parameter.name}=2`);
      expect([parameter.name, twice.status, twice.body.errors]).toEqual([
        parameter.name,
        422,
        [{ path: parameter.name, code: 'repeated', message: `${parameter.name} must be given once.` }],
      ]);
    }
  });

  it.each([
    ['/posts?limit=1e30', 'limit', 'must be a whole number from 1 to 100'],
    ['/posts?total=1', 'total', 'must be true or false'],
    ['/posts?order=up', 'order', 'must be asc or desc'],
    ['/posts?replies=all', 'replies', 'must be exclude, include or only'],
    ['/posts?search_in=content', 'search_in', 'must be title'],
    ['/posts?ids=1,,2', 'ids', 'must be 1 to 100 ids, separated by commas'],
    [`/posts?search=${'x'.repeat(65)}`, 'search', 'must have at most 64 characters'],
  ])('like %s says what it must be', async (path, at, message) => {
    const { body } = await api(`GET ${path}`);

    expect(body.errors).toMatchObject([{ path: at, message: `${at} ${message}.` }]);
    expect(body.detail).toBe(`${at} ${message}.`);
  });
});

describe('a form', () => {
  it('is refused in plain words', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const login = (body: string) => api('POST /auth/login', { body, headers });

    expect((await login('username=a&username=b&password=x')).body.errors).toEqual([
      { path: 'username', code: 'repeated', message: 'username must be given once.' },
    ]);
    expect((await login('username=a&password=x&grant_type=password&grant_type=')).status).toBe(422);
    for (const body of ['', 'username=', 'grant_type=code&username=a&password=b', '__proto__=1&toString=2'])
      expectPlain(body, await login(body));
  });
});

describe('a header', () => {
  it('that is too long is refused in plain words', async () => {
    const headers = { 'If-Match': `"${'1'.repeat(2_000)}"`, 'Idempotency-Key': 'x'.repeat(256) };
    for (const name of ['PATCH /posts/{id}', 'POST /posts', 'PATCH /users/me']) {
      const { path, json } = ROUTES[name]?.call(fixture) ?? { path: '/' };
      const answer = await api(`${name.split(' ')[0]} ${path}`, { token: fixture.me.token, json, headers });

      expect(answer.status).toBe(422);
      expectPlain(headers, answer);
    }
  });
});

describe('a call that takes no body', () => {
  let admin: Person;
  beforeAll(async () => {
    admin = await signUp();
    await promote(admin);
  });

  const without = routes.filter(({ operation, method }) => !operation.requestBody && method !== 'GET');

  it.each(without)('to $name ignores one, whatever it is', async ({ name, method, template }) => {
    const bodies: [BodyInit, Record<string, string>][] = [
      ['{', { 'Content-Type': 'application/json' }],
      ['x', { 'Content-Type': 'text/plain; charset=latin1', 'Content-Encoding': 'gzip' }],
      [new Uint8Array([0xff]), { 'Content-Type': 'application/x-www-form-urlencoded' }],
      ['x', { 'Content-Type': 'multipart/form-data' }],
    ];
    for (const [body, headers] of bodies) {
      const { me, ...rest } = await createFixture();
      const { path } = ROUTES[name]?.call({ me, ...rest }) ?? { path: template };
      const token = /{user}$/.test(template) ? admin.token : me.token;

      const answer = await api(`${method} ${path}`, { token, body, headers });

      expect(answer.status).toBeLessThan(300);
    }
  });
});

describe('a long list in a body', () => {
  it.each([
    ['tags', Array(60_000).fill('')],
    ['tags', Array(60_000).fill(1)],
  ])('of %s is refused by its length, in a short answer', async (key, items) => {
    const { status, body, text } = await api('POST /posts', {
      token: fixture.me.token,
      json: { content: 'A', [key]: items },
    });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: 'tags', code: 'too_long' }]);
    expect(text.length).toBeLessThan(1_000);
  });
});
