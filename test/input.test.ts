import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, api, type Call } from './support/api';
import { findRoute, type Operation, type Route, routes } from './support/document';
import { createFixture } from './support/fixture';
import { type Person, promote, signUp, write } from './support/people';
import { type Fixture, ROUTES } from './support/routes';

let fixture: Fixture;
let admin: Person;
beforeAll(async () => {
  fixture = await createFixture();
  admin = await signUp();
  await promote(admin);
});

/** A call of the route that would succeed, with changes. */
function ask(route: Route, change: (path: string) => string, call: Call = {}): Promise<Answer> {
  const { path, ...good } = ROUTES[route.name]?.call(fixture) ?? { path: route.template };
  return api(`${route.method} ${change(path)}`, { ...good, token: fixture.me.token, ...call });
}

/** In parallel, which halves the time: invalid requests don't affect each other. */
const forEach = <Item>(items: Item[], ask: (item: Item) => Promise<void>) => Promise.all(items.map(ask));

const unchanged = (path: string) => path;

function expectInvalid(answer: Answer, at: string) {
  expect(answer.status).toBe(422);
  expect(answer.body.code).toBe('invalid_input');
  expect(answer.body.errors.map(({ path }: { path: string }) => path.split('.')[0])).toContain(at);
}

const parametersIn = (place: string, { parameters = [] }: Operation) =>
  parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);

const withBody = routes.filter(({ operation }) => operation.requestBody);
const lists = routes.filter(({ operation }) => parametersIn('query', operation).includes('cursor'));

