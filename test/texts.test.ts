// What a text may hold, and what is stored of it, in every field that takes one.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, api } from './support/api';
import { type Person, signUp, unusedName, write } from './support/people';

let me: Person;
let mine: number;
beforeAll(async () => {
  me = await signUp();
  mine = (await write(me)).id;
});

const register = (json: object) =>
  api('POST /users', { json: { email: `${unusedName()}@example.com`, password: me.password, ...json } });
const send = (call: string, json: object) => api(call, { token: me.token, json });

/** Every way to write a text: its name, its path in an answer, and how to send it. */
const FIELDS: [name: string, key: string, send: (text: unknown) => Promise<Answer>][] = [
  ['the content of POST /posts', 'content', (content) => send('POST /posts', { content })],
  ['the content of PUT /posts/{id}', 'content', (content) => send(`PUT /posts/${mine}`, { content })],
  ['the content of PATCH /posts/{id}', 'content', (content) => send(`PATCH /posts/${mine}`, { content })],
  ['the content of a reply', 'content', (content) => send(`POST /posts/${mine}/replies`, { content })],
  ['the title of POST /posts', 'title', (title) => send('POST /posts', { content: 'A', title })],
  ['the title of PUT /posts/{id}', 'title', (title) => send(`PUT /posts/${mine}`, { content: 'A', title })],
  ['the title of PATCH /posts/{id}', 'title', (title) => send(`PATCH /posts/${mine}`, { title })],
  ['the title of a reply', 'title', (title) => send(`POST /posts/${mine}/replies`, { content: 'A', title })],
  ['the bio of POST /users', 'bio', (bio) => register({ bio })],
  ['the bio of PATCH /users/me', 'bio', (bio) => send('PATCH /users/me', { bio })],
];
const TAGS: typeof FIELDS = [['a tag', 'tags', (tag) => send('POST /posts', { content: 'A', tags: [tag] })]];
const QUERIES: typeof FIELDS = [
  ['a search for posts', 'search', (text) => api(`GET /posts?search=${encodeURIComponent(String(text))}`)],
  ['a search for users', 'q', (text) => api(`GET /users?q=${encodeURIComponent(String(text))}`)],
  ['the filter of a tag', 'tag', (text) => api(`GET /posts?tag=${encodeURIComponent(String(text))}`)],
];
const named = (...keys: string[]) => FIELDS.filter(([, key]) => keys.includes(key));

function expectRefused(text: string, key: string, { status, body }: Answer) {
  expect([text, status, body.errors?.[0].path.split('.')[0]]).toEqual([text, 422, key]);
  expect(body.errors).toHaveLength(1);
}

describe('a text without a visible character', () => {
  const INVISIBLE = [
    '\u200b\u2800',
    '\u200b',
    '\u2800',
    '\u3164',
    '\uffa0',
    '\u00ad',
    '\u034f',
    '\u115f\u1160',
    '\u17b4\u17b5',
    '\u180b\u180e\u180f',
    '\u200c\u200d\u200e\u200f',
    '\u202a\u202c',
    '\u2060\u2061\u2064',
    '\u2066\u2069',
    '\u061c',
    '\ufe0f',
    '\u{e0100}\u{e01ef}',
    '\u{e0001}\u{e0061}\u{e007f}',
    '\u{1d159}',
    '\u{1d173}',
    '\u{1bca0}',
    '\u{13441}',
    ' \u200b \u2800 \u3000 \u3164 ',
  ];

  it.each([...FIELDS, ...TAGS, ...QUERIES])('is refused as %s', async (_, key, send) => {
    for (const text of INVISIBLE) expectRefused(text, key, await send(text));
  });

  it.each(['.', '\u0e01', '😀', '\u{f0000}', '⠿', '\u{1f3f4}\u{e0067}\u{e007f}', '\u1f3f', '\u200b.\u200b'])(
    'is not one with %j in it',
    async (content) => {
      const { status, body } = await send('POST /posts', { content });

      expect([status, body.content]).toEqual([201, content.normalize('NFC')]);
    },
  );
});

describe('an empty or blank text', () => {
  it.each(named('title', 'bio'))('is null as %s', async (_, key, send) => {
    for (const text of ['', ' ', '\n\t', '\u00a0\u2003\ufeff', '\u3000', null]) {
      await send('Something.');
      const { status, body } = await send(text);

      expect(status).toBeLessThan(300);
      expect([text, body[key]]).toEqual([text, null]);
    }
  });

  it('is null as an avatar_url, and lets the server choose a username', async () => {
    for (const text of ['', ' \n']) {
      const { status, body } = await register({ bio: text, avatar_url: text, username: text });
      expect([status, body.bio, body.avatar_url]).toEqual([201, null, null]);
      expect(body.username).toMatch(/^user_/);

      await send('PATCH /users/me', { avatar_url: 'https://example.com/a.png' });
      expect((await send('PATCH /users/me', { avatar_url: text })).body.avatar_url).toBeNull();
    }
  });

  it.each(named('content'))('is refused as %s', async (_, key, send) => {
    for (const text of ['', ' ', '\r\n', '\u2028', '\u00a0']) expectRefused(text, key, await send(text));
  });

  it('is refused where a value is needed', async () => {
    for (const text of ['', ' ', '\u200b']) {
      expectRefused(text, 'username', await send('PATCH /users/me', { username: text }));
      expectRefused(text, 'email', await register({ email: text }));
      expectRefused(text, 'code', await send('POST /auth/email/verify', { code: text }));
      expectRefused(text, 'tags', await send('POST /posts', { content: 'A', tags: [text] }));
    }
  });
});

