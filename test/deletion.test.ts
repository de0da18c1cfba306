// Accounts with more rows than one transaction should delete. Small ones: accounts.test.ts.
import { env } from 'cloudflare:workers';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { SCHEMA } from '../src/db/functions';
import app from '../src/index';
import { type Answer, api } from './support/api';
import { withFault } from './support/faults';
import { lines } from './support/log';
import { type Person, promote, signUp, signUpMany, unusedName, write } from './support/people';
import { sql } from './support/sql';
import { watchCounters } from './support/wrong-counters';

const inserted: number[] = [];
// Other files list all people, page by page.
afterAll(() => sql`DELETE FROM users WHERE id = ANY (${inserted}::bigint[])`);

/** People who do nothing but follow, vote and so on; resolves to their ids. */
async function insertPeople(count: number): Promise<number[]> {
  const name = unusedName().slice(0, 24);
  const rows = await sql`
    INSERT INTO users (email, username, password_hash)
      SELECT ${name} || n || '@example.com', ${name} || n, '-' FROM generate_series(1, ${count}::integer) AS n
      RETURNING id::integer AS id`;
  const ids = rows.map(({ id }) => id as number);
  inserted.push(...ids);
  return ids;
}

const insertPosts = async (owner: number, count: number, parent: number | null = null): Promise<number[]> => {
  const rows = await sql`
    INSERT INTO posts (owner_id, parent_id, content, tags, published_at)
      SELECT ${owner}, ${parent}::bigint, 'One of many.', '{many}', now() FROM generate_series(1, ${count}::integer)
      RETURNING id::integer AS id`;
  return rows.map(({ id }) => id as number);
};

const follow = (followers: number[], followees: number[]) => sql`
  INSERT INTO follows (follower_id, followee_id)
    SELECT follower, followee FROM unnest(${followers}::bigint[]) AS follower, unnest(${followees}::bigint[]) AS followee`;
const vote = (voters: number[], posts: number[]) => sql`
  INSERT INTO votes (user_id, post_id, owner_id)
    SELECT voter, posts.id, nullif(posts.owner_id, voter)
      FROM unnest(${voters}::bigint[]) AS voter, posts WHERE posts.id = ANY (${posts}::bigint[])`;

const remove = ({ token, password }: Person) =>
  api('DELETE /users/me', { token, json: { current_password: password } });

/** Deletes the caller's account, and interrupts what would follow the answer. */
async function close(person: Person) {
  const before = lines.length;
  const isInterrupted = () => lines.slice(before).some((line) => line.includes('deletion_interrupted'));
  const fault = { kind: 'error', code: '57P01', match: 'delete_rest_of_account', times: 99 } as const;
  await withFault(fault, async () => {
    expect((await remove(person)).status).toBe(204);
    await vi.waitUntil(isInterrupted, { timeout: 60_000 });
  });
}

const deleteBatch = async (): Promise<boolean> => {
  const [row] = await sql.query(`SELECT ${SCHEMA}.delete_rest_of_account() AS more`);
  return row?.more;
};

const isThere = async ({ id }: { id: number }) => (await sql`SELECT FROM users WHERE id = ${id}`).length > 0;

/** The rows that are left of a person. */
async function countRows({ id }: Person): Promise<number> {
  const [row] = await sql`
    SELECT (SELECT count(*) FROM posts WHERE owner_id = ${id})::integer
      + (SELECT count(*) FROM votes WHERE ${id} IN (user_id, owner_id))::integer
      + (SELECT count(*) FROM follows WHERE ${id} IN (follower_id, followee_id))::integer
      + (SELECT count(*) FROM post_mentions WHERE user_id = ${id})::integer AS rows`;
  return row?.rows;
}

/** The posts with the tag of `insertPosts` that are of others. */
async function countOfMany({ id }: Person): Promise<number> {
  const [row] = await sql`
    SELECT count(*)::integer AS count FROM posts
      WHERE published AND NOT reply AND 'many' = ANY (tags) AND owner_id <> ${id}`;
  return row?.count;
}

const idsOf = (list: { data: { id: number }[] }) => list.data.map(({ id }) => id);

