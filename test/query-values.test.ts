// Values in queries: what is empty was not sent, ids bring their own limit, times are those of RFC 3339.
import { beforeAll, describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Operation, routes } from './support/document';
import { createFixture } from './support/fixture';
import { insertPosts } from './support/insert-posts';
import { type Person, signUp, signUpMany, write } from './support/people';
import { PREPARATIONS } from './support/preparations';
import { type Fixture, ROUTES } from './support/routes';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});

/** Published posts of one author, a second apart. */
async function insertNotes(owner: Person, count: number): Promise<number[]> {
  const at = Date.UTC(2026, 0, 1);
  const posts = Array.from({ length: count }, (_, i) => ({
    owner,
    parent_id: null,
    title: null,
    content: `Note ${i}.`,
    tags: [],
    published: true,
    at: at + i * 1000,
    votes: 0,
  }));
  return (await insertPosts(posts)).map(({ id }) => id);
}

const queryOf = ({ parameters = [] }: Operation) => parameters.filter(({ in: place }) => place === 'query');

describe('an empty parameter', () => {
  const reads = routes.filter(({ method, operation }) => method === 'GET' && queryOf(operation).length > 0);

  it.each(reads)('of $name is ignored', async ({ name, operation, method, template }) => {
    const own = await createFixture();
    await PREPARATIONS[name]?.(own);
    const { path = template } = ROUTES[name]?.call(own) ?? {};
    const { me } = own;
    const plain = await api(`${method} ${path}`, { token: me.token });
    expect(plain.status).toBe(200);
    const optional = queryOf(operation).filter(({ required }) => !required);
    const all = optional.map((parameter) => `${parameter.name}=`).join('&');
    for (const query of [all, all.replaceAll('=', ''), all.replaceAll('=', '=%20'), 'unknown=']) {
      const answer = await api(`${method} ${path}${path.includes('?') ? '&' : '?'}${query}`, {
        token: me.token,
      });

      expect([query, answer.status]).toEqual([query, 200]);
      expect(answer.body).toEqual(plain.body);
      expect(answer.headers.get('link')).toBe(plain.headers.get('link'));
    }
  });

  it('is missing where it is needed, and does not repeat the one that is not empty', async () => {
    const { token, id } = fixture.me;
    const needed = await api('GET /votes?post_ids=', { token });
    expect([needed.status, needed.body.errors]).toEqual([
      422,
      [{ path: 'post_ids', code: 'required', message: 'post_ids is required.' }],
    ]);
    expect((await api(`GET /posts?author=&author=${id}&search=&search=`)).body.data).toHaveLength(1);
    expect((await api('DELETE /auth/sessions?keep_current=', { token: (await signUp()).token })).status).toBe(
      204,
    );
  });

  it('does not change which list a cursor belongs to', async () => {
    const author = await signUp();
    for (const content of ['One.', 'Two.']) await write(author, { content });

    const first = await api(`GET /posts?author=${author.id}&limit=1&search=&tag=`);
    const link = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    expect(link).not.toContain('search');
    const cursor = first.body.page.next_cursor;
    const next = await api(`GET /posts?author=${author.id}&cursor=${cursor}&since=`);
    expect(next.body.data).toMatchObject([{ content: 'One.' }]);
  });
});

describe('ids without a limit', () => {
  it('answers all posts that were named, up to 100', async () => {
    const author = await signUp();
    const ids = await insertNotes(author, 100);

    for (const count of [14, 100]) {
      const named = ids.slice(0, count);
      const { body } = await api(`GET /posts?ids=${named}&total=true`);
      expect(body.data.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b)).toEqual(
        named.toSorted((a, b) => a - b),
      );
      expect(body.page).toEqual({ limit: count, next_cursor: null, prev_cursor: null, total: count });
    }
    expect((await api(`GET /posts?sort=top&ids=${ids.slice(0, 30)}`)).body.data).toHaveLength(30);
    expect((await api(`GET /posts?ids=${ids},${(ids[0] as number) + 5_000}`)).status).toBe(422);
  });

  it('answers all users that were named', async () => {
    const ids = (await signUpMany(14)).map(({ id }) => id);

    const { body } = await api(`GET /users?ids=${ids},${ids[0]}`);

    expect(body.data).toHaveLength(14);
    expect(body.page).toEqual({ limit: 14, next_cursor: null, prev_cursor: null });
  });

  it('answers as many as a limit says where there is one', async () => {
    const author = await signUp();
    const ids = await insertNotes(author, 14);

    const { body } = await api(`GET /posts?ids=${ids}&limit=5`);

    expect([body.data.length, body.page.limit]).toEqual([5, 5]);
    const next = await api(`GET /posts?ids=${ids}&cursor=${body.page.next_cursor}`);
    expect(next.body.data).toHaveLength(9);
    expect((await api('GET /posts?limit=')).body.page.limit).toBe(10);
  });
});

describe('a time', () => {
  const ask = (name: string, value: string) => api(`GET /posts?${name}=${encodeURIComponent(value)}`);

  it.each([
    '2026-01-31',
    '2026-01-31T09:30:00Z',
    '2026-01-31t09:30:00z',
    '2026-01-31T09:30:00.5z',
    '2026-01-31t23:59:59.999999999999+05:30',
    '2026-01-31T09:30:00-00:00',
    '2026-01-31T09:30:00+23:59',
    '2024-02-29T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '1990-12-31T15:59:60-08:00',
    '2017-01-01T05:29:60.25+05:30',
    '2015-06-30T23:59:60.999Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('may be %s', async (time) => {
    for (const name of ['since', 'until'])
      expect([time, (await ask(name, time)).status]).toEqual([time, 200]);
  });

  it.each([
    '2026-01-31T24:00:00Z',
    '2026-01-31T23:60:00Z',
    '2026-01-31T23:59:61Z',
    '2026-01-31T12:00:60Z',
    '2026-01-30T23:59:60Z',
    '2016-12-31T23:59:60+01:00',
    '2026-01-31T09:30:00',
    '2026-01-31 09:30:00Z',
    '2026-01-31T09:30:00+24:00',
    '2026-01-31T09:30:00+01:60',
    '2026-01-31T09:30:00+0100',
    '2026-01-31T09:30:00.Z',
    '2026-01-31T09:30:00,5Z',
    '2026-01-31T9:30:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '26-01-31',
    '+002026-01-31',
    '0000-01-01',
    '1769853000',
    'yesterday',
    '２０２６-01-31',
    '2026-01-31T09:30:00Z\0',
  ])('must not be %s', async (time) => {
    for (const name of ['since', 'until']) {
      const { status, body } = await ask(name, time);

      expect([time, status, body.errors?.[0].path]).toEqual([time, 422, name]);
    }
  });

  it('is compared as the moment that it is', async () => {
    const author = await signUp();
    const [id] = await insertNotes(author, 1);
    const { published_at } = (await api(`GET /posts/${id}`)).body;
    const local = `${new Date(Date.parse(published_at) + 5.5 * 3_600_000).toISOString().slice(0, -1)}999+05:30`;

    for (const same of [published_at, published_at.toLowerCase(), local]) {
      for (const name of ['since', 'until']) {
        const { body } = await api(`GET /posts?author=${author.id}&${name}=${encodeURIComponent(same)}`);
        expect([name, same, body.data.length]).toEqual([name, same, 1]);
      }
    }
  });
});
