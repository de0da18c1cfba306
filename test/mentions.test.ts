import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, signUpMany, unusedName, write } from './support/people';
import { sql } from './support/sql';

const mention = ({ id, username }: Pick<Person, 'id' | 'username'>) => ({ id, username });
const newTag = () => `t${crypto.randomUUID().slice(0, 8)}`;
const edit = (person: Person, id: number, json: object) =>
  api(`PATCH /posts/${id}`, { token: person.token, json });
const read = async (id: number, token?: string) => (await api(`GET /posts/${id}`, { token })).body;

async function rename(person: Person): Promise<Person> {
  const username = unusedName('renamed');
  expect((await api('PATCH /users/me', { token: person.token, json: { username } })).status).toBe(200);
  return { ...person, username };
}

/** The posts that mention a person, newest first, from the rows that are kept of them. */
async function rowsOf(person: Person): Promise<number[]> {
  const rows = await sql`SELECT post_id::integer AS id FROM post_mentions WHERE user_id = ${person.id}
    ORDER BY listed_at DESC, post_id DESC`;
  return rows.map((row) => (row as { id: number }).id);
}

/** The number of published posts with a tag; undefined where the tag is not in use. */
async function countOf(tag: string): Promise<number | undefined> {
  return (await sql`SELECT posts FROM tags WHERE tag = ${tag}`)[0]?.posts;
}

