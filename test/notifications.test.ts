import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { expectSlice, expectWholeList } from './support/expect-pages';
import { insertPosts } from './support/insert-posts';
import { type Person, promote, signUp, signUpMany, write } from './support/people';
import { entryOf, recountNotifications } from './support/recount-notifications';
import { sql } from './support/sql';

const PATH = '/users/me/notifications';
const DAY_MS = 24 * 60 * 60_000;
const START = Date.parse('2026-03-01T00:00:00Z');
const KINDS = ['reply', 'mention', 'follow', 'vote'];

const list = async ({ token }: Person, query = '') =>
  (await api(`GET ${PATH}?${query}`, { token })).body.data;
const kindsOf = async (person: Person, query?: string) =>
  (await list(person, query)).map(({ kind }: { kind: string }) => kind);
const unreadOf = async ({ token }: Person) =>
  (await api('GET /users/me', { token })).body.unread_notifications;
const readUpTo = ({ token }: Person, up_to: unknown) => api(`PUT ${PATH}/read`, { token, json: { up_to } });
const people = (count: number) => signUpMany(count) as Promise<Person[]>;

/** Two people, and a post of the first. */
async function authorAndReader() {
  const [author, reader] = (await people(2)) as [Person, Person];
  return { author, reader, post: await write(author) };
}

/** Votes of these people at these times, as if each had voted then. */
const voteAt = (post: { id: number; owner_id: number }, voters: Person[], times: number[]) =>
  sql`INSERT INTO votes (user_id, post_id, owner_id, created_at)
    SELECT voter, ${post.id}, nullif(${post.owner_id}::bigint, voter), at
      FROM unnest(${voters.map(({ id }) => id)}::bigint[], ${times.map((at) => new Date(at).toISOString())}::timestamptz[])
        AS vote(voter, at)`;

