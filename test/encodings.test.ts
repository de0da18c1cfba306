// Bytes that are no characters are refused wherever text comes in, and every limit in bytes has room for the longest
// legal value in its longest legal encoding.
import { describe, expect, it } from 'vitest';
import { type Answer, api } from './support/api';
import { routes } from './support/document';
import { createFixture } from './support/fixture';
import { signUp, unusedName, write } from './support/people';
import { ROUTES } from './support/routes';

const URLENCODED = 'application/x-www-form-urlencoded';
const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part])),
  );
const typed = (type: string) => ({ 'Content-Type': type });

describe('a JSON body', () => {
  it.each([
    'application/ld+json',
    'application/vnd.api+json',
    'application/merge-patch+json; charset=utf-8',
    'Application/JSON ;charset="UTF-8"',
    'application/json; charset=utf-8;',
    'application/json ; profile="a;charset=latin1"; charset="ut\\f-8"',
    'application/json; charset=utf8',
  ])('may come as %s, in UTF-8 only', async (type) => {
    const { token } = await signUp();
    const send = (body: BodyInit) => api('POST /posts', { token, body, headers: typed(type) });

    const good = await send('{"content":"ä"}');
    expect([good.status, good.body.content]).toEqual([201, 'ä']);
    for (const body of [bytes('{"content":"', 0xe4, '"}'), bytes('{"content":"', 0xed, 0xa0, 0x80, '"}')]) {
      const bad = await send(body);
      expect([bad.status, bad.body.code]).toEqual([400, 'malformed_body']);
    }
  });

  it.each([
    'application/json; charset=iso-8859-1',
    'application/ld+json;charset="windows-1252"',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; CHARSET="utf\\-16"',
    'application/+json',
    'application/json-seq',
    'text/plain; charset=utf-8',
  ])('as %s is 415', async (type) => {
    const { token } = await signUp();

    const { status, body } = await api('POST /posts', {
      token,
      body: '{"content":"x"}',
      headers: typed(type),
    });

    expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
  });
});

