import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { expectWholeList } from './support/expect-pages';
import { type Person, signUp, signUpMany, write } from './support/people';
import { sql } from './support/sql';

const put = (me: Person, path: string) => api(`PUT ${path}`, { token: me.token });
const block = (me: Person, other: Person) => put(me, `/users/${other.id}/block`);
const viewerOf = async (me: Person, other: Person) =>
  (await api(`GET /users/${other.id}`, { token: me.token })).body.viewer;

describe.each(['block', 'mute'])('PUT and DELETE /users/{user}/%s', (verb) => {
  const flag = verb === 'block' ? 'blocking' : 'muting';

  it('take an id or a name, and can be repeated', async () => {
    const [me, other] = (await signUpMany(2)) as [Person, Person];
    for (const ref of [other.id, other.username, other.username.toUpperCase()])
      expect((await put(me, `/users/${ref}/${verb}`)).status).toBe(204);
    expect(await viewerOf(me, other)).toEqual({
      following: false,
      followed_by: false,
      blocking: verb === 'block',
      muting: verb === 'mute',
    });
    const { body } = await api(`GET /users?ids=${other.id}`, { token: me.token });
    expect(body.data[0].viewer[flag]).toBe(true);

    for (let i = 0; i < 2; i += 1)
      expect((await api(`DELETE /users/${other.username}/${verb}`, { token: me.token })).status).toBe(204);
    expect((await viewerOf(me, other))[flag]).toBe(false);
  });

  it('answer 422 for the caller, and 404 for an unknown user', async () => {
    const me = await signUp();
    for (const method of ['PUT', 'DELETE']) {
      for (const ref of [me.id, me.username]) {
        const self = await api(`${method} /users/${ref}/${verb}`, { token: me.token });
        expect([self.status, self.body.code]).toEqual([422, `cannot_${verb}_self`]);
      }
      for (const ref of ['nobody_at_all', '9007199254740991', 'me']) {
        const nobody = await api(`${method} /users/${ref}/${verb}`, { token: me.token });
        expect([nobody.status, nobody.body.code]).toEqual([404, 'user_not_found']);
      }
    }
  });

  it(`fill GET /users/me/${verb}s, the latest first, page by page`, async () => {
    const [me, ...others] = (await signUpMany(8)) as [Person, ...Person[]];
    for (const other of others) await put(me, `/users/${other.id}/${verb}`);
    await api(`DELETE /users/${others[3]?.id}/${verb}`, { token: me.token });
    // Twice in one millisecond, and again: what counts is the first time.
    await put(me, `/users/${others[0]?.id}/${verb}`);
    const table = verb === 'block' ? sql`SELECT * FROM blocks` : sql`SELECT * FROM mutes`;
    const rows = (await table) as { user_id: string; other_id: string; created_at: Date }[];
    const expected = rows
      .filter(({ user_id }) => Number(user_id) === me.id)
      .sort((a, b) => Number(b.created_at) - Number(a.created_at) || Number(b.other_id) - Number(a.other_id))
      .map(({ other_id }) => Number(other_id));
    expect(expected).toHaveLength(6);
    for (const limit of [1, 4, 6])
      await expectWholeList({
        path: `/users/me/${verb}s`,
        token: me.token,
        limit,
        expected: () => expected,
      });
    await expectWholeList({
      path: `/users/me/${verb}s?order=asc`,
      token: me.token,
      limit: 4,
      expected: () => expected.toReversed(),
    });
    expect((await api(`GET /users/me/${verb}s`, { token: (others[0] as Person).token })).body.data).toEqual(
      [],
    );
  });

  it('are in the export, and end with either account', async () => {
    const [me, other, another] = (await signUpMany(3)) as [Person, Person, Person];
    await put(me, `/users/${other.id}/${verb}`);
    await put(another, `/users/${me.id}/${verb}`);
    const readExport = async ({ token }: Person) => (await api('GET /users/me/export', { token })).body;
    expect((await readExport(me))[`${verb}s`]).toEqual([
      { user_id: other.id, created_at: expect.stringMatching(/Z$/) },
    ]);
    // Nobody learns from their export who hides them.
    expect((await readExport(other))[`${verb}s`]).toEqual([]);
    expect(JSON.stringify(await readExport(me))).not.toContain(`"user_id":${another.id},`);

    for (const person of [other, another]) {
      const json = { current_password: person.password };
      expect((await api('DELETE /users/me', { token: person.token, json })).status).toBe(204);
    }
    expect((await readExport(me))[`${verb}s`]).toEqual([]);
    const left = await sql`SELECT user_id FROM blocks WHERE ${me.id} IN (user_id, other_id)
      UNION ALL SELECT user_id FROM mutes WHERE ${me.id} IN (user_id, other_id)`;
    expect(left).toEqual([]);
  });
});

