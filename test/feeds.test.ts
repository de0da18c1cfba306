import { parseAtomFeed } from 'feedsmith';
import { describe, expect, it } from 'vitest';
import { api, isWorker, withSettings } from './support/api';
import { type Person, signUp, signUpMany, unusedName, write } from './support/people';
import { sql } from './support/sql';

const TYPE = 'application/atom+xml; charset=utf-8';
/** Where the tests call. The server for Node has a port of its own. */
const ORIGIN = isWorker
  ? 'https://ledge.example'
  : (/href="(http:\/\/127\.0\.0\.1:\d+)\//.exec((await api('GET /posts/feed.atom')).text)?.[1] ?? '');

async function readFeed(path: string, options: Parameters<typeof api>[1] = {}) {
  const answer = await api(`GET ${path}`, options);
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, TYPE]);
  return { ...answer, feed: parseAtomFeed(answer.text) };
}

const idsOf = ({ feed }: Awaited<ReturnType<typeof readFeed>>) =>
  (feed.entries ?? []).map(({ id }) => Number(/\/posts\/(\d+)$/.exec(id ?? '')?.[1]));
const linkOf = ({ feed }: Awaited<ReturnType<typeof readFeed>>, rel: string) =>
  feed.links?.find((link) => link.rel === rel)?.href;
const pathOf = (address: string | undefined) => address?.slice(ORIGIN.length) ?? '';

/** Posts that were written a while ago, a minute apart. */
async function writeOld(person: Person, count: number): Promise<number[]> {
  const rows = await sql`INSERT INTO posts (owner_id, content, created_at, published_at)
    SELECT ${person.id}, 'Note ' || n, at, at
      FROM generate_series(1, ${count}) AS n, LATERAL (SELECT '2026-01-01Z'::timestamptz + n * interval '1 minute' AS at) AS one
    RETURNING id::integer AS id`;
  return rows.map(({ id }) => Number(id)).sort((a, b) => b - a);
}

/** A tag that nobody else uses. */
const unusedTag = () => unusedName('t').toLowerCase();

