import fc from 'fast-check';
import { describe, it } from 'vitest';
import { api } from './support/api';
import { expectSlice, expectStablePages, expectWholeList, type ListCheck } from './support/expect-pages';
import { deletePosts, type InsertedPost, insertPosts, type PostRow } from './support/insert-posts';
import { type Person, signUp, signUpMany, write } from './support/people';
import { sql } from './support/sql';

// The times of the members of a list, in minutes. There are few values, so that rows have the same time.
const members = fc.array(fc.nat(6), { maxLength: 24, size: 'max' });
const limits = fc.integer({ min: 1, max: 9 });
// A month ago, so that a search has to skip weeks.
const START = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 86_400_000;
const CHECK = { numRuns: 10, endOnFailure: true };

type RowKey = number | string;

interface Member {
  key: RowKey;
  at: number;
}

const latestFirst = (rows: Member[]) =>
  rows.toSorted((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1)).map(({ key }) => key);
const timeOf = (minute: number) => new Date(START + minute * 60_000).toISOString();

interface ListSetup {
  path: string;
  token?: string;
  /** Adds members with these times; resolves to their keys. */
  add: (minutes: number[]) => Promise<RowKey[]>;
  remove: (key: RowKey) => Promise<unknown>;
  /** Members that the list has all the time. */
  others?: Member[];
  limit?: number;
  rowKey?: ListCheck['rowKey'];
}

/** Checks that the list has all members in order, also while some are added and removed. */
async function expectPages(setUp: () => Promise<ListSetup>, { sort = latestFirst, numRuns = 10 } = {}) {
  const property = fc.asyncProperty(
    members,
    limits,
    fc.nat(25),
    members,
    async (first, anyLimit, skip, later) => {
      const { path, token, add, remove, others = [], limit = anyLimit, rowKey } = await setUp();
      let rows: Member[] = [];
      const addRows = async (minutes: number[]) => {
        const keys = await add(minutes);
        rows.push(...keys.map((key, i) => ({ key, at: minutes[i] as number })));
      };
      await addRows(first);
      const list = {
        path,
        token,
        limit,
        expected: () => sort([...others, ...rows]),
        ...(rowKey && { rowKey }),
      };
      await expectWholeList(list);
      await expectSlice(list, skip);
      const betweenPages = async (turn: number) => {
        const removed = rows[(turn * 5) % Math.max(rows.length, 1)];
        if (removed) await remove(removed.key);
        rows = rows.filter((row) => row !== removed);
        const minute = later[turn];
        if (minute !== undefined) await addRows([minute]);
      };
      await expectStablePages({ ...list, betweenPages });
    },
  );
  await fc.assert(property, { ...CHECK, numRuns });
}

