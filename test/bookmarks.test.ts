import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { expectSlice, expectStablePages, expectWholeList } from './support/expect-pages';
import { type Person, promote, signUp, signUpMany, write } from './support/people';
import { sql } from './support/sql';

const UNKNOWN_POST = 9_007_199_254_740_991;

const add = ({ token }: Person, post: number) => api(`PUT /posts/${post}/bookmark`, { token });
const remove = ({ token }: Person, post: number) => api(`DELETE /posts/${post}/bookmark`, { token });
const idsOf = async ({ token }: Person, query = '') =>
  (await api(`GET /posts/bookmarks?${query}`, { token })).body.data.map(({ id }: { id: number }) => id);
const viewerOf = async (person: Person | undefined, post: number) =>
  (await api(`GET /posts/${post}`, { token: person?.token })).body.viewer;

async function authorAndReader() {
  const [author, reader] = (await signUpMany(2)) as [Person, Person];
  return { author, reader, post: (await write(author)).id as number };
}

describe('PUT /posts/{id}/bookmark', () => {
  it('bookmarks a post, and can be repeated', async () => {
    const { author, reader, post } = await authorAndReader();
    const later = (await write(author)).id;
    await add(reader, post);
    await add(reader, later);

    const { status, text } = await add(reader, post);

    expect([status, text]).toEqual([204, '']);
    expect(await idsOf(reader)).toEqual([later, post]);
    expect(await viewerOf(reader, post)).toEqual({ voted: false, bookmarked: true });
  });

  it('bookmarks own posts and drafts', async () => {
    const author = await signUp();
    const draft = (await write(author, { published: false })).id;

    expect((await add(author, draft)).status).toBe(204);
    expect(await idsOf(author)).toEqual([draft]);
  });

  it('answers 404 for a post that the caller cannot read', async () => {
    const { author, reader } = await authorAndReader();
    const draft = (await write(author, { published: false })).id;

    for (const post of [UNKNOWN_POST, draft])
      for (const { status, body } of [await add(reader, post), await remove(reader, post)])
        expect([status, body.code]).toEqual([404, 'post_not_found']);
  });
});

describe('DELETE /posts/{id}/bookmark', () => {
  it('removes a bookmark, and can be repeated', async () => {
    const { author, reader, post } = await authorAndReader();
    for (const person of [author, reader]) await add(person, post);

    for (let times = 0; times < 2; times += 1) {
      const { status, text } = await remove(reader, post);
      expect([status, text]).toEqual([204, '']);
    }

    expect([await idsOf(reader), await idsOf(author)]).toEqual([[], [post]]);
    expect(await viewerOf(reader, post)).toEqual({ voted: false, bookmarked: false });
  });
});

describe('GET /posts/bookmarks', () => {
  it('leaves out posts that are deleted or drafts of others, and shows them again once they are published', async () => {
    const { author, reader, post } = await authorAndReader();
    const gone = (await write(author)).id;
    for (const id of [post, gone]) await add(reader, id);
    const publish = (published: boolean) =>
      api(`PATCH /posts/${post}`, { token: author.token, json: { published } });

    await api(`DELETE /posts/${gone}`, { token: author.token });
    await publish(false);
    expect((await api('GET /posts/bookmarks?total=true', { token: reader.token })).body).toMatchObject({
      data: [],
      page: { total: 0 },
    });
    await publish(true);
    expect(await idsOf(reader)).toEqual([post]);
  });

  it('leaves out people who are hidden from the caller', async () => {
    const me = await signUp();
    const [blocked, blocking, muted, muting] = (await signUpMany(4)) as [Person, Person, Person, Person];
    const ids: number[] = [];
    for (const person of [blocked, blocking, muted, muting]) {
      const { id } = await write(person);
      await add(me, id);
      ids.unshift(id);
    }
    expect(await idsOf(me)).toEqual(ids);

    await sql`INSERT INTO blocks (user_id, other_id) VALUES (${me.id}, ${blocked.id}), (${blocking.id}, ${me.id})`;
    await sql`INSERT INTO mutes (user_id, other_id) VALUES (${me.id}, ${muted.id}), (${muting.id}, ${me.id})`;

    const { data, page } = (await api('GET /posts/bookmarks?total=true', { token: me.token })).body;
    expect([data.map(({ id }: { id: number }) => id), page.total]).toEqual([ids.slice(0, 1), 1]);
  });

  it('joins into the whole list, in either order, while posts are bookmarked and removed', async () => {
    const { author, reader } = await authorAndReader();
    let order: number[] = [];
    const bookmark = async (minutes: number[]) => {
      for (const minute of minutes) {
        const { id } = await write(author);
        await sql`INSERT INTO bookmarks (user_id, post_id, created_at)
          VALUES (${reader.id}, ${id}, '2026-03-01Z'::timestamptz + ${minute} * interval '1 minute')`;
      }
      await reorder();
    };
    const reorder = async () => {
      const rows = await sql`SELECT post_id::integer AS id FROM bookmarks WHERE user_id = ${reader.id}
        ORDER BY created_at DESC, post_id DESC`;
      order = (rows as { id: number }[]).map(({ id }) => id);
    };
    await bookmark([1, 2, 2, 2, 3, 3, 4, 5, 6, 6]);

    for (const direction of ['desc', 'asc']) {
      const check = {
        path: `/posts/bookmarks?order=${direction}`,
        token: reader.token,
        expected: () => (direction === 'asc' ? order.toReversed() : order),
      };
      for (const limit of [1, 3, 100]) await expectWholeList({ ...check, limit });
      await expectSlice({ ...check, limit: 3 }, 4);
      await expectStablePages({
        ...check,
        limit: 3,
        async betweenPages(page) {
          await bookmark([page, 3]);
          await remove(reader, order.at(page % order.length) as number);
          await reorder();
        },
      });
    }
  });
});