describe('GET /users/{user}/feed.atom', () => {
  it('has the posts of the person', async () => {
    const person = await signUp();
    const titled = await write(person, {
      title: 'One & <two>',
      content: 'a < b && c > "d"',
      tags: ['é', 'z'],
    });
    const note = await write(person, { content: '\n\n  The first line.\nThe second.' });
    await api(`PATCH /posts/${titled.id}`, { token: person.token, json: { content: 'a <b>' } });
    const { body: edited } = await api(`GET /posts/${titled.id}`);
    const author = [{ name: person.username, uri: `${ORIGIN}/@${person.username}` }];

    const { feed } = await readFeed(`/users/${person.username}/feed.atom`);

    const [row] = await sql`SELECT id FROM identity`;
    const tag = (name: string) => `tag:ledge,2026:${row?.id}/${name}`;
    expect(feed).toEqual({
      id: tag(`users/${person.id}`),
      title: { value: `Ledge: ${person.username}` },
      updated: edited.edited_at,
      authors: author,
      links: [
        {
          rel: 'self',
          type: 'application/atom+xml',
          href: `${ORIGIN}/users/${person.username}/feed.atom`,
        },
        { rel: 'alternate', type: 'text/html', href: `${ORIGIN}/@${person.username}` },
        {
          rel: 'first',
          type: 'application/atom+xml',
          href: `${ORIGIN}/users/${person.username}/feed.atom`,
        },
      ],
      generator: { text: 'Ledge' },
      entries: [
        {
          id: tag(`posts/${note.id}`),
          title: { value: 'The first line.' },
          links: [{ rel: 'alternate', type: 'text/html', href: `${ORIGIN}/p/${note.id}` }],
          published: note.published_at,
          updated: note.published_at,
          authors: author,
          content: { value: 'The first line.\nThe second.', type: 'text' },
        },
        {
          id: tag(`posts/${titled.id}`),
          title: { value: 'One & <two>' },
          links: [{ rel: 'alternate', type: 'text/html', href: `${ORIGIN}/p/${titled.id}` }],
          published: titled.published_at,
          updated: edited.edited_at,
          authors: author,
          categories: [{ term: 'é' }, { term: 'z' }],
          content: { value: 'a <b>', type: 'text' },
        },
      ],
    });
  });

  it('has no drafts, not for their owner, and no replies', async () => {
    const person = await signUp();
    const post = await write(person);
    await write(person, { published: false });
    await write(person, { parent_id: post.id });

    for (const token of [person.token, undefined])
      expect(idsOf(await readFeed(`/users/${person.id}/feed.atom`, { token }))).toEqual([post.id]);
  });

  it('keeps its ids when the person takes another name, and the server another host', async () => {
    const person = await signUp();
    await write(person);
    const before = await readFeed(`/users/${person.id}/feed.atom`);
    const username = unusedName();
    await api('PATCH /users/me', { token: person.token, json: { username } });

    const after = await readFeed(`/users/${username}/feed.atom`);
    const elsewhere = await withSettings({})(
      new Request(`https://moved.example/users/${person.id}/feed.atom`),
    );
    const moved = parseAtomFeed(await elsewhere.text());

    for (const feed of [after.feed, moved]) {
      expect(feed.id).toBe(before.feed.id);
      expect(feed.entries?.map(({ id }) => id)).toEqual(before.feed.entries?.map(({ id }) => id));
      expect(feed.authors?.[0]?.name).toBe(username);
    }
    expect(moved.links?.[0]?.href).toBe(`https://moved.example/users/${person.id}/feed.atom`);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('is empty for somebody who wrote nothing', async () => {
    const person = await signUp();

    const { feed } = await readFeed(`/users/${person.id}/feed.atom`);

    expect(feed.entries).toBeUndefined();
    expect(feed.updated).toBe((await api(`GET /users/${person.id}`)).body.created_at);
  });

  it('is 404 for nobody, and for somebody who is deleted', async () => {
    const person = await signUp();
    await api('DELETE /users/me', { token: person.token, json: { current_password: person.password } });

    for (const name of [person.username, person.id, unusedName(), 'a b']) {
      const { status, body } = await api(`GET /users/${name}/feed.atom`);
      expect([name, status, body.code]).toEqual([name, 404, 'user_not_found']);
    }
  });
});

describe('GET /posts/feed.atom', () => {
  it('has the posts of a tag, whatever the tag is written in', async () => {
    const person = await signUp();
    const tag = `${unusedTag()}é`;
    const post = await write(person, { tags: [tag], content: 'Une note.' });
    await write(person);

    const found = await readFeed(`/posts/feed.atom?tag=${encodeURIComponent(tag.toUpperCase())}`);

    expect(idsOf(found)).toEqual([post.id]);
    expect(found.feed.title).toEqual({ value: `Ledge: #${tag}` });
    expect(found.feed.authors).toBeUndefined();
    expect(found.feed.id).toMatch(/^tag:ledge,2026:[-\da-f]{36}\/tags\/t_[\da-f]+%C3%A9$/);
    expect(linkOf(found, 'alternate')).toBe(`${ORIGIN}/tags/${encodeURIComponent(tag)}`);
    expect(linkOf(found, 'self')).toMatch(/^[\x21-\x7e]+$/);
    expect(idsOf(await readFeed(pathOf(linkOf(found, 'self'))))).toEqual([post.id]);
    const other = await readFeed('/posts/feed.atom');
    expect(other.feed.id).not.toBe(found.feed.id);
    expect(linkOf(other, 'alternate')).toBe(`${ORIGIN}/`);
  });

  it('is empty for a tag that nobody uses, and always the same', async () => {
    const path = `/posts/feed.atom?tag=${unusedTag()}`;

    const [first, second] = [await readFeed(path), await readFeed(path)];

    expect(first.feed.entries).toBeUndefined();
    expect(first.feed.updated).toBe('1970-01-01T00:00:00.000Z');
    expect(second.text).toBe(first.text);
  });

  it('leads from page to page and back', async () => {
    const person = await signUp();
    const ids = await writeOld(person, 7);
    const pages: number[][] = [];
    let last = await readFeed(`/users/${person.id}/feed.atom?limit=3`);
    const { id } = last.feed;
    for (;;) {
      pages.push(idsOf(last));
      expect(last.feed.id).toBe(id);
      expect(linkOf(last, 'first')).toBe(`${ORIGIN}/users/${person.id}/feed.atom?limit=3`);
      const next = linkOf(last, 'next');
      if (!next) break;
      last = await readFeed(pathOf(next));
      expect(linkOf(last, 'self')).toBe(next);
    }
    expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    const back = await readFeed(pathOf(linkOf(last, 'previous')));
    expect(idsOf(back)).toEqual(pages[1]);
    expect(linkOf(back, 'next')).toBeDefined();
  });

  it.each(['limit=0', 'limit=101', 'cursor=x', `tag=${'x'.repeat(51)}`, 'tag=a&tag=b'])(
    'refuses %s',
    async (query) => {
      expect((await api(`GET /posts/feed.atom?${query}`)).status).toBe(422);
    },
  );

  it('ignores parameters of other lists', async () => {
    const person = await signUp();
    const ids = await writeOld(person, 3);

    const found = await readFeed(`/users/${person.id}/feed.atom?order=asc&skip=1&include_replies=true`);

    expect(idsOf(found)).toEqual(ids);
  });

  it('answers HEAD, and with a slash at its end', async () => {
    const person = await signUp();
    await write(person);
    const head = await api('HEAD /posts/feed.atom');
    expect([head.status, head.headers.get('content-type'), head.text]).toEqual([200, TYPE, '']);
    expect(idsOf(await readFeed(`/users/${person.id}/feed.atom/`))).toHaveLength(1);
  });

  it('takes no other method', async () => {
    const { status, headers } = await api('POST /posts/feed.atom', { json: {} });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a feed', () => {
  it('is for people signed in only if PUBLIC_READS is false', async () => {
    const person = await signUp();
    const fetch = withSettings({ PUBLIC_READS: 'false' });

    for (const path of ['/posts/feed.atom', `/users/${person.id}/feed.atom`]) {
      expect((await api(`GET ${path}`, { fetch })).body.code).toBe('token_missing');
      expect((await api(`GET ${path}`, { fetch, token: person.token })).status).toBe(200);
    }
  });

  it('refuses an ended session, also where nobody is', async () => {
    const person = await signUp();
    await sql`DELETE FROM sessions WHERE id = ${person.session}`;

    for (const path of ['/posts/feed.atom', `/users/${unusedName()}/feed.atom`]) {
      const { status, body } = await api(`GET ${path}`, { token: person.token });
      expect([path, status, body.code]).toEqual([path, 401, 'token_revoked']);
    }
  });

  it('is 304 by its ETag until anything in it changes', async () => {
    const [person, voter] = (await signUpMany(2)) as [Person, Person];
    const post = await write(person);
    const second = await write(person);
    const path = `/users/${person.id}/feed.atom`;
    let etag = '';
    const conditional = (value: string, headers: Record<string, string> = {}) =>
      api(`GET ${path}`, { headers: { 'If-None-Match': value, ...headers } });
    const expectChanged = async () => {
      const { status, headers } = await conditional(etag);
      expect(status).toBe(200);
      expect(headers.get('etag')).not.toBe(etag);
      etag = headers.get('etag') ?? '';
    };

    await expectChanged();
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*', etag.replace(/"$/, '-gzip"')]) {
      const { status, text, headers } = await conditional(value);
      expect([value, status, text, headers.get('etag')]).toEqual([value, 304, '', etag]);
    }
    // The time is not asked where a tag is.
    const late = { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' };
    expect((await conditional('"another"', late)).status).toBe(200);
    // A vote is not in it.
    await api(`PUT /votes/${post.id}`, { token: voter.token });
    expect((await conditional(etag)).status).toBe(304);

    const token = person.token;
    await api(`PATCH /posts/${post.id}`, { token, json: { content: 'Other words.' } });
    await expectChanged();
    await api(`PATCH /posts/${post.id}`, { token, json: { published: false } });
    await expectChanged();
    await api(`DELETE /posts/${second.id}`, { token });
    await expectChanged();
    await write(person);
    await expectChanged();
    await api('PATCH /users/me', { token, json: { username: unusedName() } });
    await expectChanged();
  });

  it('is 304 by its Last-Modified until something is written', async () => {
    const person = await signUp();
    await sql`UPDATE users SET created_at = '2025-12-01Z' WHERE id = ${person.id}`;
    const [newest] = await writeOld(person, 3);
    const path = `/users/${person.id}/feed.atom`;
    const since = (time: string) => api(`GET ${path}`, { headers: { 'If-Modified-Since': time } });

    const { headers } = await api(`GET ${path}`);
    const time = 'Thu, 01 Jan 2026 00:03:00 GMT';
    expect(headers.get('last-modified')).toBe(time);
    for (const later of [time, 'Thu, 01 Jan 2026 00:03:01 GMT']) {
      const answer = await since(later);
      expect([later, answer.status, answer.text]).toEqual([later, 304, '']);
    }
    for (const earlier of ['Thu, 01 Jan 2026 00:02:59 GMT', 'yesterday', '9999', '2026-06-01T00:00:00Z', ''])
      expect([earlier, (await since(earlier)).status]).toEqual([earlier, 200]);

    await api(`PATCH /posts/${newest}`, { token: person.token, json: { content: 'Other words.' } });
    expect((await since(time)).status).toBe(200);
  });

  it('may be kept by a shared cache as other anonymous reads are', async () => {
    const person = await signUp();
    const fetch = withSettings({ PUBLIC_CACHE_SECONDS: '30' });
    const headers = { 'If-None-Match': '*' };
    for (const path of ['/posts/feed.atom', `/users/${person.id}/feed.atom`]) {
      for (const call of [{}, { headers }]) {
        const shared = await api(`GET ${path}`, { fetch, ...call });
        expect(shared.headers.get('cache-control')).toMatch(/^public, max-age=30,/);
        expect(shared.headers.get('cache-tag')).toBe('lists');
      }
      const own = await api(`GET ${path}`, { fetch, token: person.token });
      expect(own.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('has links with https behind a proxy that ends TLS, but not on the own machine', async () => {
    const person = await signUp();
    const originAt = async (address: string, ENVIRONMENT: string) => {
      const fetch = withSettings({ ENVIRONMENT, MAIL_FROM: 'ledge@example.com', MAIL_VIA: 'smtp' });
      const response = await fetch(new Request(`${address}/users/${person.id}/feed.atom`));
      return new URL(parseAtomFeed(await response.text()).links?.[0]?.href ?? '').origin;
    };

    expect(await originAt('http://ledge.example', 'production')).toBe('https://ledge.example');
    expect(await originAt('http://127.0.0.1:8787', 'production')).toBe('http://127.0.0.1:8787');
    expect(await originAt('http://ledge.test:8787', 'development')).toBe('http://ledge.test:8787');
  });

  it('holds any text', async () => {
    const person = await signUp();
    const contents = [
      ']]> &amp; <![CDATA[ <script>alert("1")</script>',
      'tabs\tand\nlines, “quotes” \u{feff} 🦄 \u{10ffff}\u{1f468}\u200d\u{1f469}',
      '<?xml version="1.0"?> <!-- -- > & &#0; %25',
    ];
    const posts = [];
    for (const content of contents)
      posts.push(await write(person, { content, title: content.replace('\n', ' ') }));

    const { feed } = await readFeed(`/users/${person.id}/feed.atom`);

    expect(feed.entries?.map(({ content }) => content?.value).reverse()).toEqual(
      posts.map(({ content }) => content),
    );
  });

  it('leaves out characters that XML cannot hold', async () => {
    const person = await signUp();
    await sql`INSERT INTO posts (owner_id, title, content, published_at)
      VALUES (${person.id}, ${'\u0001\ufffe'}, ${'a\u0000b\u000bc\uffffd\u001f'.replace('\u0000', '')}, now())`;
    const [row] = await sql`SELECT id FROM posts WHERE owner_id = ${person.id}`;

    const { feed, text } = await readFeed(`/users/${person.id}/feed.atom`);

    expect(text).toMatch(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u);
    expect(feed.entries?.[0]?.content?.value).toBe('abcd');
    expect(feed.entries?.[0]?.title).toEqual({ value: `Post ${row?.id}` });
  });

  it.each([
    ['Short.', 'Short.'],
    ['\u200b\n \nA line.\nAnother.', 'A line.'],
    ['word '.repeat(30), `${'word '.repeat(15).trim()}…`],
    ['x'.repeat(100), `${'x'.repeat(79)}…`],
    ['🦄'.repeat(100), `${'🦄'.repeat(79)}…`],
    ['y'.repeat(80), 'y'.repeat(80)],
    ['&'.repeat(90), `${'&'.repeat(79)}…`],
  ])('gives a note a title: %#', async (content, title) => {
    const person = await signUp();
    await write(person, { content });

    const { feed } = await readFeed(`/users/${person.id}/feed.atom`);

    expect(feed.entries?.[0]?.title).toEqual({ value: title });
  });

  it('reserves its name', async () => {
    for (const username of ['feed', 'Feed', 'audit', 'reports']) {
      const { status, body } = await api('POST /users', {
        json: { email: `${unusedName()}@example.com`, password: 'correct horse battery staple', username },
      });
      expect([username, status, body.errors?.[0]?.code]).toEqual([username, 422, 'reserved']);
    }
  });
});