describe('the mentions of a post', () => {
  it('are the people whom its content names, in order of first appearance, each once', async () => {
    const [ada, bob, eve] = (await signUpMany(3)) as [Person, Person, Person];
    const content = `＠${eve.username}, ask @${bob.username.toUpperCase()} or @${eve.username}. (@${ada.username})`;

    const post = await write(ada, { content });

    expect(post.mentions).toEqual([mention(eve), mention(bob), mention(ada)]);
    expect((await read(post.id)).mentions).toEqual(post.mentions);
    for (const person of [ada, bob, eve]) expect(await rowsOf(person)).toEqual([post.id]);
  });

  it('are no names of nobody, and none in code, URLs and email addresses', async () => {
    const bob = await signUp();
    const content = `@${unusedName()} \`@${bob.username}\` https://example.com/@${bob.username} bob@${bob.username}.org`;

    expect((await write(bob, { content })).mentions).toEqual([]);
    expect(await rowsOf(bob)).toEqual([]);
  });

  it('are fifty at most', async () => {
    const people = await signUpMany(52, 'crowd');
    const content = people.map(({ username }) => `@${username}`).join(' ');

    const { mentions } = await write(people[0] as Person, { content });

    expect(mentions).toEqual(people.slice(0, 50).map(mention));
  });

  it('are shown in replies, lists, threads and the export', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const root = await write(ada, { content: `For @${bob.username}` });
    const reply = await write(bob, { content: `From @${ada.username}`, parent_id: root.id });
    const shorthand = await api(`POST /posts/${root.id}/replies`, {
      token: bob.token,
      json: { content: `To @${ada.username}` },
    });

    expect(shorthand.body.mentions).toEqual([mention(ada)]);
    const { body: list } = await api(`GET /posts?author=${ada.id}`);
    expect(list.data).toMatchObject([{ mentions: [mention(bob)] }]);
    const { body: thread } = await api(`GET /posts/${reply.id}/thread`);
    expect([thread.ancestors[0].mentions, thread.post.mentions]).toEqual([[mention(bob)], [mention(ada)]]);
    await edit(ada, root.id, { content: 'For nobody' });
    const { body: exported } = await api('GET /users/me/export', { token: ada.token });
    expect(exported.posts).toMatchObject([{ id: root.id, mentions: [] }]);
    expect(exported.post_versions).toMatchObject([{ post_id: root.id, mentions: [mention(bob)] }]);
  });

  it('stay by id when the person is renamed, and the ETag changes', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const { id } = await write(ada, { content: `Hello @${bob.username}` });
    const etagOf = async () => (await api(`GET /posts/${id}`)).headers.get('etag') as string;
    const etag = await etagOf();

    const renamed = await rename(bob);

    expect((await read(id)).mentions).toEqual([mention(renamed)]);
    expect(await etagOf()).not.toBe(etag);
    const conditional = await api(`GET /posts/${id}`, { headers: { 'If-None-Match': etag } });
    expect(conditional.status).toBe(200);
    // The words are the same version: an edit that was begun before passes.
    const answer = await api(`PATCH /posts/${id}`, {
      token: ada.token,
      json: { title: 'Still' },
      headers: { 'If-Match': etag },
    });
    expect([answer.status, answer.body.mentions]).toEqual([200, [mention(renamed)]]);
    // Whoever takes the old name is not the one who was mentioned.
    await sql`UPDATE users SET username = ${bob.username} WHERE id = ${ada.id}`;
    expect((await read(id)).mentions).toEqual([mention(renamed)]);
  });

  it('do not change the ETag by what a post does not show of a person', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const { id } = await write(ada, { content: `Hello @${bob.username}` });
    const etagOf = async () => (await api(`GET /posts/${id}`)).headers.get('etag');
    const etag = await etagOf();

    await api('PATCH /users/me', {
      token: bob.token,
      json: { bio: 'New.', avatar_url: 'https://a.example/b' },
    });

    expect(await etagOf()).toBe(etag);
  });

  it('go with a person who is deleted, and the ETag changes', async () => {
    const [ada, bob, eve] = (await signUpMany(3)) as [Person, Person, Person];
    const { id } = await write(ada, { content: `@${bob.username} @${eve.username}` });
    const { headers } = await api(`GET /posts/${id}`);
    const { password: current_password, token } = bob;

    expect((await api('DELETE /users/me', { token, json: { current_password } })).status).toBe(204);

    const after = await api(`GET /posts/${id}`);
    expect(after.body.mentions).toEqual([mention(eve)]);
    expect(after.headers.get('etag')).not.toBe(headers.get('etag'));
    expect(await rowsOf(bob)).toEqual([]);
    // The post can be edited and hidden as before.
    expect((await edit(ada, id, { published: false })).body.mentions).toEqual([mention(eve)]);
    expect((await edit(ada, id, { published: true })).body.mentions).toEqual([mention(eve)]);
    expect((await edit(ada, id, { content: `@${bob.username}` })).body.mentions).toEqual([]);
  });

  it('are rows of published posts only, by when these were published', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const draft = await write(ada, { content: `@${bob.username}`, published: false });
    expect(draft.mentions).toEqual([mention(bob)]);
    expect(await rowsOf(bob)).toEqual([]);
    const post = await write(ada, { content: `Before @${bob.username}` });

    await edit(ada, draft.id, { published: true });
    expect(await rowsOf(bob)).toEqual([draft.id, post.id]);
    await edit(ada, post.id, { published: false });
    expect(await rowsOf(bob)).toEqual([draft.id]);
    expect((await read(post.id, ada.token)).mentions).toEqual([mention(bob)]);
    await api(`PUT /posts/${post.id}`, { token: ada.token, json: { content: `Before @${bob.username}` } });
    expect(await rowsOf(bob)).toEqual([draft.id, post.id]);
    await api(`DELETE /posts/${draft.id}`, { token: ada.token });
    expect(await rowsOf(bob)).toEqual([post.id]);
  });

  it('are read again when the content changes, and only then', async () => {
    const [ada, bob, eve] = (await signUpMany(3)) as [Person, Person, Person];
    const content = `Hello @${bob.username}`;
    const { id } = await write(ada, { content });
    const renamed = await rename(bob);

    expect((await edit(ada, id, { title: 'T' })).body.mentions).toEqual([mention(renamed)]);
    const same = await api(`PUT /posts/${id}`, { token: ada.token, json: { title: 'T', content } });
    expect(same.body.mentions).toEqual([mention(renamed)]);
    expect((await edit(ada, id, { content: `${content}!` })).body.mentions).toEqual([]);
    const both = `@${eve.username} @${renamed.username}`;
    expect((await edit(ada, id, { content: both })).body.mentions).toEqual([mention(eve), mention(renamed)]);
    expect((await edit(ada, id, { content: `@${eve.username}` })).body.mentions).toEqual([mention(eve)]);
    expect([await rowsOf(renamed), await rowsOf(eve)]).toEqual([[], [id]]);
  });

  it('are in the history as they were', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const tag = newTag();
    const { id } = await write(ada, { content: `@${bob.username} #${tag}`, tags: ['given'] });
    await edit(ada, id, { content: 'Nobody.' });
    const renamed = await rename(bob);

    const { body } = await api(`GET /posts/${id}/history`);

    expect(body.data).toMatchObject([{ version: 1, tags: ['given', tag], mentions: [mention(renamed)] }]);
  });

  it('are the same in an answer that is replayed', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const json = { content: `@${bob.username} #${newTag()}` };
    const create = () =>
      api('POST /posts', { token: ada.token, json, headers: { 'Idempotency-Key': 'mentions' } });

    const [first, second] = [await create(), await create()];

    expect(first.body.mentions).toEqual([mention(bob)]);
    expect([second.text, second.headers.get('idempotency-replayed')]).toEqual([first.text, 'true']);
  });

  it('can not be set by a client', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];
    const json = { content: 'A.', mentions: [bob.username], hashtags: ['a'], mentioned_ids: [bob.id] };

    const post = await write(ada, json);
    expect([post.mentions, post.tags]).toEqual([[], []]);
    const { body } = await edit(ada, post.id, { mentions: [bob.username], hashtags: ['a'] });
    expect([body.mentions, body.tags, body.edited_at]).toEqual([[], [], null]);
  });
});