describe('a body', () => {
  it.each<[string, string, Record<string, string>, BodyInit, number]>([
    [
      'is not UTF-8',
      'malformed_body',
      {},
      new Uint8Array([...new TextEncoder().encode('{"content":"'), 0xff, 0x22, 0x7d]),
      400,
    ],
    [
      'says that it is UTF-16',
      'unsupported_media_type',
      { 'Content-Type': 'application/json; charset=utf-16' },
      '{"content":"x"}',
      415,
    ],
    ['is compressed', 'unsupported_media_type', { 'Content-Encoding': 'gzip' }, '{"content":"x"}', 415],
  ])('is refused if it %s', async (_, code, headers, body, status) => {
    const { token } = await signUp();

    const answer = await api('POST /posts', {
      token,
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });

    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    const isCompressed = 'Content-Encoding' in headers;
    if (status === 415)
      expect([answer.headers.get('accept'), answer.headers.get('accept-encoding')]).toEqual(
        isCompressed ? [null, 'identity'] : ['application/json', null],
      );
  });

  const sent = (body: BodyInit, type?: string): Call => ({
    json: undefined,
    form: undefined as never,
    body,
    ...(type && { headers: { 'Content-Type': type } }),
  });

  const MALFORMED = ['', '{', 'nope', '{"a":}', "{'a':1}", '{"a":1}}', '[1,]', 'undefined', 'NaN', '\u0000'];
  it.each(withBody)('of $name gets 400 if it is not JSON', async (route) => {
    await forEach(MALFORMED, async (body) => {
      const answer = await ask(route, unchanged, sent(body, 'application/json'));

      expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'malformed_body']);
    });
  });

  const OTHER_TYPES = [
    'text/plain',
    'application/xml',
    'application/jsonx',
    'json',
    'text/html; charset=utf-8',
  ];
  it.each(withBody)(
    'of $name gets 415 with another content type, and Accept lists the right ones',
    async (route) => {
      const types = Object.keys(route.operation.requestBody?.content ?? {}).join(', ');
      await forEach(OTHER_TYPES, async (type) => {
        const answer = await ask(route, unchanged, sent('{}', type));

        expect([type, answer.status, answer.body.code]).toEqual([type, 415, 'unsupported_media_type']);
        expect(answer.headers.get('accept')).toBe(types);
        expect(answer.body.detail).toBe(`This call takes ${types}.`);
      });
      expect((await ask(route, unchanged, sent(new TextEncoder().encode('{}')))).status).toBe(415);
    },
  );

  // A PATCH without a body changes none of its keys.
  it.each(withBody.filter(({ method }) => method !== 'PATCH'))(
    'of $name gets 422 if it is missing',
    async ({ method, template }) => {
      const { path } = ROUTES[`${method} ${template}`]?.call(fixture) ?? { path: template };

      expect((await api(`${method} ${path}`, { token: fixture.me.token })).status).toBe(422);
    },
  );

  it.each(withBody)('of $name gets 422 if it is not an object', async (route) => {
    for (const json of [null, 1, 'text', true, [], [{}]]) {
      expect((await ask(route, unchanged, { json })).status).toBe(422);
    }
  });

  const LIMIT_BYTES = 256 * 1024;
  const filler = (bytes: number) => `{"filler":"${'x'.repeat(bytes - '{"filler":""}'.length)}"}`;
  const streamed = (text: string) => new Blob([text]).stream() as ReadableStream;

  it.each(withBody)('of $name gets 413 above 256 KiB, with or without Content-Length', async (route) => {
    for (const body of [filler(LIMIT_BYTES + 1), streamed(filler(LIMIT_BYTES + 1))]) {
      const answer = await ask(route, unchanged, sent(body, 'application/json'));

      expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
    }
    for (const body of [filler(LIMIT_BYTES), streamed(filler(LIMIT_BYTES))]) {
      expect((await ask(route, unchanged, sent(body, 'application/json'))).status).not.toBe(413);
    }
  });

  it('gets 413 before the token is checked', async () => {
    const answer = await api('POST /posts', sent(filler(LIMIT_BYTES + 1), 'application/json'));

    expect(answer.status).toBe(413);
  });

  it.each([
    ['content', 'POST /posts', (text: string) => ({ content: text })],
    ['title', 'POST /posts', (text: string) => ({ content: 'Short.', title: text })],
    ['bio', 'PATCH /users/me', (text: string) => ({ bio: text })],
  ])('may have 30 marks in a row in its %s, and no more', async (path, name, bodyWith) => {
    const { token } = await signUp();
    const ask = (text: string) => api(name, { token, json: bodyWith(text) });

    expect((await ask(`a${'\u0301\u0323'.repeat(15)}`)).status).toBeLessThan(300);
    expectInvalid(await ask(`a${'\u0301\u0323'.repeat(15)}\u0301`), path);
  });

  it('is not normalised where a password or a tag is far too long', async () => {
    const { token } = await signUp();
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const long = '\u0301\u0323'.repeat(500);

    const registered = await api('POST /users', { json: { email: 'long@example.com', password: long } });
    expect(registered.body.errors).toEqual([expect.objectContaining({ path: 'password', code: 'too_long' })]);
    const written = await api('POST /posts', { token, json: { content: 'Short.', tags: [long] } });
    expect(written.body.errors).toEqual([expect.objectContaining({ path: 'tags.0', code: 'too_long' })]);
    expect(normalize.mock.contexts.map(String)).not.toContain(long);
    normalize.mockRestore();
  });

  it('holds the longest content with every character escaped', async () => {
    const escaped = '\\ud83d\\ude00'.repeat(10_000);

    const answer = await ask(
      route('POST /posts'),
      unchanged,
      sent(`{"content":"${escaped}"}`, 'application/json'),
    );

    expect(answer.status).toBe(201);
    expect([...answer.body.content].length).toBe(10_000);
  });

  it('may have the charset UTF-8', async () => {
    const type = 'Application/JSON; charset=UTF-8';

    expect((await ask(route('POST /posts'), unchanged, sent('{"content":"é"}', type))).status).toBe(201);
  });

  it('may be deeply nested', async () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    const call = (text: string) => ask(route('POST /posts'), unchanged, sent(text, 'application/json'));

    expectInvalid(await call(`{"content":${deep}}`), 'content');
    expect((await call(`{"content":"Flat.","deep":${deep}}`)).status).toBe(201);
  });

  it('uses the last of two equal keys, and no key of a prototype', async () => {
    const call = (text: string) => ask(route('POST /posts'), unchanged, sent(text, 'application/json'));

    expect((await call('{"content":"One.","content":"Two."}')).body.content).toBe('Two.');
    expectInvalid(await call('{"__proto__":{"content":"Inherited."}}'), 'content');
    expectInvalid(await call('{"constructor":{"prototype":{"content":"Inherited."}}}'), 'content');
    const plain = await call('{"content":"Own.","__proto__":{"published":false,"title":"Inherited."}}');
    expect(plain.body).toMatchObject({ published: true, title: null });
  });

  it.each(['1e400', '-1e400', '1e-400', '9223372036854775808', '123456789012345678901234567890'])(
    'gets 422 with the number %s as an id',
    async (number) => {
      const body = `{"post_id":${number},"dir":1}`;

      expectInvalid(await ask(route('POST /votes'), unchanged, sent(body, 'application/json')), 'post_id');
    },
  );
});

