import fc from 'fast-check';
import { describe, it } from 'vitest';
import { api } from './support/api';
import { type Plant, plant, type Seed, uproot } from './support/garden';
import { type Person, signUp, signUpMany, write } from './support/people';
import { sql } from './support/sql';
import { expectSlice, expectSteadyWalk, expectWholeList, type Walk } from './support/walk';

// A row stands for one member of a list: when it came, in minutes; few values, so that rows tie.
const members = fc.array(fc.nat(6), { maxLength: 24, size: 'max' });
const limits = fc.integer({ min: 1, max: 9 });
// A month ago: a search passes over the weeks in between.
const START = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 86_400_000;
const CHECK = { numRuns: 10, endOnFailure: true };

type RowKey = number | string;

interface Member {
  key: RowKey;
  at: number;
}

const latestFirst = (rows: Member[]) =>
  rows.toSorted((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1)).map(({ key }) => key);
const atMinute = (minute: number) => new Date(START + minute * 60_000).toISOString();

interface Roll {
  path: string;
  token?: string;
  /** Adds members, each at its time, and resolves to their keys. */
  add: (minutes: number[]) => Promise<RowKey[]>;
  remove: (key: RowKey) => Promise<unknown>;
  /** Members that are there before and stay. */
  others?: Member[];
  limit?: number;
  keyOf?: Walk['keyOf'];
}

/** The list is its members in the order of their times, before and while some come and go. */
async function holds(newRoll: () => Promise<Roll>, sorted = latestFirst) {
  const property = fc.asyncProperty(
    members,
    limits,
    fc.nat(25),
    members,
    async (first, anyLimit, skip, later) => {
      const { path, token, add, remove, others = [], limit = anyLimit, keyOf } = await newRoll();
      let rows: Member[] = [];
      const join = async (minutes: number[]) => {
        const keys = await add(minutes);
        rows.push(...keys.map((key, i) => ({ key, at: minutes[i] as number })));
      };
      await join(first);
      const walk = {
        path,
        token,
        limit,
        expected: () => sorted([...others, ...rows]),
        ...(keyOf && { keyOf }),
      };
      await expectWholeList(walk);
      await expectSlice(walk, skip);
      const between = async (turn: number) => {
        const gone = rows[(turn * 5) % Math.max(rows.length, 1)];
        if (gone) await remove(gone.key);
        rows = rows.filter((row) => row !== gone);
        const minute = later[turn];
        if (minute !== undefined) await join([minute]);
      };
      await expectSteadyWalk({ ...walk, between });
    },
  );
  await fc.assert(property, CHECK);
}