describe('the hashtags of a content', () => {
  it('are tags of the post: listed, searched and counted', async () => {
    const ada = await signUp();
    const [given, hashtag] = [newTag(), newTag()];

    const post = await write(ada, { content: `On #${hashtag.toUpperCase()}`, tags: [given] });

    expect(post.tags).toEqual([given, hashtag]);
    expect([await countOf(given), await countOf(hashtag)]).toEqual([1, 1]);
    for (const query of [`tag=${hashtag}`, `tag=${hashtag}&author=${ada.id}`, `tag=${hashtag}&sort=top`])
      expect((await api(`GET /posts?${query}`)).body.data).toMatchObject([{ id: post.id }]);
    await api(`DELETE /posts/${post.id}`, { token: ada.token });
    expect([await countOf(given), await countOf(hashtag)]).toEqual([undefined, undefined]);
  });

  it('go when the content loses them, unless they were also given', async () => {
    const ada = await signUp();
    const [both, hashtag] = [newTag(), newTag()];
    const { id } = await write(ada, { content: `#${both} #${hashtag}`, tags: [both] });

    expect((await edit(ada, id, { content: 'Plain.' })).body.tags).toEqual([both]);
    expect([await countOf(both), await countOf(hashtag)]).toEqual([1, undefined]);
    expect((await edit(ada, id, { content: `Now #${hashtag}` })).body.tags).toEqual([both, hashtag]);
    expect((await edit(ada, id, { tags: [] })).body.tags).toEqual([hashtag]);
    expect((await edit(ada, id, { content: 'Plain.' })).body.tags).toEqual([]);
  });

  it('stay when other tags are given', async () => {
    const ada = await signUp();
    const [old, fresh, hashtag] = [newTag(), newTag(), newTag()];
    const content = `#${hashtag}`;
    const { id } = await write(ada, { content, tags: [old] });

    expect((await edit(ada, id, { tags: [fresh] })).body.tags).toEqual([fresh, hashtag]);
    const { body } = await api(`PUT /posts/${id}`, { token: ada.token, json: { content } });
    expect(body.tags).toEqual([hashtag]);
    expect([await countOf(old), await countOf(fresh), await countOf(hashtag)]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  it('fill the ten tags of a post, and are plain text beyond', async () => {
    const ada = await signUp();
    const prefix = newTag();
    const tags = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `${prefix}-${from + i}`);
    const content = tags(5, 20)
      .map((tag) => `#${tag}`)
      .join(' ');

    const post = await write(ada, { content, tags: tags(0, 8) });

    // 5, 6 and 7 are given, too.
    expect(post.tags).toEqual(tags(0, 10));
    expect((await edit(ada, post.id, { tags: tags(0, 10) })).body.tags).toEqual(tags(0, 10));
    expect((await edit(ada, post.id, { tags: [] })).body.tags).toEqual(tags(5, 15));
    expect((await edit(ada, post.id, { tags: tags(0, 2) })).body.tags).toEqual([
      ...tags(0, 2),
      ...tags(5, 13),
    ]);
    const { status, body } = await edit(ada, post.id, { tags: tags(0, 11) });
    expect([status, body.errors]).toMatchObject([422, [{ path: 'tags', code: 'too_long' }]]);
  });

  it('are no edit when they are given as they are shown', async () => {
    const ada = await signUp();
    const [given, hashtag] = [newTag(), newTag()];
    const content = `#${hashtag}`;
    const post = await write(ada, { content, tags: [given] });
    const { headers } = await api(`GET /posts/${post.id}`);

    for (const answer of [
      await edit(ada, post.id, { tags: [given] }),
      await edit(ada, post.id, { tags: post.tags }),
      await api(`PUT /posts/${post.id}`, { token: ada.token, json: { content, tags: post.tags } }),
    ]) {
      expect(answer.body).toEqual(post);
      expect(answer.headers.get('etag')).toBe(
        (await api(`GET /posts/${post.id}`, { token: ada.token })).headers.get('etag'),
      );
    }
    expect((await api(`GET /posts/${post.id}`)).headers.get('etag')).toBe(headers.get('etag'));
    expect((await api(`GET /posts/${post.id}/history`)).body.data).toEqual([]);
    // It has been given by now.
    expect((await edit(ada, post.id, { content: 'Plain.' })).body.tags).toEqual([given, hashtag]);
  });
});