describe('GET /users/me/notifications', () => {
  it('is empty for a new account', async () => {
    const { body } = await api(`GET ${PATH}?total=true`, { token: (await signUp()).token });

    expect(body).toEqual({ data: [], page: { limit: 10, next_cursor: null, prev_cursor: null, total: 0 } });
  });

  it('lists replies, mentions, follows and votes, the latest first, with the user and the post', async () => {
    const { author, reader, post } = await authorAndReader();
    const { token } = reader;
    const reply = await write(reader, { parent_id: post.id });
    const mention = await write(reader, { content: `Ask @${author.username.toUpperCase()}.` });
    await api(`PUT /users/${author.id}/follow`, { token });
    await api(`PUT /votes/${post.id}`, { token });

    const listed = await list(author);

    expect(listed.map(entryOf)).toEqual(await recountNotifications(author.id));
    const byKind = Object.fromEntries(listed.map((item: { kind: string }) => [item.kind, item]));
    expect(Object.keys(byKind).sort()).toEqual([...KINDS].sort());
    expect(byKind.reply.post).toEqual((await api(`GET /posts/${reply.id}`, { token: author.token })).body);
    expect(byKind.mention.post.id).toBe(mention.id);
    expect(byKind.follow.post).toBeNull();
    expect(byKind.vote.post).toMatchObject({ id: post.id, votes: 1, viewer: { voted: false } });
    const { body: user } = await api(`GET /users/${reader.id}`, { token: author.token });
    for (const { user: shown, users, count, read } of listed) {
      expect([shown, users, count, read]).toEqual([user, [user], 1, false]);
    }
    expect(await list(reader)).toEqual([]);
  });

  it('filters by kind', async () => {
    const { author, reader, post } = await authorAndReader();
    await write(reader, { parent_id: post.id });
    await api(`PUT /users/${author.id}/follow`, { token: reader.token });

    for (const kind of KINDS) {
      const expected = kind === 'reply' || kind === 'follow' ? [kind] : [];
      expect(await kindsOf(author, `kind=${kind}`)).toEqual(expected);
    }
    const { status, body } = await api(`GET ${PATH}?kind=like`, { token: author.token });
    expect([status, body.errors[0].path]).toEqual([422, 'kind']);
  });

  it('lists a reply that mentions the same person once, and a reply to somebody else as a mention', async () => {
    const { author, reader, post } = await authorAndReader();
    const named = `@${author.username} indeed`;
    const reply = await write(reader, { parent_id: post.id, content: named });
    const further = await write(reader, { parent_id: reply.id, content: named });

    expect(
      (await list(author)).map(({ kind, post: { id } }: { kind: string; post: { id: number } }) => [
        kind,
        id,
      ]),
    ).toEqual([
      ['mention', further.id],
      ['reply', reply.id],
    ]);
    expect(await kindsOf(author, 'kind=mention')).toEqual(['mention']);
  });

  it('does not list what the caller does', async () => {
    const { author, post } = await authorAndReader();
    await write(author, { parent_id: post.id, content: `I, @${author.username}, disagree.` });
    await api(`PUT /votes/${post.id}`, { token: author.token });

    expect(await list(author)).toEqual([]);
    expect(await unreadOf(author)).toBe(0);
  });

  it('does not list what was taken back, deleted or unpublished', async () => {
    const { author, reader, post } = await authorAndReader();
    const { token } = reader;
    const other = await write(author);
    const kept = await write(reader, { parent_id: other.id });
    const takenBack: [string, object?][] = [];
    const reply = await write(reader, { parent_id: post.id });
    takenBack.push([`DELETE /posts/${reply.id}`]);
    const mention = await write(reader, { content: `@${author.username}` });
    takenBack.push([`PATCH /posts/${mention.id}`, { content: 'Nobody.' }]);
    const hidden = await write(reader, { content: `@${author.username}` });
    takenBack.push([`PATCH /posts/${hidden.id}`, { published: false }]);
    await api(`PUT /users/${author.id}/follow`, { token });
    takenBack.push([`DELETE /users/${author.id}/follow`]);
    await api(`PUT /votes/${post.id}`, { token });
    takenBack.push([`DELETE /votes/${post.id}`]);
    expect(await unreadOf(author)).toBe(6);

    for (const [call, json] of takenBack) {
      const before = await unreadOf(author);
      await api(call, { token, json });
      expect(await unreadOf(author), call).toBe(before - 1);
    }

    expect((await list(author)).map(entryOf)).toEqual(await recountNotifications(author.id));
    expect((await list(author)).map(({ post }: { post: { id: number } }) => post.id)).toEqual([kept.id]);
  });

  it('does not list drafts, and lists them from when they are published', async () => {
    const { author, reader, post } = await authorAndReader();
    const draft = { content: `@${author.username}`, published: false };
    const drafts = [await write(reader, draft), await write(reader, { ...draft, parent_id: post.id })];
    expect(await list(author)).toEqual([]);

    for (const { id } of drafts)
      await api(`PATCH /posts/${id}`, { token: reader.token, json: { published: true } });

    expect(await kindsOf(author)).toEqual(['reply', 'mention']);
  });

  it('hides votes for a post while it is a draft again', async () => {
    const { author, reader, post } = await authorAndReader();
    await api(`PUT /votes/${post.id}`, { token: reader.token });
    const publish = (published: boolean) =>
      api(`PATCH /posts/${post.id}`, { token: author.token, json: { published } });

    await publish(false);
    expect([await list(author), await unreadOf(author)]).toEqual([[], 0]);
    await publish(true);
    expect(await kindsOf(author)).toEqual(['vote']);
  });

  it('still lists a reply when the post that it answers is deleted', async () => {
    const { author, reader, post } = await authorAndReader();
    const reply = await write(reader, { parent_id: post.id });
    await api(`DELETE /posts/${post.id}`, { token: author.token });

    expect((await list(author)).map(entryOf)).toMatchObject([{ kind: 'reply', post: reply.id }]);
  });

  it('does not list anything of a deleted user', async () => {
    const { author, reader, post } = await authorAndReader();
    const [leaving, admin] = (await people(2)) as [Person, Person];
    for (const { token } of [leaving, reader]) {
      await api(`PUT /votes/${post.id}`, { token });
      await api(`PUT /users/${author.id}/follow`, { token });
      await api('POST /posts', { token, json: { content: `@${author.username}` } });
      await api(`POST /posts/${post.id}/replies`, { token, json: { content: 'Yes.' } });
    }
    await promote(admin);
    await api(`DELETE /users/${leaving.id}`, { token: admin.token });

    const listed = (await list(author)).map(entryOf);
    expect(listed).toHaveLength(4);
    for (const { users, count } of listed) expect([users, count]).toEqual([[reader.id], 1]);
  });
});