describe('a bookmark', () => {
  it('is seen by nobody else, in no answer and no ETag', async () => {
    const { author, reader, post } = await authorAndReader();
    const admin = await signUp();
    await promote(admin);
    const calls: [string, string | undefined][] = [author, admin, undefined].flatMap((person) =>
      [
        `GET /posts/${post}`,
        `GET /posts?author=${author.id}`,
        `GET /users/${reader.id}`,
        `GET /users/${author.id}`,
        `GET /posts/${post}/thread`,
        ...(person ? ['GET /posts/bookmarks', 'GET /users/me', 'GET /users/me/notifications'] : []),
      ].map((call): [string, string | undefined] => [call, person?.token]),
    );
    const answers = () =>
      Promise.all(
        calls.map(async ([call, token]) => {
          const { text, headers } = await api(call, { token });
          return [call, text, headers.get('etag')];
        }),
      );
    const before = await answers();

    await add(reader, post);

    expect(await answers()).toEqual(before);
    await sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;
  });

  it('changes the ETag of the post for its owner, and no edit', async () => {
    const { author, post } = await authorAndReader();
    const tag = async () =>
      (await api(`GET /posts/${post}`, { token: author.token })).headers.get('etag') ?? '';
    const tags = [await tag()];
    await add(author, post);
    tags.push(await tag());
    await api(`PUT /votes/${post}`, { token: author.token });
    tags.push(await tag());
    await remove(author, post);
    tags.push(await tag());

    expect(new Set(tags).size).toBe(4);
    const edit = {
      token: author.token,
      json: { content: 'Edited.' },
      headers: { 'If-Match': tags[0] as string },
    };
    expect((await api(`PATCH /posts/${post}`, edit)).status).toBe(200);
  });

  it('is in every list of posts that its owner reads', async () => {
    const { author, reader, post } = await authorAndReader();
    await add(reader, post);
    await api(`PUT /users/${author.id}/follow`, { token: reader.token });
    for (const path of [
      `/posts?ids=${post}`,
      `/posts?author=${author.id}&sort=top`,
      '/posts/timeline',
      '/posts/bookmarks',
      `/users/${author.id}/posts`,
    ]) {
      const { body } = await api(`GET ${path}`, { token: reader.token });
      expect(body.data[0], path).toMatchObject({ id: post, viewer: { voted: false, bookmarked: true } });
    }
  });

  it('goes with its post and with its owner', async () => {
    const { author, reader, post } = await authorAndReader();
    const other = (await write(author)).id;
    for (const id of [post, other]) await add(reader, id);
    const left = async () => (await sql`SELECT FROM bookmarks WHERE user_id = ${reader.id}`).length;

    await api(`DELETE /posts/${post}`, { token: author.token });
    expect(await left()).toBe(1);
    const json = { current_password: reader.password };
    expect((await api('DELETE /users/me', { token: reader.token, json })).status).toBe(204);
    expect(await left()).toBe(0);
  });
});