function route(name: string): Route {
  const found = routes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

describe('another method', () => {
  const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const paths = new Map(
    routes.map(({ template }) => [template, template.replaceAll(/\{[^}]+\}/g, '1')] as const),
  );

  it.each([...paths])('for %s gets 405, and Allow lists the right ones', async (_, path) => {
    const allowed = METHODS.filter((method) => findRoute(method, path));
    for (const method of [...METHODS, 'PROPFIND'].filter((each) => !allowed.includes(each))) {
      const answer = await api(`${method} ${path}`);

      expect([method, answer.status]).toEqual([method, 405]);
      expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(allowed.sort());
      if (method !== 'HEAD') expect(answer.body.code).toBe('method_not_allowed');
    }
  });

  it.each([...paths])('of %s are what OPTIONS is answered with', async (_, path) => {
    const allowed = METHODS.filter((method) => findRoute(method, path));
    for (const asked of [path, `${path.replace(/\/$/, '')}/`]) {
      const { status, headers, text } = await api(`OPTIONS ${asked}`);

      expect([status, text]).toEqual([204, '']);
      expect(headers.get('allow')?.split(', ').sort()).toEqual(allowed.sort());
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is asked for by an OPTIONS with an Origin that is no preflight, too', async () => {
    const headers = { Origin: 'https://app.example.com' };

    expect((await api('OPTIONS /openapi.json', { headers })).headers.get('allow')).toBe('GET, HEAD');
    const { status, body } = await api('OPTIONS /nothing', { headers });
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect((await api('OPTIONS /users/1/nothing/more')).status).toBe(404);
  });

  it.each([
    ['PUT /posts/timeline', 'GET, HEAD'],
    ['DELETE /posts/tags', 'GET, HEAD'],
    ['PATCH /posts/mine/', 'GET, HEAD'],
    ['PUT /users/me', 'GET, HEAD, PATCH, DELETE'],
  ])('than those of a path without parameters gets 405, signed in or not: %s', async (call, allowed) => {
    for (const token of [undefined, (await signUp()).token]) {
      const { status, headers } = await api(call, { token });

      expect([status, headers.get('allow')]).toEqual([405, allowed]);
    }
  });

  it.each(['/docs', '/redoc', '/openapi.json'])('than GET for %s gets 405', async (path) => {
    expect((await api(`POST ${path}`)).status).toBe(405);
  });
});

describe('an id in a path', () => {
  const BAD = ['0', '-1', '9223372036854775808', '9007199254740992', 'abc', '1e3', '1.0', ' 1', '1 ', '+1'];
  const WORSE = ['01', '0x1', '١', '1,2', '\0', '1\0', '%', 'null', '{id}', '½', '-0', '1_000'];
  const cases = routes.flatMap((each) =>
    (each.operation.parameters ?? [])
      .filter(({ in: place, schema }) => place === 'path' && schema.type === 'integer')
      .map(({ name }) => ({ ...each, parameter: name })),
  );

  it.each(cases)('of $name must be an integer from 1 to 2^53 - 1', async ({ parameter, ...each }) => {
    await forEach([...BAD, ...WORSE], async (id) => {
      const bad = each.template
        .replace(`{${parameter}}`, encodeURIComponent(id))
        .replaceAll(/\{[^}]+\}/g, '1');

      expectInvalid(await ask(each, () => bad), parameter);
    });
  });

  it('gets 404 if it does not exist', async () => {
    const answer = await api('GET /posts/9007199254740991');

    expect([answer.status, answer.body.code]).toEqual([404, 'post_not_found']);
  });

  it.each([
    '0',
    '-1',
    '1a',
    'a',
    'ab',
    '9007199254740992',
    'ada lovelace',
    'a'.repeat(31),
    '_ada',
    '%00',
    'é',
    'unknown-user-1',
    '99999999999999999999',
    'a\u200Bb',
    '1e3',
  ])('or a username gets 404 if it is %j, which nobody can have', async (person) => {
    const name = encodeURIComponent(person);
    const ofUsers = routes.filter(({ template }) => template.startsWith('/users/{user}'));
    await forEach(ofUsers, async (each) => {
      const answer = await ask(each, () => each.template.replace('{user}', name), {
        token: each.name.includes('/follow') || each.method === 'GET' ? fixture.me.token : admin.token,
      });

      expect([each.name, answer.status, answer.body.code]).toEqual([each.name, 404, 'user_not_found']);
    });
    expect((await api(`PUT /users/${name}/follow`)).status).toBe(401);
    expectInvalid(await api(`GET /users/${name}/posts?limit=x`), 'limit');
  });
});