describe('pages of', () => {
  for (const [side, list] of [
    ['followee', 'followers'],
    ['follower', 'following'],
  ] as const) {
    it(`GET /users/{user}/${list} are the whole list`, () =>
      holds(async () => {
        const one = await signUp();
        return {
          path: `/users/${one.username}/${list}`,
          token: one.token,
          async add(minutes) {
            const others = await signUpMany(minutes.length);
            const times = minutes.map(atMinute);
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

  it('GET /posts/{id}/votes are the whole list', () =>
    holds(async () => {
      const post = await write(await signUp());
      return {
        path: `/posts/${post.id}/votes`,
        async add(minutes) {
          const ids = (await signUpMany(minutes.length)).map(({ id }) => id);
          await sql`INSERT INTO votes (user_id, post_id, created_at)
            SELECT id, ${post.id}, at FROM unnest(${ids}::bigint[], ${minutes.map(atMinute)}::timestamptz[]) AS vote(id, at)`;
          return ids;
        },
        remove: (id) => sql`DELETE FROM votes WHERE user_id = ${id}`,
      };
    }));

  it('GET /users/{user}/votes are the whole list, drafts left out', () =>
    holds(async () => {
      const [voter, author] = (await signUpMany(2)) as [Person, Person];
      const draft = await write(author);
      await api(`PUT /votes/${draft.id}`, { token: voter.token });
      await api(`PATCH /posts/${draft.id}`, { token: author.token, json: { published: false } });
      return {
        path: `/users/${voter.id}/votes`,
        async add(minutes) {
          const ids = (await plant(minutes.map(() => seedOf(author)))).map(({ id }) => id);
          await sql`INSERT INTO votes (user_id, post_id, created_at)
            SELECT ${voter.id}, id, at FROM unnest(${ids}::bigint[], ${minutes.map(atMinute)}::timestamptz[]) AS vote(id, at)`;
          return ids;
        },
        remove: (id) => uproot([Number(id)]),
      };
    }));

  it('GET /posts/{id}/replies are the whole list, oldest first', () =>
    holds(
      async () => {
        const author = await signUp();
        const post = await write(author);
        await write(author, { parent_id: post.id, published: false });
        return {
          path: `/posts/${post.id}/replies`,
          token: author.token,
          async add(minutes) {
            const seeds = minutes.map((minute) => ({
              ...seedOf(author),
              parent_id: post.id,
              at: START + minute * 60_000,
            }));
            return (await plant(seeds)).map(({ id }: Plant) => id);
          },
          remove: (id) => uproot([Number(id)]),
        };
      },
      (rows) => latestFirst(rows).reverse(),
    ));

  it('GET /posts/{id}/history are the whole list', () =>
    holds(
      async () => {
        const post = await write(await signUp());
        let last = 0;
        return {
          path: `/posts/${post.id}/history`,
          keyOf: ({ version }) => version,
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
      (rows) => rows.map(({ key }) => key).sort((a, b) => Number(b) - Number(a)),
    ));

  it('GET /auth/sessions are the whole list', () =>
    holds(async () => {
      const { id, token, session } = await signUp();
      // The one that asks is the newest throughout.
      await sql`UPDATE sessions SET created_at = ${atMinute(100)} WHERE id = ${session}`;
      return {
        path: '/auth/sessions',
        token,
        others: [{ key: session, at: 100 }],
        async add(minutes) {
          const rows = await sql`INSERT INTO sessions (id, user_id, token_digest, created_at, expires_at)
            SELECT gen_random_uuid(), ${id}, '\\x00', at, now() + interval '1 day' FROM unnest(${minutes.map(atMinute)}::timestamptz[]) AS at
            RETURNING id`;
          return rows.map((row) => (row as { id: string }).id);
        },
        remove: (other) => sql`DELETE FROM sessions WHERE id = ${other}`,
      };
    }));

  for (const order of ['desc', 'asc'])
    it(`GET /users?q= are the whole list, ${order}`, () =>
      holds(
        async () => {
          const prefix = `q${Math.random().toString(36).slice(2, 12)}`;
          return {
            path: `/users?q=${prefix.toUpperCase()}&order=${order}`,
            async add(minutes) {
              const people = await signUpMany(minutes.length, prefix);
              const ids = people.map(({ id }) => id);
              await sql`UPDATE users SET created_at = at
                FROM unnest(${ids}::bigint[], ${minutes.map(atMinute)}::timestamptz[]) AS given(person, at) WHERE id = person`;
              return ids;
            },
            remove: (id) => sql`DELETE FROM users WHERE id = ${id}`,
          };
        },
        (rows) => (order === 'asc' ? latestFirst(rows).reverse() : latestFirst(rows)),
      ));

  it('GET /users?ids= are those who exist', async () => {
    const turns = fc.uniqueArray(fc.nat(39), { maxLength: 12, size: 'max' });
    const property = fc.asyncProperty(turns, turns, limits, fc.nat(45), async (gone, going, limit, skip) => {
      const people = (await signUpMany(40)).map(({ id }) => id);
      await sql`UPDATE users SET created_at = ${atMinute(0)} WHERE id = ANY (${people}::bigint[])`;
      let left = people.toSorted((a, b) => b - a);
      const leave = async (places: number[]) => {
        const ids = places.map((place) => people[place] as number);
        await sql`DELETE FROM users WHERE id = ANY (${ids}::bigint[])`;
        left = left.filter((id) => !ids.includes(id));
      };
      await leave(gone);
      const walk = { path: `/users?ids=${people.join(',')}`, limit, expected: () => left };

      await expectWholeList(walk);
      await expectSlice(walk, skip);
      await expectSteadyWalk({ ...walk, between: (turn) => leave(going.slice(turn, turn + 1)) });
    });
    await fc.assert(property, CHECK);
  });

  it('GET /users are the whole list', () =>
    holds(async () => {
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
            FROM unnest(${ids}::bigint[], ${minutes.map(atMinute)}::timestamptz[]) AS given(person, at) WHERE id = person`;
          return ids;
        },
        remove: (id) => sql`DELETE FROM users WHERE id = ${id}`,
      };
    }));

  it('GET /posts/tags are the whole list, most used first', async () => {
    const uses = fc.array(fc.array(fc.nat(7), { maxLength: 4 }), { maxLength: 12, size: 'max' });
    const property = fc.asyncProperty(
      uses,
      limits,
      fc.nat(20),
      fc.nat(12),
      async (used, limit, skip, later) => {
        const author = await signUp();
        await plant(
          used.map((tags) => ({
            ...seedOf(author),
            tags: [...new Set(tags)].map((n) => `z${author.id}-${n}`),
          })),
        );
        const listed = async () =>
          (await sql`SELECT tag FROM tags WHERE posts > 0 ORDER BY -posts, tag`).map(
            (row) => (row as { tag: string }).tag,
          );
        let tags = await listed();
        const walk: Walk = {
          path: '/posts/tags',
          limit: limit + 20,
          expected: () => tags,
          keyOf: ({ tag }) => tag,
        };

        await expectWholeList(walk);
        await expectSlice(walk, skip);
        let planted = 0;
        // Each a tag of its own: one that is used again moves up the list, and may rightly be seen twice.
        const between = async () => {
          if (planted === later) return;
          await plant([{ ...seedOf(author), tags: [`new-${author.id}-${planted++}`] }]);
          tags = await listed();
        };
        await expectSteadyWalk({ ...walk, between });
      },
    );
    await fc.assert(property, CHECK);
  });
});

const seedOf = (owner: Person): Seed => ({
  owner,
  parent_id: null,
  title: null,
  content: 'A note.',
  tags: [],
  published: true,
  at: START,
  votes: 0,
});