describe('the votes of a day for one post', () => {
  it('are one notification with the latest five and the count', async () => {
    const { author, post } = await authorAndReader();
    const voters = await people(7);
    await voteAt(post, [...voters, author], [...voters.map((_, i) => START + i), START + 8]);

    const [entry, ...others] = await list(author);

    expect(others).toEqual([]);
    expect(entryOf(entry)).toEqual({
      kind: 'vote',
      at: new Date(START + 6).toISOString(),
      post: post.id,
      users: voters
        .slice(2)
        .reverse()
        .map(({ id }) => id),
      count: 7,
    });
    expect(entry.user).toEqual(entry.users[0]);
  });

  it('are counted to a hundred', async () => {
    const { author, post } = await authorAndReader();
    const voters = await people(101);
    await voteAt(post, voters.slice(0, 99), Array(99).fill(START));
    expect((await list(author))[0].count).toBe(99);
    await voteAt(post, voters.slice(99), [START, START]);
    expect((await list(author))[0].count).toBe(100);
  });

  it('begin and end at midnight in UTC', async () => {
    const { author, post } = await authorAndReader();
    const times = [START - 1, START, START + DAY_MS - 1, START + DAY_MS];
    await voteAt(post, await people(4), times);

    expect((await list(author)).map(entryOf)).toMatchObject([
      { at: new Date(START + DAY_MS).toISOString(), count: 1 },
      { at: new Date(START + DAY_MS - 1).toISOString(), count: 2 },
      { at: new Date(START - 1).toISOString(), count: 1 },
    ]);
  });

  it('move to the time of the latest, and back when it is withdrawn', async () => {
    const { author, reader, post } = await authorAndReader();
    const [other] = await people(1);
    const now = Date.now();
    await voteAt(post, [other as Person], [now - 1]);
    const [first] = await list(author);
    await api(`PUT /votes/${post.id}`, { token: reader.token });
    expect(Date.parse((await list(author))[0].at)).toBeGreaterThan(now - 1);
    await api(`DELETE /votes/${post.id}`, { token: reader.token });
    expect((await list(author)).at(-1)).toEqual(first);
  });
});

/** A person to whom much happened on five days, much of it in one millisecond, by people whom they hide or don't. */
async function busyPerson(): Promise<Person> {
  const [me, ...others] = (await people(7)) as [Person, ...Person[]];
  const [blocked, blocking, muted] = others as [Person, Person, Person];
  await sql`INSERT INTO blocks (user_id, other_id) VALUES (${me.id}, ${blocked.id}), (${blocking.id}, ${me.id})`;
  await sql`INSERT INTO mutes (user_id, other_id) VALUES (${me.id}, ${muted.id})`;
  const row = {
    parent_id: null,
    title: null,
    content: 'Seen.',
    tags: [],
    published: true,
    at: START,
    votes: 0,
  };
  const mine = await insertPosts(
    Array.from({ length: 6 }, (_, i) => ({ ...row, owner: me, published: i < 5 })),
  );
  const timeOf = (i: number) => START + Math.floor((i % 40) / 8) * DAY_MS + (i % 8 < 3 ? 0 : i * 1_000);
  await insertPosts(
    Array.from({ length: 40 }, (_, i) => ({
      ...row,
      owner: others[i % 6] as Person,
      parent_id: mine[i % 5]?.id ?? null,
      at: timeOf(i),
      published: i % 9 !== 0,
    })),
  );
  await sql`
    INSERT INTO posts (owner_id, content, mentioned_ids, published, created_at, published_at)
      SELECT owner, 'Named.', ARRAY [${me.id}::bigint], true, at, at
        FROM unnest(${Array.from({ length: 30 }, (_, i) => [me, ...others][i % 7]?.id)}::bigint[],
                    ${Array.from({ length: 30 }, (_, i) => new Date(timeOf(i)).toISOString())}::timestamptz[]) AS one(owner, at)`;
  for (const [i, post] of mine.entries())
    await voteAt(
      { id: post.id, owner_id: me.id },
      [...others, me],
      [...others, me].map((_, j) => timeOf(i * 5 + j * 3)),
    );
  for (const [i, { id }] of others.entries())
    await sql`INSERT INTO follows (follower_id, followee_id, created_at)
      VALUES (${id}, ${me.id}, ${new Date(timeOf(i * 7)).toISOString()})`;
  return me;
}