describe('me', () => {
  it.each([
    'GET /users/me/posts',
    'GET /users/me/votes',
    'GET /users/me/followers',
    'GET /users/me/following',
    'PUT /users/me/follow',
    'GET /posts?author=me',
  ])('is not a user in %s, and the answer says what to use instead', async (call) => {
    const answer = await api(call, { token: fixture.me.token });

    if (call.includes('author')) expectInvalid(answer, 'author');
    else expect([answer.status, answer.body.code]).toEqual([404, 'user_not_found']);
    for (const instead of ['our own', '/users/me', '/posts/mine'])
      expect(answer.body.detail).toContain(instead);
  });
});

describe('a time in a query', () => {
  it.each([
    ['2026-11-20T00:00:00+23:00', 200],
    ['2026-11-20T00:00:00-16:00', 200],
    [`2026-11-20T00:00:00.${'1'.repeat(200)}Z`, 200],
    ['0001-01-01T00:00:00+23:00', 422],
    ['9999-12-31T23:59:59-23:00', 422],
    ['2026-02-30', 422],
  ])('%s is answered %i', async (time, status) => {
    for (const end of ['since', 'until']) {
      const answer = await api(`GET /posts?${end}=${encodeURIComponent(time)}`);
      expect(answer.status).toBe(status);
    }
  });
});

describe('a new password', () => {
  it.each(['ｐａｓｓｗｏｒｄ１２３', 'password123\0', 'long enough, \ud800'])(
    'is refused: %j',
    async (password) => {
      const answer = await api('POST /users', { json: { email: 'nobody.at.all@example.com', password } });

      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ path: 'password' }]);
    },
  );
});