describe('a text', () => {
  it.each(FIELDS)('is trimmed and stored in NFC, as %s', async (_, key, send) => {
    const { status, body } = await send(' \u00a0\ufeffcafe\u0301 \u1112\u1161\u11ab\n');

    expect(status).toBeLessThan(300);
    expect(body[key]).toBe('café 한');
  });

  it('is counted in code points after NFC', async () => {
    const decomposed = 'e\u0301';
    for (const [key, max, call] of [
      ['title', 200, (title: string) => ({ content: 'A', title })],
      ['content', 10_000, (content: string) => ({ content })],
    ] as const) {
      expect((await send('POST /posts', call(decomposed.repeat(max)))).body[key]).toBe('é'.repeat(max));
      expectRefused('longer', key, await send('POST /posts', call(decomposed.repeat(max + 1))));
    }
    expect((await send('PATCH /users/me', { bio: decomposed.repeat(500) })).status).toBe(200);
    expectRefused('longer', 'bio', await send('PATCH /users/me', { bio: decomposed.repeat(501) }));
  });

  it('has one kind of line break', async () => {
    const text = 'one\r\ntwo\rthree\u2028four\u2029five\n\n\tsix  seven';

    for (const [, key, send] of named('content', 'bio')) {
      const { body } = await send(text);
      expect(body[key]).toBe('one\ntwo\nthree\nfour\nfive\n\n\tsix  seven');
    }
  });

  it.each(named('title'))(
    'of one line has no breaks and no runs of white space, as %s',
    async (_, key, send) => {
      const { status, body } = await send(
        'one\r\ntwo\u2028\u2029three\t \u3000four\u00a0\u1680five\n\n\nsix',
      );

      expect(status).toBeLessThan(300);
      expect(body[key]).toBe('one two three four five six');
    },
  );

  const controls = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
  const CONTROLS = [
    ...controls(0, 8),
    ...controls(0xb, 0xc),
    ...controls(0xe, 0x1f),
    ...controls(0x7f, 0x9f),
  ];

  it.each([...FIELDS, ...TAGS, ...QUERIES])(
    'with a control character is refused as %s',
    async (_, key, send) => {
      for (const control of CONTROLS) expectRefused(control, key, await send(`a${control}b`));
      for (const control of ['\0', '\u001b', '\u007f', '\u009f'])
        expectRefused(control, key, await send(`${control}b`));
    },
  );

  it('is refused with a line break or a tab inside a tag, a username or a search', async () => {
    for (const between of ['\n', '\t', '\r\n', '\u2028', ' ']) {
      expectRefused(between, 'tags', await send('POST /posts', { content: 'A', tags: [`a${between}b`] }));
      expectRefused(between, 'username', await register({ username: `ada${between}b` }));
    }
    for (const between of ['\n', '\t'])
      expectRefused(between, 'search', await api(`GET /posts?search=a${encodeURIComponent(between)}b`));
  });

  it.each(named('title'))('of one line ends each change of direction, as %s', async (_, key, send) => {
    for (const text of ['\u202eevil', 'a \u2066b', 'a\u202c', '\u202a\u2066a\u202c\u2069', 'a\u2069'])
      expectRefused(text, key, await send(text));
    for (const text of [
      'a \u2068שלום\u2069 b',
      '\u202bשלום\u202c',
      '\u200fשלום\u200e',
      '\u202d\u2067a\u2069\u202cb',
    ])
      expect((await send(text)).body[key]).toBe(text);
  });

  it('of several lines keeps its changes of direction', async () => {
    const content = '\u202eabc\nשלום \u2066x';

    expect((await send('POST /posts', { content })).body.content).toBe(content);
  });
});

describe('what is invisible around a name', () => {
  const AROUND = ['\u202a', '\u200b', '\ufeff', '\u2069', '\u00ad', '\u00a0', '\t', '\u{e0020}', '\u3164'];

  it('is dropped from usernames and emails, where they are chosen and where they are given', async () => {
    for (const each of AROUND) {
      const name = unusedName();
      const around = (text: string) => `${each}${text}${each}`;
      const { status, body } = await register({
        username: around(name),
        email: around(`${name}@example.com`),
      });

      expect([each, status, body.username, body.email]).toEqual([each, 201, name, `${name}@example.com`]);
      const taken = await register({ username: around(name) });
      expect([taken.status, taken.body.code]).toEqual([409, 'username_taken']);
      const forgot = await api('POST /auth/password/forgot', {
        json: { email: around(`${name}@example.com`) },
      });
      expect(forgot.status).toBe(202);
    }
  });

  it('is dropped when signing in, and nothing within', async () => {
    const { username, email, password } = me;
    for (const each of AROUND) {
      for (const name of [username, email]) {
        const form = { username: `${each}${each}${name}${each}`, password };
        expect([each, (await api('POST /auth/login', { form })).status]).toEqual([each, 200]);
      }
    }
    const inside = { username: `${username.slice(0, 3)}\u200b${username.slice(3)}`, password };
    expect((await api('POST /auth/login', { json: inside })).status).toBe(401);
  });
});