describe('a block', () => {
  it('ends the follows of both, whose counters say so, and does not bring them back', async () => {
    const [me, other, third] = (await signUpMany(3)) as [Person, Person, Person];
    for (const [a, b] of [
      [me, other],
      [other, me],
      [me, third],
      [third, other],
    ] as const)
      expect((await put(a, `/users/${b.id}/follow`)).status).toBe(204);
    expect((await block(me, other)).status).toBe(204);

    const counters = async ({ id }: Person) => (await api(`GET /users/${id}`)).body;
    expect(await counters(me)).toMatchObject({ followers: 0, following: 1 });
    expect(await counters(other)).toMatchObject({ followers: 1, following: 0 });
    await api(`DELETE /users/${other.id}/block`, { token: me.token });
    expect(await viewerOf(me, other)).toMatchObject({ following: false, followed_by: false });
  });

  it('refuses what either of them does to the other, with one sentence, until it ends', async () => {
    const [me, other] = (await signUpMany(2)) as [Person, Person];
    const posts = { [me.id]: await write(me), [other.id]: await write(other) };
    expect((await block(me, other)).status).toBe(204);

    const acts = (a: Person, b: Person) => [
      api(`PUT /users/${b.username}/follow`, { token: a.token }),
      api(`PUT /votes/${posts[b.id].id}`, { token: a.token }),
      api('POST /votes', { token: a.token, json: { post_id: posts[b.id].id, dir: 1 } }),
      api('POST /posts', { token: a.token, json: { content: 'Hm.', parent_id: posts[b.id].id } }),
      api(`POST /posts/${posts[b.id].id}/replies`, { token: a.token, json: { content: 'Hm.' } }),
      api(`POST /posts/${posts[b.id].id}/replies`, {
        token: a.token,
        json: { content: 'Hm.', published: false },
      }),
    ];
    const refusals = await Promise.all([...acts(me, other), ...acts(other, me)]);
    for (const { status, body } of refusals)
      expect([status, body.code, body.detail]).toEqual([403, 'blocked', refusals[0]?.body.detail]);
    for (const { id } of [me, other]) {
      expect((await api(`GET /users/${id}`)).body).toMatchObject({ followers: 0, posts: 1 });
      expect((await api(`GET /posts/${posts[id].id}`)).body).toMatchObject({ votes: 0, replies: 0 });
    }

    await api(`DELETE /users/${other.id}/block`, { token: me.token });
    const answers = await Promise.all([...acts(me, other), ...acts(other, me)]);
    expect(answers.map(({ status }) => status).filter((status) => status === 403)).toEqual([]);
  });

  it('comes after 404 and before 409: a draft does not exist, and who voted before is refused, too', async () => {
    const [me, other] = (await signUpMany(2)) as [Person, Person];
    const voted = await write(other);
    await put(me, `/votes/${voted.id}`);
    const draft = await write(other, { published: false });
    await block(other, me);
    const vote = (post_id: number, dir: number) =>
      api('POST /votes', { token: me.token, json: { post_id, dir } });
    expect((await vote(draft.id, 1)).body.code).toBe('post_not_found');
    expect((await vote(voted.id, 1)).body.code).toBe('blocked');
    // A vote can be taken back, and a follow, which is gone, too.
    expect((await vote(voted.id, 0)).status).toBe(201);
    expect((await api(`DELETE /votes/${voted.id}`, { token: me.token })).status).toBe(204);
    expect((await api(`DELETE /users/${other.id}/follow`, { token: me.token })).status).toBe(204);
    const reply = { token: me.token, json: { content: 'Hm.', parent_id: draft.id } };
    expect((await api('POST /posts', reply)).body.code).toBe('parent_not_found');
  });

  it('leaves names as plain text, in new posts, in edits and in drafts that are published later', async () => {
    const [me, other, third] = (await signUpMany(3)) as [Person, Person, Person];
    const content = `@${other.username} and @${third.username}`;
    const both = [other.id, third.id];
    const mentionsOf = ({ mentions }: { mentions: { id: number }[] }) => mentions.map(({ id }) => id);
    const edit = (id: number, json: object) => api(`PATCH /posts/${id}`, { token: me.token, json });
    const earlier = await write(me, { content });
    const draft = await write(me, { content, published: false });
    const unpublished = await write(me, { content });
    await edit(unpublished.id, { published: false });
    expect([earlier, draft].map(mentionsOf)).toEqual([both, both]);

    await block(other, me);
    expect(mentionsOf(await write(me, { content }))).toEqual([third.id]);
    expect(mentionsOf(await write(me, { content: `@${other.username}`, published: false }))).toEqual([]);
    expect(mentionsOf((await edit(draft.id, { published: true })).body)).toEqual([third.id]);
    const replaced = await api(`PUT /posts/${unpublished.id}`, { token: me.token, json: { content } });
    expect(mentionsOf(replaced.body)).toEqual([third.id]);
    // What is not written anew stays as it is.
    expect(mentionsOf((await edit(earlier.id, { title: 'A title' })).body)).toEqual(both);
    expect(mentionsOf((await edit(earlier.id, { content: `${content}!` })).body)).toEqual([third.id]);
    const rows = await sql`SELECT post_id FROM post_mentions WHERE user_id = ${other.id}`;
    expect(rows).toEqual([]);
    // The other way round as well.
    const { mentions } = await write(other, { content: `@${me.username} @${third.username}` });
    expect(mentionsOf({ mentions })).toEqual([third.id]);
  });

  it('keeps a reply that was written as a draft, or was taken back, from being published', async () => {
    const [me, other] = (await signUpMany(2)) as [Person, Person];
    const post = await write(other);
    const draft = await write(me, { parent_id: post.id, published: false });
    const published = await write(me, { parent_id: post.id });
    const unpublished = await write(me, { parent_id: post.id });
    const edit = (id: number, json: object) => api(`PATCH /posts/${id}`, { token: me.token, json });
    await edit(unpublished.id, { published: false });
    await block(other, me);

    for (const { id } of [draft, unpublished]) {
      expect((await edit(id, { published: true })).body.code).toBe('blocked');
      const whole = { token: me.token, json: { content: 'Hm.' } };
      expect((await api(`PUT /posts/${id}`, whole)).body.code).toBe('blocked');
      expect((await edit(id, { content: 'Still a draft.' })).status).toBe(200);
    }
    expect((await edit(published.id, { content: 'Edited.', published: true })).status).toBe(200);
    expect((await api(`GET /posts/${post.id}`)).body.replies).toBe(1);

    await api(`DELETE /users/${me.id}/block`, { token: other.token });
    expect((await edit(draft.id, { published: true })).status).toBe(200);
  });

  it('lets a repeated request with a key get its first answer', async () => {
    const [me, other] = (await signUpMany(2)) as [Person, Person];
    const { id } = await write(other);
    const reply = () =>
      api(`POST /posts/${id}/replies`, {
        token: me.token,
        json: { content: 'Yes.' },
        headers: { 'Idempotency-Key': 'once' },
      });
    const first = await reply();
    await block(other, me);
    const again = await reply();
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  });
});

describe('GET /posts/{id} and profiles', () => {
  it('stay readable for both, and a thread and replies of a hidden post have what is not hidden', async () => {
    const [me, other, third] = (await signUpMany(3)) as [Person, Person, Person];
    const post = await write(other);
    const theirs = await write(other, { parent_id: post.id });
    const reply = await write(third, { parent_id: theirs.id });
    const direct = await write(third, { parent_id: post.id });
    await block(me, other);
    const read = async (path: string) => (await api(`GET ${path}`, { token: me.token })).body;
    expect((await read(`/posts/${post.id}`)).id).toBe(post.id);
    expect((await read(`/users/${other.id}`)).username).toBe(other.username);
    const thread = await read(`/posts/${post.id}/thread`);
    const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);
    expect([thread.post.id, ids(thread.descendants)]).toEqual([post.id, [reply.id, direct.id]]);
    const { data, page } = await read(`/posts/${post.id}/replies?total=true`);
    expect([ids(data), page.total]).toEqual([[direct.id], 1]);
    const below = await read(`/posts/${reply.id}/thread`);
    expect([ids(below.ancestors), below.truncated.ancestors]).toEqual([[], false]);
  });
});