describe('a form', () => {
  const login = (body: BodyInit, type?: string) =>
    api('POST /auth/login', { body, ...(type && { headers: typed(type) }) });
  const part = (name: string, ...value: (string | number)[]) => [
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`,
    ...value,
    '\r\n',
  ];

  it.each([
    ['%FF', 'username=ada&password=secret%FF'],
    ['%C3 without its second byte', 'username=ada%C3&password=secret'],
    ['half a surrogate pair', 'username=ada&password=%ED%A0%80'],
    ['half an escape', 'username=ada&password=100%'],
    ['no escape', 'username=ada&password=%zz'],
    ['an unread field that is not UTF-8', 'username=ada&password=x&scope=%E4'],
    ['a raw byte', bytes('username=ada&password=', 0xe4)],
  ])('with %s is 400', async (_, body) => {
    const answer = await login(body, URLENCODED);

    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_body']);
  });

  it('of several parts with a byte that is not UTF-8 is 400', async () => {
    for (const value of [[0xff], ['p', 0xe4, 'ss'], [0xc3]]) {
      const body = bytes(...part('username', 'ada'), ...part('password', ...value), '--x--\r\n');
      const answer = await login(body, 'multipart/form-data; boundary=x');

      expect([answer.status, answer.body.code]).toEqual([400, 'malformed_body']);
    }
  });

  it.each([`${URLENCODED}; charset=iso-8859-1`, 'multipart/form-data; boundary=x; charset=latin1'])(
    'as %s is 415',
    async (type) => {
      const answer = await login('username=ada&password=x', type);

      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it('signs in with the password as it is, in every kind of body', async () => {
    const json = { email: `${unusedName()}@example.com`, password: 'pässwörd & 100% +1 😀' };
    await api('POST /users', { json });
    const fields = { username: json.email, password: json.password };
    const multipart = new FormData();
    for (const [name, value] of Object.entries(fields)) multipart.set(name, value);

    for (const call of [{ form: fields }, { json: fields }, { body: multipart }])
      expect((await api('POST /auth/login', call)).status).toBe(200);
    const quoted = new URLSearchParams(fields).toString();
    expect((await login(quoted, `${URLENCODED} ; charset="UTF-8"`)).status).toBe(200);
    const wrong = quoted.replace(
      /password=.*/,
      'password=p%EF%BF%BDssw%EF%BF%BDrd+%26+100%25+%2B1+%F0%9F%98%80',
    );
    expect((await login(wrong, URLENCODED)).status).toBe(401);
  });
});

describe('a URL', () => {
  const BROKEN = ['%FF', '%', '%zz', '%C3', '%ED%A0%80', '%E0%A4%A', 'a%80b', '%C0%80'];
  const withInput = routes.filter(({ operation }) =>
    operation.parameters?.some(({ in: place }) => place !== 'header'),
  );

  it.each(withInput)(
    'of $name is 400 if its query is not UTF-8',
    async ({ name, operation, method, template }) => {
      const fixture = await createFixture();
      const { path = template, json } = ROUTES[name]?.call(fixture) ?? {};
      const parameters = operation.parameters?.filter((each) => each.in === 'query') ?? [];
      for (const broken of BROKEN) {
        const pair = `${parameters[0]?.name ?? 'unknown'}=${broken}`;
        const call = `${method} ${path}${path.includes('?') ? '&' : '?'}${pair}`;
        const answer = await api(call, { token: fixture.me.token, json });

        expect([pair, answer.status, answer.body.code]).toEqual([pair, 400, 'malformed_url']);
      }
      if (operation.security?.every((scheme) => 'bearer' in scheme))
        expect((await api(`${method} ${path}?x=%FF`, { json })).status).toBe(401);
    },
  );

  it('is 400 if a segment of its path is not UTF-8', async () => {
    const { token } = await signUp();
    for (const call of [
      'GET /users/%FF',
      'GET /posts/%E0%A4%A',
      'GET /users/a%80b/posts',
      'DELETE /votes/%C3',
    ]) {
      const answer = await api(call, { token });

      expect([call, answer.status, answer.body.code]).toEqual([call, 400, 'malformed_url']);
    }
    expect((await api('DELETE /votes/%FF')).status).toBe(401);
    expect((await api('GET /nowhere/%FF')).status).toBe(404);
  });

  it('says the same with a percent sign, an emoji and a plus that are encoded', async () => {
    const author = await signUp();
    const content = `${unusedName()} 100% 😀 1+1`;
    const { id } = await write(author, { content });

    const { body } = await api(`GET /posts?search=${encodeURIComponent(content)}`);

    expect(body.data.map((post: { id: number }) => post.id)).toEqual([id]);
  });
});

describe('the longest legal value', () => {
  /** Each UTF-16 unit as JSON escapes it. */
  const escaped = (text: string) =>
    text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

  it.each([
    ['an emoji, 12 bytes', '😀', 1],
    ['four letters that compose to one, 24 bytes', 'α\u0313\u0300\u0345', 1],
  ])('of a post fits with every character escaped: %s', async (_, character) => {
    const { token } = await signUp();
    const composed = character.normalize('NFC');
    const body = `{"content":"${escaped(character).repeat(10_000)}","title":"${escaped(character).repeat(200)}"}`;

    const answer = await api('POST /posts', { token, body, headers: typed('application/json') });

    expect(answer.status).toBe(201);
    expect(answer.body.content).toBe(composed.repeat(10_000));
    expect(answer.body.title).toBe(composed.repeat(200));
  });

  it('of a password fits in every kind of body, composed or not', async () => {
    const password = `${'ᾂ'.repeat(100)}${'😀'.repeat(28)}`;
    const json = { email: `${'a'.repeat(64)}@${unusedName().replaceAll('_', '-')}.example`, password };
    expect(
      (await api('POST /users', { json: { ...json, password: password.normalize('NFD') } })).status,
    ).toBe(201);

    for (const secret of [password, password.normalize('NFD')]) {
      const form = { username: json.email, password: secret };
      expect((await api('POST /auth/login', { form })).status).toBe(200);
    }
    const longer = `${password}x`.normalize('NFD');
    const other = { email: `${unusedName()}@example.com`, password: longer };
    expect((await api('POST /users', { json: other })).body.errors).toMatchObject([
      { path: 'password', code: 'too_long' },
    ]);
  });

  it('of a search and of a tag fits in a URL, composed or not', async () => {
    const author = await signUp();
    const [word, name] = ['ᾂ'.repeat(64), '\u{1E921}'.repeat(49) + [...'bcdfgh'][author.id % 6]];
    const { id, tags } = await write(author, { content: word, tags: [name] });

    for (const text of [word, word.normalize('NFD')]) {
      const { status, body } = await api(`GET /posts?author=${author.id}&search=${encodeURIComponent(text)}`);
      expect([status, body.data?.length]).toEqual([200, 1]);
    }
    const found = await api(`GET /posts?tag=${encodeURIComponent(name)}`);
    expect(found.body.data.map((post: { id: number }) => post.id)).toContain(id);
    expect(tags).toEqual([name.toLowerCase()]);
    expect((await api(`GET /posts?search=${encodeURIComponent(`${word}x`)}`)).status).toBe(422);
  });

  it('of a tag fits in a cursor', async () => {
    const author = await signUp();
    const longest = `${'\u{1E943}'.repeat(44)}a`;
    await write(author, { tags: [longest, `${'\u{1E943}'.repeat(44)}b`] });
    const tags: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: Answer = await api(`GET /posts/tags?limit=100${cursor && `&cursor=${cursor}`}`);
      tags.push(...body.data.map(({ tag }: { tag: string }) => tag));
      cursor = body.page.next_cursor;
    }

    const { body } = await api(`GET /posts/tags?limit=1&skip=${tags.indexOf(longest)}`);
    const after = await api(`GET /posts/tags?limit=1&cursor=${body.page.next_cursor}`);

    expect(body.data[0].tag).toBe(longest);
    expect(after.body.data[0].tag).toBe(tags[tags.indexOf(longest) + 1]);
  });

  it('of an Idempotency-Key is kept', async () => {
    const { token } = await signUp();
    const key = '~'.repeat(255);
    const send = (value: string) =>
      api('POST /posts', { token, json: { content: 'Once.' }, headers: { 'Idempotency-Key': value } });

    expect((await send(key)).status).toBe(201);
    expect((await send(key)).headers.get('idempotency-replayed')).toBe('true');
    expect((await send(`${key}~`)).status).toBe(422);
  });
});