/** A person of whom there is something of each kind, and what it touches. */
async function createLargeAccount() {
  const [person, friend] = (await signUpMany(2)) as [Person, Person];
  const followers = await insertPeople(800);
  await follow(followers, [person.id]);
  await follow([person.id], followers.slice(0, 100));
  await follow([person.id], [friend.id]);
  await follow([friend.id], [person.id]);
  const theirs = await write(friend, { content: `Hello, @${person.username}!` });
  const reply = await write(person, { parent_id: theirs.id });
  const answer = await write(friend, { parent_id: reply.id });
  const posts = await insertPosts(person.id, 60);
  await vote(followers.slice(0, 9), posts);
  await vote([person.id], [theirs.id, answer.id]);
  return { person, friend, followers, theirs, reply, answer, posts };
}

describe('a large account that is deleted', () => {
  it('is gone for everybody at once, though its rows are still there', async () => {
    const { person, friend, followers, theirs, reply, answer, posts } = await createLargeAccount();
    const { token } = friend;
    const total = (await api('GET /users?total=true')).body.page.total;

    await close(person);

    expect(await countRows(person)).toBeGreaterThan(1_000);
    // Signed out.
    expect((await api('GET /users/me', { token: person.token })).body.code).toBe('token_revoked');
    const { refresh_token } = person;
    expect((await api('POST /auth/refresh', { json: { refresh_token } })).status).toBe(401);
    for (const username of [person.username, person.email]) {
      const login = await api('POST /auth/login', { json: { username, password: person.password } });
      expect([login.status, login.body.code]).toEqual([401, 'invalid_credentials']);
    }
    // The person.
    for (const name of [person.id, person.username])
      for (const path of ['', '/posts', '/votes', '/followers', '/following'])
        expect((await api(`GET /users/${name}${path}`, { token })).status).toBe(404);
    expect((await api('GET /users?total=true')).body.page.total).toBe(total - 1);
    expect(idsOf((await api('GET /users?limit=100')).body)).not.toContain(person.id);
    expect((await api(`GET /users?ids=${person.id}`)).body.data).toEqual([]);
    expect((await api(`GET /users?q=${person.username}`)).body.data).toEqual([]);
    for (const list of [
      `/users/${friend.id}/followers`,
      `/users/${followers[0]}/followers`,
      `/posts/${theirs.id}/votes`,
    ])
      expect(idsOf((await api(`GET ${list}?limit=100`)).body)).not.toContain(person.id);
    // What they wrote, and where they are named.
    for (const id of [reply.id, posts[0]])
      for (const path of ['', '/replies', '/thread', '/history', '/votes'])
        expect((await api(`GET /posts/${id}${path}`, { token })).status).toBe(404);
    for (const list of [
      '/posts',
      '/posts?replies=include',
      '/posts/timeline',
      `/posts?author=${person.id}`,
      '/posts?tag=many',
      '/posts?sort=top',
      '/posts?search=many',
      `/posts/${theirs.id}/replies`,
    ]) {
      const { body } = await api(`GET ${list}${list.includes('?') ? '&' : '?'}limit=100`, { token });
      expect([list, body.data.filter((post: { owner_id: number }) => post.owner_id === person.id)]).toEqual([
        list,
        [],
      ]);
    }
    // What is left out of a page does not keep the next one from being reached.
    const seen: number[] = [];
    for (
      let path: string | null = '/posts?limit=7', pages = 0;
      path && !seen.includes(theirs.id);
      pages += 1
    ) {
      expect(pages).toBeLessThan(1_000);
      const { body }: Answer = await api(`GET ${path}`);
      seen.push(...idsOf(body));
      path = body.page.next_cursor && `/posts?limit=7&cursor=${body.page.next_cursor}`;
    }
    expect(seen).toContain(theirs.id);
    const report = await api(`POST /posts/${posts[0]}/reports`, { token, json: { reason: 'spam' } });
    expect([report.status, report.body.code]).toEqual([404, 'post_not_found']);
    expect((await api(`GET /posts/${theirs.id}`)).body.mentions).toEqual([]);
    const thread = (await api(`GET /posts/${theirs.id}/thread`)).body;
    expect(thread.descendants.map(({ id }: { id: number }) => id)).toEqual([answer.id]);
    expect(
      (await api(`GET /posts/${answer.id}/thread`)).body.ancestors.map(({ id }: { id: number }) => id),
    ).toEqual([theirs.id]);
    // Nothing can be done to them any more.
    expect((await api(`PUT /users/${person.id}/follow`, { token })).status).toBe(404);
    expect((await api(`DELETE /users/${person.id}/follow`, { token })).status).toBe(404);
    expect((await api(`PUT /votes/${posts[0]}`, { token })).status).toBe(404);
    expect((await api(`DELETE /votes/${posts[0]}`, { token })).status).toBe(404);
    expect((await api('POST /posts', { token, json: { content: 'A', parent_id: reply.id } })).body.code).toBe(
      'parent_not_found',
    );
    expect((await write(friend, { content: `@${person.username}` })).mentions).toEqual([]);
    // The email is free, and the username rests.
    const again = { email: person.email, password: person.password };
    expect((await api('POST /users', { json: again })).status).toBe(201);
    const taken = { email: `x${person.email}`, password: person.password, username: person.username };
    expect((await api('POST /users', { json: taken })).body.code).toBe('username_taken');
    while (await deleteBatch());
  });

  it('is in no list, no total and no count of what is unread, from the first moment on', async () => {
    const { person, friend, followers, theirs, answer } = await createLargeAccount();
    const { token } = friend;
    const [other] = followers as [number];
    await follow([other], [friend.id]);
    await vote([other], [theirs.id]);
    await sql`INSERT INTO bookmarks (user_id, post_id) SELECT ${friend.id}, id FROM posts WHERE owner_id = ${person.id}`;
    await sql`INSERT INTO mutes (user_id, other_id) VALUES (${friend.id}, ${person.id}), (${friend.id}, ${other})`;
    const lists: [path: string, rows: number][] = [
      ['/users/me/notifications', 0],
      ['/users/me/mutes', 1],
      ['/posts/bookmarks', 0],
      ['/posts/timeline?replies=include', 0],
      [`/users/${friend.id}/followers`, 1],
      [`/users/${friend.id}/following`, 0],
      [`/users/${followers[99]}/followers`, 0],
      [`/posts/${theirs.id}/votes`, 1],
      [`/posts/${theirs.id}/replies`, 0],
      [`/posts/${answer.id}/votes`, 0],
      ['/posts?tag=many&since=2026-01-01', await countOfMany(person)],
    ];
    const counted = await Promise.all(
      ['/posts?total=true', '/posts?replies=only&total=true', '/posts?tag=many&total=true'].map(
        async (path): Promise<[string, number]> => [path, (await api(`GET ${path}`)).body.page.total],
      ),
    );
    const [written] = await sql`SELECT posts, replies FROM users WHERE id = ${person.id}`;
    const gone = [written?.posts - written?.replies, written?.replies, 60];

    await close(person);

    expect((await api('GET /users/me', { token })).body.unread_notifications).toBe(0);
    for (const [path, rows] of lists) {
      const { body } = await api(`GET ${path}${path.includes('?') ? '&' : '?'}limit=100&total=true`, {
        token,
      });
      expect([path, body.data.length, body.page.total, body.page.next_cursor]).toEqual([
        path,
        rows,
        rows,
        null,
      ]);
    }
    for (const [i, [path, total]] of counted.entries())
      expect([path, (await api(`GET ${path}`)).body.page.total]).toEqual([path, total - (gone[i] as number)]);
    while (await deleteBatch());
  });

  it('goes in batches, each of which leaves every counter exact', async () => {
    const { person, friend, theirs, answer } = await createLargeAccount();
    await close(person);

    const findWrong = await watchCounters();
    let left = await countRows(person);
    let batches = 0;
    while (await deleteBatch()) {
      batches += 1;
      const now = await countRows(person);
      if (await isThere(person)) expect(left - now).toBeLessThanOrEqual(500);
      left = now;
      expect(await findWrong()).toEqual([]);
    }

    expect(batches).toBeGreaterThan(1);
    expect([left, await isThere(person)]).toEqual([0, false]);
    expect((await api(`GET /users/${friend.id}`)).body).toMatchObject({ followers: 0, following: 0 });
    expect((await api(`GET /posts/${theirs.id}`)).body).toMatchObject({ votes: 0, replies: 0 });
    expect((await api(`GET /posts/${answer.id}`)).body).toMatchObject({
      votes: 0,
      parent_id: expect.any(Number),
    });
  });

  it('takes the newest top-level posts with their votes first, then replies, then drafts', async () => {
    const [person, friend] = (await signUpMany(2)) as [Person, Person];
    const root = await write(friend);
    const drafts = (await sql`INSERT INTO posts (owner_id, content, published)
      SELECT ${person.id}, 'Not yet.', false FROM generate_series(1, 60) RETURNING id::integer AS id`) as {
      id: number;
    }[];
    const replies = await insertPosts(person.id, 60, root.id);
    const posts = await insertPosts(person.id, 120);
    await vote([friend.id], [...replies, ...posts]);
    await close(person);

    const left = async (ids: number[]) => {
      const rows = await sql`SELECT FROM posts WHERE id = ANY (${ids}::bigint[])`;
      return rows.length;
    };
    const steps: number[][] = [];
    while (await countRows(person)) {
      steps.push([await left(posts), await left(replies), await left(drafts.map(({ id }) => id))]);
      await deleteBatch();
    }
    // Fifty posts a batch.
    expect(steps.slice(0, 4)).toEqual([
      [120, 60, 60],
      [70, 60, 60],
      [20, 60, 60],
      [0, 30, 60],
    ]);
    while (await deleteBatch());
    expect(await isThere(person)).toBe(false);
  });

  it('goes on after the answer', async () => {
    const { person } = await createLargeAccount();

    expect((await remove(person)).status).toBe(204);

    await vi.waitUntil(async () => !(await isThere(person)), { timeout: 120_000, interval: 100 });
    expect(await countRows(person)).toBe(0);
  });

  it('adds no round trip to the requests beside it', async () => {
    const { person } = await createLargeAccount();

    expect((await remove(person)).status).toBe(204);

    // `api` throws when one of them makes more than its one.
    while (await isThere(person)) await api('GET /readyz');
  });

  it('goes on with the schedule when it was interrupted, several of them too', async () => {
    const accounts = [await createLargeAccount(), await createLargeAccount()];
    for (const { person } of accounts) await close(person);

    await app.scheduled(null, env);

    for (const { person } of accounts)
      expect([await countRows(person), await isThere(person)]).toEqual([0, false]);
  });

  it('is deleted by an admin in the same way, once', async () => {
    const admin = await signUp();
    await promote(admin);
    const { person } = await createLargeAccount();
    await promote(person);
    const { token } = admin;

    expect((await api(`DELETE /users/${person.id}`, { token })).status).toBe(204);

    expect((await api(`GET /users/${person.id}`)).status).toBe(404);
    expect((await api(`DELETE /users/${person.id}`, { token })).status).toBe(404);
    expect((await api(`PATCH /users/${person.id}`, { token, json: { role: 'user' } })).status).toBe(404);
    await vi.waitUntil(async () => !(await isThere(person)), { timeout: 120_000, interval: 100 });
  });

  const OF_EACH = 1_001;
  it.each<[string, (person: number, others: number[], posts: () => Promise<number[]>) => Promise<unknown>]>([
    ['followers', (person, others) => follow(others, [person])],
    ['people it follows', (person, others) => follow([person], others)],
    ['votes', async (person, _, posts) => vote([person], await posts())],
    ['votes for its posts', async (person, others) => vote(others, await insertPosts(person, 1))],
    ['posts', (person) => insertPosts(person, 101)],
    [
      'mentions',
      async (person, _, posts) => sql`
      INSERT INTO post_mentions (user_id, post_id, listed_at, notifies) SELECT ${person}, id, listed_at, true FROM posts WHERE id = ANY (${await posts()}::bigint[])`,
    ],
    [
      'bookmarks',
      async (person, _, posts) => sql`
      INSERT INTO bookmarks (user_id, post_id) SELECT ${person}, unnest(${await posts()}::bigint[])`,
    ],
    [
      'bookmarks of its posts',
      async (person, others) => {
        const [post] = await insertPosts(person, 2);
        await sql`INSERT INTO bookmarks (user_id, post_id) SELECT unnest(${others}::bigint[]), ${post}`;
      },
    ],
    [
      'reports that it resolved',
      (person, others) => sql`
      INSERT INTO reports (reporter_id, user_id, reason, open, resolved_at, resolved_by)
        SELECT other, ${others[0]}::bigint, 'spam', false, now(), ${person}::bigint FROM unnest(${others.slice(1)}::bigint[]) AS other
        UNION ALL SELECT ${others[0]}::bigint, ${others[1]}::bigint, 'spam', false, now(), ${person}::bigint`,
    ],
    [
      'people it blocks',
      (person, others) =>
        sql`INSERT INTO blocks (user_id, other_id) SELECT ${person}, unnest(${others}::bigint[])`,
    ],
    [
      'people who block it',
      (person, others) =>
        sql`INSERT INTO blocks (user_id, other_id) SELECT unnest(${others}::bigint[]), ${person}`,
    ],
    [
      'people it mutes',
      (person, others) =>
        sql`INSERT INTO mutes (user_id, other_id) SELECT ${person}, unnest(${others}::bigint[])`,
    ],
    [
      'people who mute it',
      (person, others) =>
        sql`INSERT INTO mutes (user_id, other_id) SELECT unnest(${others}::bigint[]), ${person}`,
    ],
    [
      'reports',
      (person, others) =>
        sql`INSERT INTO reports (reporter_id, user_id, reason) SELECT ${person}, unnest(${others}::bigint[]), 'spam'`,
    ],
    [
      'keys of requests',
      (person) => sql`
      INSERT INTO idempotency_keys (user_id, key, digest, post_id) SELECT ${person}, n::text, '', n FROM generate_series(1, ${OF_EACH}::integer) AS n`,
    ],
  ])('is one with 1,001 %s', async (_, fill) => {
    const person = await signUp();
    await fill(person.id, await crowd(), pool);

    await close(person);

    expect(await isThere(person)).toBe(true);
    let batches = 0;
    while (await deleteBatch()) batches += 1;
    expect(await isThere(person)).toBe(false);
    expect(batches).toBeGreaterThan(1);
  });

  let poolPosts: Promise<number[]> | undefined;
  const pool = () => {
    poolPosts ??= signUp().then(({ id }) => insertPosts(id, OF_EACH));
    return poolPosts;
  };
  let people: Promise<number[]> | undefined;
  const crowd = () => {
    people ??= insertPeople(OF_EACH);
    return people;
  };
});