describe('the page of a list', () => {
  const withQuery = (query: string) => (path: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

  const BAD: [string, string][] = [
    ...['0', '101', 'x', '-1', '1.5', '1e1', '0x5', '%00', '９'].map((value): [string, string] => [
      'limit',
      `limit=${value}`,
    ]),
    ['limit', 'limit=1&limit=2'],
    ...['-1', '10001', 'x', '1.5'].map((value): [string, string] => ['skip', `skip=${value}`]),
    ...['up', 'ASC', 'asc&order=desc'].map((value): [string, string] => ['order', `order=${value}`]),
    ...['yes', '1'].map((value): [string, string] => ['total', `total=${value}`]),
    ['cursor', 'cursor=!!!'],
    ['cursor', 'cursor=abc'],
    ['cursor', 'cursor=bnVsbA'],
    ['cursor', 'cursor=W10'],
    ['cursor', 'cursor=%00'],
    ['cursor', `cursor=${'a'.repeat(1_001)}`],
    ['cursor', 'cursor=W10&cursor=W10'],
  ];

  it.each(lists)('of $name gets 422 for an invalid limit, skip, order, total or cursor', async (each) => {
    const supported = parametersIn('query', each.operation);
    const cases = BAD.filter(([name]) => supported.includes(name));
    await forEach(cases, async ([at, query]) => {
      const answer = await ask(each, withQuery(query));

      expect([query, answer.status]).toEqual([query, 422]);
      expectInvalid(answer, at);
    });
  });

  it.each(['/posts', '/users', '/posts/mine'])(
    'of %s gets 422 for skip and cursor together',
    async (path) => {
      const { token } = await authorOfThree();
      const { body } = await api(`GET ${path}?limit=1`, { token });

      const answer = await api(`GET ${path}?limit=1&skip=0&cursor=${body.page.next_cursor}`, { token });

      expectInvalid(answer, 'skip');
    },
  );

  it('gets 422 for a cursor of another list, filter or order', async () => {
    const { token, username } = await authorOfThree();
    const cursorOf = async (path: string) => (await api(`GET ${path}`, { token })).body.page.next_cursor;
    const users = await cursorOf('/users?limit=1');
    const mine = await cursorOf('/posts/mine?limit=1');
    const all = await cursorOf('/posts?limit=1');
    const byAuthor = await cursorOf(`/posts?limit=1&author=${username}`);
    const oldest = await cursorOf('/posts?limit=1&order=asc');
    expect([users, mine, all, byAuthor, oldest]).not.toContain(null);

    const mismatches: [string, string][] = [
      ['/posts', users],
      ['/posts', mine],
      ['/posts', byAuthor],
      ['/posts', oldest],
      ['/posts/mine', all],
      ['/users', all],
      [`/posts?author=${username}&search=a`, byAuthor],
      [`/posts?author=${username}`, all],
    ];
    for (const [path, cursor] of mismatches) {
      expectInvalid(await api(`GET ${withQuery(`cursor=${cursor}`)(path)}`, { token }), 'cursor');
    }
  });

  // Clients must not edit cursors; those that do get a 422 and not a 500.
  it.each(['/posts', '/users', '/posts/mine'])('of %s gets 422 for an edited cursor', async (path) => {
    const { token } = await authorOfThree();
    const { body } = await api(`GET ${path}?limit=1`, { token });
    const [version, scope, backwards, inclusive, [moment, id]] = JSON.parse(unpacked(body.page.next_cursor));

    const edited: unknown[] = [
      [version + 1, scope, backwards, inclusive, [moment, id]],
      [version, '', backwards, inclusive, [moment, id]],
      [version, scope, 2, inclusive, [moment, id]],
      [version, scope, backwards, '1', [moment, id]],
      [version, scope, backwards, inclusive],
      [version, scope, backwards, inclusive, [moment, id], 1],
      ...[[], [moment], [id, moment], [moment, id, id], {}, 'x'].map((key) => [version, scope, 0, 0, key]),
      ...[
        '2026-02-30T00:00:00.000Z',
        '0000-01-01T00:00:00.000Z',
        '2026-01-01T24:00:00.000Z',
        'now',
        '',
        1,
        null,
      ].map((time) => [version, scope, 0, 0, [time, id]]),
      ...[2 ** 53, 1.5, '1', null, [], '1; DROP TABLE posts'].map((key) => [
        version,
        scope,
        0,
        0,
        [moment, key],
      ]),
      { ...[version, scope, 0, 0, [moment, id]] },
    ];
    for (const parts of edited) {
      const answer = await api(`GET ${path}?cursor=${packed(parts)}`, { token });

      expect([parts, answer.status]).toEqual([parts, 422]);
      expectInvalid(answer, 'cursor');
    }
    expect((await api(`GET ${path}?cursor=${body.page.next_cursor}`, { token })).status).toBe(200);
  });

  const unpacked = (cursor: string) => atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  const packed = (parts: unknown) =>
    btoa(JSON.stringify(parts)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

  async function authorOfThree(): Promise<Person> {
    const author = await signUp();
    for (const content of ['One.', 'Two.', 'Three.']) await write(author, { content });
    return author;
  }
});

describe('a text', () => {
  const NOT_TEXT = ['a\0b', '\0', 'half \ud83d of a pair', '\udc00\ud800'];
  const PLACES: [string, string, (text: string) => unknown][] = [
    ['POST /posts', 'content', (content) => ({ content })],
    ['POST /posts', 'title', (title) => ({ content: 'A note.', title })],
    ['POST /posts', 'tags', (tag) => ({ content: 'A note.', tags: [tag] })],
    ['PUT /posts/{id}', 'content', (content) => ({ content })],
    ['PATCH /posts/{id}', 'title', (title) => ({ title })],
    ['POST /auth/login', 'username', (username) => ({ username, password: 'whatever' })],
    ['POST /users', 'email', (email) => ({ email: `${email}@example.com`, password: fixture.me.password })],
    [
      'POST /users',
      'username',
      (username) => ({ username, email: 'a@example.com', password: fixture.me.password }),
    ],
    [
      'POST /users',
      'bio',
      (bio) => ({ bio, email: `${fixture.unused}@example.com`, password: fixture.me.password }),
    ],
    [
      'POST /users',
      'avatar_url',
      (name) => ({
        avatar_url: `https://example.com/${name}`,
        email: `${fixture.unused}@example.com`,
        password: fixture.me.password,
      }),
    ],
  ];

  it.each(PLACES)('with NUL or half a surrogate pair is refused by %s as %s', async (name, key, body) => {
    for (const text of NOT_TEXT) {
      const answer = await ask(route(name), unchanged, { json: body(text) });

      expect([text, answer.status]).toEqual([text, 422]);
      expectInvalid(answer, key);
    }
  });

  it('with NUL is refused in a query', async () => {
    expectInvalid(await api('GET /posts?search=%00'), 'search');
    expectInvalid(await api('GET /posts?author=%00'), 'author');
    expectInvalid(await api('GET /votes?post_ids=1%00', { token: fixture.me.token }), 'post_ids');
  });
});

describe('dir', () => {
  it.each([-1, 2, 99, '1', '0', null, 1.5, true, false, [], [1], {}, undefined])(
    'gets 422 for %j',
    async (dir) => {
      const answer = await ask(route('POST /votes'), unchanged, { json: { post_id: fixture.theirs, dir } });

      expectInvalid(answer, 'dir');
    },
  );
});

describe('post_id in a body', () => {
  it.each([0, -1, 2 ** 53, '1', null, 1.5, true, [1], {}, undefined])('gets 422 for %j', async (post_id) => {
    expectInvalid(await ask(route('POST /votes'), unchanged, { json: { post_id, dir: 1 } }), 'post_id');
  });
});

describe('post_ids', () => {
  const many = Array.from({ length: 101 }, (_, i) => i + 1).join();
  it.each(['', '0', '-1', 'x', '1,', ',1', '1,,2', '1, 2', '9007199254740992', '1;2', many])(
    'gets 422 for %j',
    async (ids) => {
      const call = `GET /votes?post_ids=${encodeURIComponent(ids)}`;

      expectInvalid(await api(call, { token: fixture.me.token }), 'post_ids');
    },
  );

  it('is required', async () => {
    expectInvalid(await api('GET /votes', { token: fixture.me.token }), 'post_ids');
  });
});

describe('keys that clients may not set', () => {
  const FORBIDDEN = {
    id: 123_456_789,
    owner_id: 123_456_789,
    user_id: 123_456_789,
    owner: { id: 1 },
    created_at: '2000-01-01T00:00:00.000Z',
    edited_at: '2000-01-01T00:00:00.000Z',
    votes: 99,
    replies: 99,
    viewer: { voted: true, bookmarked: false },
    version: 99,
    role: 'admin',
    unknown: 'key',
  };

  it.each(['POST /posts', 'PUT /posts/{id}', 'PATCH /posts/{id}'])('are ignored by %s', async (name) => {
    const { status, body } = await ask(route(name), unchanged, { json: { ...FORBIDDEN, content: 'Mine.' } });

    expect(status).toBeLessThan(300);
    expect(body).toMatchObject({
      owner_id: fixture.me.id,
      votes: 0,
      replies: 0,
      viewer: { voted: false, bookmarked: false },
    });
    expect(body.id).not.toBe(FORBIDDEN.id);
    expect(body.created_at).not.toMatch(/^2000/);
    expect(String(body.edited_at)).not.toMatch(/^2000/);
    expect(body).not.toHaveProperty('unknown');
  });

  it('are ignored by POST /users', async () => {
    const email = `${fixture.unused}_plain@example.com`;
    const json = {
      ...FORBIDDEN,
      email,
      password: fixture.me.password,
      email_verified: true,
      posts: 99,
      followers: 99,
    };

    const { status, body } = await api('POST /users', { json });

    expect(status).toBe(201);
    expect(body).toMatchObject({ role: 'user', email_verified: false, posts: 0, followers: 0 });
    expect(body.id).not.toBe(FORBIDDEN.id);
    expect(body.created_at).not.toMatch(/^2000/);
  });

  it('do not change the parent of a post', async () => {
    const { body } = await ask(route('PUT /posts/{id}'), unchanged, {
      json: { content: 'Mine.', parent_id: fixture.theirs },
    });

    expect(body.parent_id).toBeNull();
  });
});