describe('pages of notifications', () => {
  it('join into the whole list, for every kind and order, without hidden people', async () => {
    const me = await busyPerson();
    const all = await recountNotifications(me.id);
    expect(new Set(all.map(({ kind }) => kind)).size).toBe(4);
    expect(all.length).toBeGreaterThan(30);
    for (const kind of [undefined, ...KINDS])
      for (const order of ['desc', 'asc']) {
        const rows = all.filter((entry) => !kind || entry.kind === kind);
        const check = {
          path: `${PATH}?order=${order}${kind ? `&kind=${kind}` : ''}`,
          token: me.token,
          rowKey: entryOf,
          expected: () => (order === 'asc' ? rows.toReversed() : rows),
        };
        for (const limit of [3, 100]) await expectWholeList({ ...check, limit });
        for (const skip of [0, 7, 1_000]) await expectSlice({ ...check, limit: 5 }, skip);
      }
  });

  it('refuses a cursor of another kind', async () => {
    const me = await busyPerson();
    const { next_cursor } = (await api(`GET ${PATH}?limit=2`, { token: me.token })).body.page;

    const { status, body } = await api(`GET ${PATH}?limit=2&kind=vote&cursor=${next_cursor}`, {
      token: me.token,
    });

    expect([status, body.errors[0].code]).toEqual([422, 'invalid_cursor']);
  });
});

describe('unread_notifications', () => {
  it('is in every answer of the own account, and changes its ETag', async () => {
    const { author, reader, post } = await authorAndReader();
    const { token } = author;
    const before = (await api('GET /users/me', { token })).headers.get('etag') ?? '';
    const headers = { 'If-None-Match': before };
    expect((await api('GET /users/me', { token, headers })).status).toBe(304);

    await write(reader, { parent_id: post.id });

    const { status, body, headers: after } = await api('GET /users/me', { token, headers });
    expect([status, body.unread_notifications]).toEqual([200, 1]);
    const edited = await api('PATCH /users/me', {
      token,
      json: { bio: 'Busy.' },
      headers: { 'If-Match': after.get('etag') ?? '' },
    });
    expect([edited.status, edited.body.unread_notifications]).toEqual([200, 1]);
  });

  it('is shown to nobody else, not even to admins', async () => {
    const { author, reader, post } = await authorAndReader();
    const admin = await signUp();
    await promote(admin);
    await write(reader, { parent_id: post.id });

    for (const token of [undefined, reader.token, admin.token, author.token]) {
      const { body } = await api(`GET /users/${author.id}`, { token });
      expect(body).not.toHaveProperty('unread_notifications');
    }
    const { body } = await api(`PATCH /users/${author.id}`, { token: admin.token, json: { role: 'user' } });
    expect(body).not.toHaveProperty('unread_notifications');
    await sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;
  });

  it('stops at a hundred', async () => {
    const { author, reader, post } = await authorAndReader();
    const at = Date.now() + 1_000;
    const row = { owner: reader, parent_id: post.id, title: null, content: 'Yes.', tags: [], votes: 0 };
    const replies = (count: number) =>
      insertPosts(Array.from({ length: count }, () => ({ ...row, published: true, at })));

    await replies(99);
    expect(await unreadOf(author)).toBe(99);
    await replies(2);
    expect(await unreadOf(author)).toBe(100);
  });
});