describe('the pages of a list', () => {
  for (const [side, list] of [
    ['followee', 'followers'],
    ['follower', 'following'],
  ] as const) {
    it(`GET /users/{user}/${list} join into the whole list`, () =>
      expectPages(async () => {
        const one = await signUp();
        return {
          path: `/users/${one.username}/${list}`,
          token: one.token,
          async add(minutes) {
            const others = await signUpMany(minutes.length);
            const times = minutes.map(timeOf);
            const ids = others.map(({ id }) => id);
            if (side === 'followee')
              await sql`INSERT INTO follows (follower_id, followee_id, created_at)
                SELECT id, ${one.id}, at FROM unnest(${ids}::bigint[], ${times}::timestamptz[]) AS pair(id, at)`;
            else
              await sql`INSERT INTO follows (follower_id, followee_id, created_at)
                SELECT ${one.id}, id, at FROM unnest(${ids}::bigint[], ${times}::timestamptz[]) AS pair(id, at)`;
            return ids;
          },
          remove: (id) =>
            sql`DELETE FROM follows WHERE follower_id IN (${id}, ${one.id}) AND followee_id IN (${id}, ${one.id})`,
        };
      }));
  }

  it('GET /posts/{id}/votes join into the whole list', () =>
    expectPages(async () => {
      const post = await write(await signUp());
      return {
        path: `/posts/${post.id}/votes`,
        async add(minutes) {
          const ids = (await signUpMany(minutes.length)).map(({ id }) => id);
          await sql`INSERT INTO votes (user_id, post_id, owner_id, created_at)
            SELECT id, ${post.id}, ${post.owner_id}, at FROM unnest(${ids}::bigint[], ${minutes.map(timeOf)}::timestamptz[]) AS vote(id, at)`;
          return ids;
        },
        remove: (id) => sql`DELETE FROM votes WHERE user_id = ${id}`,
      };
    }));

  it('GET /users/{user}/votes join into the whole list, drafts left out', () =>
    expectPages(async () => {
      const [voter, author] = (await signUpMany(2)) as [Person, Person];
      const draft = await write(author);
      await api(`PUT /votes/${draft.id}`, { token: voter.token });
      await api(`PATCH /posts/${draft.id}`, { token: author.token, json: { published: false } });
      return {
        path: `/users/${voter.id}/votes`,
        async add(minutes) {
          const ids = (await insertPosts(minutes.map(() => rowOf(author)))).map(({ id }) => id);
          await sql`INSERT INTO votes (user_id, post_id, owner_id, created_at)
            SELECT ${voter.id}, id, ${author.id}, at FROM unnest(${ids}::bigint[], ${minutes.map(timeOf)}::timestamptz[]) AS vote(id, at)`;
          return ids;
        },
        remove: (id) => deletePosts([Number(id)]),
      };
    }));

  it('GET /posts/{id}/replies join into the whole list, oldest first', () =>
    expectPages(
      async () => {
        const author = await signUp();
        const post = await write(author);
        await write(author, { parent_id: post.id, published: false });
        return {
          path: `/posts/${post.id}/replies`,
          token: author.token,
          async add(minutes) {
            const seeds = minutes.map((minute) => ({
              ...rowOf(author),
              parent_id: post.id,
              at: START + minute * 60_000,
            }));
            return (await insertPosts(seeds)).map(({ id }: InsertedPost) => id);
          },
          remove: (id) => deletePosts([Number(id)]),
        };
      },
      { sort: (rows) => latestFirst(rows).reverse() },
    ));

  it('GET /posts/{id}/history join into the whole list', () =>
    expectPages(
      async () => {
        const post = await write(await signUp());
        let last = 0;
        return {
          path: `/posts/${post.id}/history`,
          rowKey: ({ version }) => version,
          async add(minutes) {
            const versions = minutes.map(() => (last += 1));
            await sql`INSERT INTO post_versions (post_id, version, content, tags, created_at)
            SELECT ${post.id}, version, 'before', '{}', now() FROM unnest(${versions}::integer[]) AS version`;
            return versions;
          },
          remove: (version) =>
            sql`DELETE FROM post_versions WHERE post_id = ${post.id} AND version = ${version}`,
        };
      },
      { sort: (rows) => rows.map(({ key }) => key).sort((a, b) => Number(b) - Number(a)) },
    ));

  it('GET /auth/sessions join into the whole list', () =>
    expectPages(async () => {
      const { id, token, session } = await signUp();
      // The caller's own session stays the newest.
      await sql`UPDATE sessions SET created_at = ${timeOf(100)} WHERE id = ${session}`;
      return {
        path: '/auth/sessions',
        token,
        others: [{ key: session, at: 100 }],
        async add(minutes) {
          const rows = await sql`INSERT INTO sessions (id, user_id, token_digest, created_at, expires_at)
            SELECT gen_random_uuid(), ${id}, '\\x00', at, now() + interval '1 day' FROM unnest(${minutes.map(timeOf)}::timestamptz[]) AS at
            RETURNING id`;
          return rows.map((row) => (row as { id: string }).id);
        },
        remove: (other) => sql`DELETE FROM sessions WHERE id = ${other}`,
      };
    }));

  for (const order of ['desc', 'asc'])
    it(`GET /users?q= join into the whole list, ${order}`, () =>
      expectPages(
        async () => {
          const prefix = `q${Math.random().toString(36).slice(2, 12)}`;
          return {
            path: `/users?q=${prefix.toUpperCase()}&order=${order}`,
            async add(minutes) {
              const people = await signUpMany(minutes.length, prefix);
              const ids = people.map(({ id }) => id);
              await sql`UPDATE users SET created_at = at
                FROM unnest(${ids}::bigint[], ${minutes.map(timeOf)}::timestamptz[]) AS joined(person, at) WHERE id = person`;
              return ids;
            },
            remove: (id) => sql`DELETE FROM users WHERE id = ${id}`,
          };
        },
        { sort: (rows) => (order === 'asc' ? latestFirst(rows).reverse() : latestFirst(rows)) },
      ));

  it('GET /users?ids= have the users that exist', async () => {
    const places = fc.uniqueArray(fc.nat(39), { maxLength: 12, size: 'max' });
    const property = fc.asyncProperty(
      places,
      places,
      limits,
      fc.nat(45),
      async (before, later, limit, skip) => {
        const people = (await signUpMany(40)).map(({ id }) => id);
        await sql`UPDATE users SET created_at = ${timeOf(0)} WHERE id = ANY (${people}::bigint[])`;
        let left = people.toSorted((a, b) => b - a);
        const deletePeople = async (places: number[]) => {
          const ids = places.map((place) => people[place] as number);
          await sql`DELETE FROM users WHERE id = ANY (${ids}::bigint[])`;
          left = left.filter((id) => !ids.includes(id));
        };
        await deletePeople(before);
        const list = { path: `/users?ids=${people.join(',')}`, limit, expected: () => left };

        await expectWholeList(list);
        await expectSlice(list, skip);
        await expectStablePages({
          ...list,
          betweenPages: (turn) => deletePeople(later.slice(turn, turn + 1)),
        });
      },
    );
    await fc.assert(property, CHECK);
  });

  // A list of all whom the tests before have left: it takes many pages.
  it('GET /users join into the whole list', () =>
    expectPages(
      async () => {
        const everybody = await sql`SELECT id, extract(epoch FROM created_at) AS at FROM users`;
        return {
          path: '/users',
          limit: 100,
          others: (everybody as { id: string; at: string }[]).map(({ id, at }) => ({
            key: Number(id),
            at: (Number(at) * 1000 - START) / 60_000,
          })),
          async add(minutes) {
            const ids = (await signUpMany(minutes.length)).map(({ id }) => id);
            await sql`UPDATE users SET created_at = at
            FROM unnest(${ids}::bigint[], ${minutes.map(timeOf)}::timestamptz[]) AS joined(person, at) WHERE id = person`;
            return ids;
          },
          remove: (id) => sql`DELETE FROM users WHERE id = ${id}`,
        };
      },
      { numRuns: 3 },
    ));

  it('GET /posts/tags join into the whole list, most used first', async () => {
    const uses = fc.array(fc.array(fc.nat(7), { maxLength: 4 }), { maxLength: 12, size: 'max' });
    const property = fc.asyncProperty(
      uses,
      limits,
      fc.nat(20),
      fc.nat(12),
      async (tagsOfPosts, limit, skip, later) => {
        const author = await signUp();
        await insertPosts(
          tagsOfPosts.map((tags) => ({
            ...rowOf(author),
            // A cursor holds the tag, in letters of any script.
            tags: [...new Set(tags)].map((n) => `z日𐐨${author.id}-${n}`),
          })),
        );
        const tagsInOrder = async () =>
          (await sql`SELECT tag FROM tags WHERE posts > 0 ORDER BY -posts, tag`).map(
            (row) => (row as { tag: string }).tag,
          );
        let tags = await tagsInOrder();
        const list: ListCheck = {
          path: '/posts/tags',
          limit: limit + 20,
          expected: () => tags,
          rowKey: ({ tag }) => tag,
        };

        await expectWholeList(list);
        await expectSlice(list, skip);
        let inserted = 0;
        // Always new tags: one that is used again moves up the list and may appear on two pages.
        const betweenPages = async () => {
          if (inserted === later) return;
          await insertPosts([{ ...rowOf(author), tags: [`new-${author.id}-${inserted++}`] }]);
          tags = await tagsInOrder();
        };
        await expectStablePages({ ...list, betweenPages });
      },
    );
    await fc.assert(property, CHECK);
  });
});

const rowOf = (owner: Person): PostRow => ({
  owner,
  parent_id: null,
  title: null,
  content: 'A note.',
  tags: [],
  published: true,
  at: START,
  votes: 0,
});