describe('a small account', () => {
  it('is deleted by one call, with no batch', async () => {
    const person = await signUp();
    await follow(await insertPeople(50), [person.id]);

    expect((await remove(person)).status).toBe(204);

    expect(await isThere(person)).toBe(false);
  });
});

describe('what 1,201 people have reported', () => {
  const COUNT = 1_201;
  const BATCH = 500;
  it.each(['post', 'user'] as const)(
    'is deleted by an admin, and its reports are resolved in batches: a %s',
    async (kind) => {
      const [admin, author] = (await signUpMany(2)) as [Person, Person];
      await promote(admin);
      const reporters = await insertPeople(COUNT);
      const [post, other] = (await insertPosts(author.id, 2)) as [number, number];
      const about = kind === 'post' ? post : null;
      await sql`INSERT INTO reports (reporter_id, post_id, user_id, reason)
      SELECT reporter, ${about}::bigint, ${author.id}, 'spam' FROM unnest(${reporters}::bigint[]) AS reporter`;
      // Of the same author, and not about that post.
      await sql`INSERT INTO reports (reporter_id, post_id, user_id, reason) VALUES (${reporters[0]}, ${other}, ${author.id}, 'abuse')`;
      const countOpen = async () => {
        const [row] =
          await sql`SELECT count(*)::integer AS count FROM reports WHERE user_id = ${author.id} AND open`;
        return row?.count as number;
      };

      const path = kind === 'post' ? `/posts/${post}` : `/users/${author.id}`;
      const before = await countOpen();
      const deleted = await api(`DELETE ${path}?reason=spam`, { token: admin.token });
      expect(deleted.status).toBe(204);
      let left = await countOpen();
      expect(before - left).toBe(BATCH);
      while (await deleteBatch()) {
        const now = await countOpen();
        expect(left - now).toBeLessThanOrEqual(BATCH);
        left = now;
      }

      expect(left).toBe(kind === 'post' ? 1 : 0);
      const resolved = await sql`
      SELECT DISTINCT resolved_by::integer, note FROM reports WHERE user_id = ${author.id} AND NOT open`;
      expect(resolved).toEqual([{ resolved_by: admin.id, note: 'spam' }]);
    },
  );
});