describe('PUT /users/me/notifications/read', () => {
  const readsOf = async (person: Person) =>
    (await list(person, 'order=asc')).map(({ read }: { read: boolean }) => read);

  /** A person with replies at these times, none of them read. */
  async function personWithReplies(times: number[]): Promise<Person> {
    const { author, reader, post } = await authorAndReader();
    await sql`UPDATE users SET notifications_read_at = '2020-01-01Z' WHERE id = ${author.id}`;
    await insertPosts(
      times.map((at) => ({
        owner: reader,
        parent_id: post.id,
        title: null,
        content: 'Yes.',
        tags: [],
        published: true,
        at,
        votes: 0,
      })),
    );
    return author;
  }

  it('marks what happened up to a time, that time included, in any way to write it', async () => {
    const author = await personWithReplies([START, START + 1, START + 2]);
    expect([await readsOf(author), await unreadOf(author)]).toEqual([[false, false, false], 3]);

    for (const [up_to, unread] of [
      ['2026-02-28T23:59:59.999Z', 3],
      ['2026-03-01T01:00:00+01:00', 2],
      ['2026-03-01T00:00:00.001Z', 1],
    ] as const) {
      const { status, text } = await readUpTo(author, up_to);
      expect([status, text]).toEqual([204, '']);
      expect(await unreadOf(author)).toBe(unread);
    }
    expect(await readsOf(author)).toEqual([true, true, false]);
  });

  it('moves forwards only', async () => {
    const author = await personWithReplies([START, START + 1]);
    await readUpTo(author, new Date(START).toISOString());

    expect((await readUpTo(author, '2001-01-01T00:00:00Z')).status).toBe(204);

    expect(await readsOf(author)).toEqual([true, false]);
  });

  it('takes a time in the future for now', async () => {
    const author = await personWithReplies([START, Date.now() + DAY_MS]);

    for (const up_to of ['9999-12-31T23:59:59Z', new Date(Date.now() + 2 * DAY_MS).toISOString()]) {
      expect((await readUpTo(author, up_to)).status).toBe(204);
      expect(await readsOf(author)).toEqual([true, false]);
    }
  });

  it.each([undefined, null, 12, '', 'now', '2026-03-01', '2026-02-30T00:00:00Z', '2026-03-01T00:00:00'])(
    'refuses %j',
    async (up_to) => {
      const { status, body } = await readUpTo(await signUp(), up_to);

      expect([status, body.errors[0].path]).toEqual([422, 'up_to']);
    },
  );
});

describe('people who are hidden from each other', () => {
  it.each([
    [
      'blocks',
      (me: Person, them: Person) => sql`INSERT INTO blocks (user_id, other_id) VALUES (${me.id}, ${them.id})`,
    ],
    [
      'is blocked by',
      (me: Person, them: Person) => sql`INSERT INTO blocks (user_id, other_id) VALUES (${them.id}, ${me.id})`,
    ],
    [
      'mutes',
      (me: Person, them: Person) => sql`INSERT INTO mutes (user_id, other_id) VALUES (${me.id}, ${them.id})`,
    ],
  ])('are in no notification and no count of who %s them', async (_, hide) => {
    const { author, reader, post } = await authorAndReader();
    const stranger = await signUp();
    for (const { token } of [stranger, reader]) {
      await api(`PUT /votes/${post.id}`, { token });
      await api(`PUT /users/${author.id}/follow`, { token });
      await api('POST /posts', { token, json: { content: `@${author.username}` } });
      await api(`POST /posts/${post.id}/replies`, { token, json: { content: 'Yes.' } });
    }
    expect(await unreadOf(author)).toBe(7);
    await hide(author, reader);

    const listed = await list(author, 'total=true');
    expect(listed.map(entryOf)).toEqual(await recountNotifications(author.id));
    expect(listed).toHaveLength(4);
    expect(await unreadOf(author)).toBe(4);
    for (const { users, count } of listed.map(entryOf)) expect([users, count]).toEqual([[stranger.id], 1]);
  });
});
