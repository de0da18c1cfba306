import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { insertPosts } from './support/insert-posts';
import { type Person, signUp, write } from './support/people';
import { sql } from './support/sql';

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);

/** Inserts replies with these texts to a top-level post. */
async function insertReplies(owner: Person, parent_id: number, texts: string[]): Promise<number[]> {
  const fields = { owner, parent_id, title: null, tags: [], published: true, at: Date.now(), votes: 0 };
  return ids(await insertPosts(texts.map((content) => ({ ...fields, content }))));
}

/** Inserts posts with these texts, each a reply to the one before. */
async function insertChain(owner: Person, texts: string[]): Promise<number[]> {
  const rows = await sql`
    WITH chain AS (
      SELECT nextval('posts_id_seq') AS id, place, content FROM unnest(${texts}::text[]) WITH ORDINALITY AS post (content, place)
    ), inserted AS (
      INSERT INTO posts (id, owner_id, parent_id, content, published_at) OVERRIDING SYSTEM VALUE
        SELECT post.id, ${owner.id}, parent.id, post.content, now()
          FROM chain AS post LEFT JOIN chain AS parent ON parent.place = post.place - 1 ORDER BY post.place
    )
    SELECT id::integer AS id FROM chain ORDER BY place`;
  return ids(rows as { id: number }[]);
}

async function readTruncated(id: number | undefined, token?: string) {
  const { status, body } = await api(`GET /posts/${id}/thread`, { token });
  expect(status).toBe(200);
  return body.truncated;
}

describe('POST and GET /posts/{id}/replies', () => {
  it('create a reply, and list direct replies, oldest first', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const post = await write(ada);

    const reply = await api(`POST /posts/${post.id}/replies`, {
      token: bob.token,
      json: { content: 'Yes.', parent_id: 1 },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ parent_id: post.id, owner_id: bob.id, content: 'Yes.' });
    expect(reply.headers.get('location')).toBe(`/posts/${reply.body.id}`);
    const second = await write(ada, { parent_id: post.id });
    await write(ada, { parent_id: reply.body.id });
    await write(ada, { parent_id: post.id, published: false });

    const replies = await api(`GET /posts/${post.id}/replies?total=true`);
    expect(replies.status).toBe(200);
    expect(ids(replies.body.data)).toEqual([reply.body.id, second.id]);
    expect(replies.body.page.total).toBe(2);
    expect((await api(`GET /posts/${post.id}`)).body.replies).toBe(2);
    expect(ids((await api(`GET /posts/${post.id}/replies?order=desc`)).body.data)).toEqual([
      second.id,
      reply.body.id,
    ]);
  });

  it('answer 404 for an unknown post and for a draft', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const draft = await write(ada, { published: false });

    for (const id of [draft.id, 9007199254740991]) {
      const reply = await api(`POST /posts/${id}/replies`, { token: bob.token, json: { content: 'Hm.' } });
      expect(reply.status).toBe(404);
      expect(reply.body.code).toBe('parent_not_found');
      for (const list of ['replies', 'thread', 'history', 'votes']) {
        const answer = await api(`GET /posts/${id}/${list}`, { token: bob.token });
        expect(answer.status).toBe(404);
        expect(answer.body.code).toBe('post_not_found');
      }
    }
  });
});

describe('GET /posts/{id}/thread', () => {
  it('shows all posts above and beneath a post, also when one between was deleted', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const root = await write(ada);
    const middle = await write(bob, { parent_id: root.id });
    const leaf = await write(ada, { parent_id: middle.id, content: 'Leaf.' });
    const deeper = await write(bob, { parent_id: leaf.id });
    const draft = await write(bob, { parent_id: leaf.id, published: false });

    const thread = async (id: number, token?: string) =>
      (await api(`GET /posts/${id}/thread`, { token })).body;
    expect(ids((await thread(leaf.id)).ancestors)).toEqual([root.id, middle.id]);
    expect((await thread(leaf.id)).post.content).toBe('Leaf.');
    expect(ids((await thread(leaf.id)).descendants)).toEqual([deeper.id]);
    expect(ids((await thread(leaf.id, ada.token)).descendants)).toEqual([deeper.id]);
    expect(ids((await thread(leaf.id, bob.token)).descendants)).toEqual([deeper.id, draft.id]);

    expect((await api(`DELETE /posts/${middle.id}`, { token: bob.token })).status).toBe(204);
    expect(ids((await thread(leaf.id)).ancestors)).toEqual([root.id]);
    expect(ids((await thread(root.id)).descendants)).toEqual([leaf.id, deeper.id]);
    expect((await api(`GET /posts/${leaf.id}`)).body.parent_id).toBe(middle.id);
    expect(ids((await api(`GET /posts?author=${ada.id}`)).body.data)).toEqual([root.id]);
  });

  it('shows a reply while it is published, also when what it answers is deleted meanwhile', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const root = await write(ada);
    const middle = await write(ada, { parent_id: root.id });
    const reply = await write(bob, { parent_id: middle.id, published: false });
    const publish = async (published: boolean) => {
      const { status } = await api(`PATCH /posts/${reply.id}`, { token: bob.token, json: { published } });
      expect(status).toBe(200);
    };
    const descendants = async (token?: string) =>
      ids((await api(`GET /posts/${root.id}/thread`, { token })).body.descendants);

    expect(await descendants()).toEqual([middle.id]);
    expect(await descendants(bob.token)).toEqual([middle.id, reply.id]);
    await publish(true);
    expect(await descendants()).toEqual([middle.id, reply.id]);
    await publish(false);
    expect(await descendants(ada.token)).toEqual([middle.id]);
    expect(await descendants(bob.token)).toEqual([middle.id, reply.id]);

    expect((await api(`DELETE /posts/${middle.id}`, { token: ada.token })).status).toBe(204);
    expect(ids((await api(`GET /posts/${reply.id}/thread`, { token: bob.token })).body.ancestors)).toEqual([
      root.id,
    ]);
    await publish(true);
    expect(await descendants()).toEqual([reply.id]);
    expect(await descendants(bob.token)).toEqual([reply.id]);
  });

  it("stays below Neon's limit with long replies", async () => {
    const author = await signUp();
    const post = await write(author);
    const long = '\u{1F600}\u{1F600}\u{1F600} '.repeat(2_500);
    await sql`INSERT INTO posts (owner_id, parent_id, content, published_at)
      SELECT ${author.id}, ${post.id}, ${long}, now() FROM generate_series(1, 100)`;

    const { status, body, text } = await api(`GET /posts/${post.id}/thread`);

    expect(status).toBe(200);
    expect(body.descendants.length).toBeGreaterThan(10);
    expect(body.descendants.length).toBeLessThan(100);
    expect(new TextEncoder().encode(text).length).toBeLessThan(2_500_000);
    expect(body.truncated).toEqual({ ancestors: false, descendants: true });
  });

  it("stays below Neon's limit with long titles and tags", async () => {
    const author = await signUp();
    const post = await write(author);
    const tags = Array.from({ length: 10 }, (_, n) => `${n}${'𝒳'.repeat(49)}`);
    await sql`INSERT INTO posts (owner_id, parent_id, title, content, tags, published_at)
      SELECT ${author.id}, ${post.id}, repeat(E'\\x01', 200), 'n', ${tags}, now() FROM generate_series(1, 1000)`;

    const { status, body, text } = await api(`GET /posts/${post.id}/thread`);

    expect(status).toBe(200);
    expect(new TextEncoder().encode(text).length).toBeLessThan(2_500_000);
    expect(body.truncated).toEqual({ ancestors: false, descendants: true });
  });

  it('shows a hundred levels, and says when there are more', async () => {
    const ada = await signUp();
    const chain = [(await write(ada)).id];
    while (chain.length < 103) chain.push((await write(ada, { parent_id: chain.at(-1) })).id);

    const bottom = await api(`GET /posts/${chain.at(-1)}/thread`);
    expect(ids(bottom.body.ancestors)).toEqual(chain.slice(2, -1));
    const top = await api(`GET /posts/${chain[0]}/thread`);
    expect(ids(top.body.descendants)).toEqual(chain.slice(1, 101));
    for (const [place, ancestors, descendants] of [
      [0, false, true],
      [1, false, true],
      [2, false, false],
      [3, false, false],
      [99, false, false],
      [100, false, false],
      [101, true, false],
      [102, true, false],
    ] as const)
      expect([place, await readTruncated(chain[place])]).toEqual([place, { ancestors, descendants }]);
  });

  const deleteAll = (posts: number[]) => sql`DELETE FROM posts WHERE id = ANY (${posts}::bigint[])`;
  const publish = (posts: number[], published: boolean) =>
    sql`UPDATE posts SET published = ${published} WHERE id = ANY (${posts}::bigint[])`;

  it('says that there is more beneath only to those who may read it', async () => {
    const ada = await signUp();
    const chain = await insertChain(ada, Array(160).fill('Note.'));
    const [top] = chain;
    await deleteAll(chain.slice(93, 101));
    await publish(chain.slice(101, 158), false);

    expect(await readTruncated(top)).toEqual({ ancestors: false, descendants: true });
    await publish(chain.slice(158), false);
    expect(await readTruncated(top)).toEqual({ ancestors: false, descendants: false });
    expect(await readTruncated(top, ada.token)).toEqual({ ancestors: false, descendants: true });
  });

  it('says that there is more above only to those who may read it', async () => {
    const ada = await signUp();
    const chain = await insertChain(ada, Array(302).fill('Note.'));
    const bottom = chain.at(-1);
    await deleteAll([...chain.slice(2, 100), ...chain.slice(202, 300)]);
    await publish(chain.slice(100, 202), false);

    expect(await readTruncated(bottom)).toEqual({ ancestors: true, descendants: false });
    await publish(chain.slice(0, 2), false);
    expect(await readTruncated(bottom)).toEqual({ ancestors: false, descendants: false });
    expect(await readTruncated(bottom, ada.token)).toEqual({ ancestors: true, descendants: false });
  });

  it('shows five hundred posts beneath, and says when there are more', async () => {
    const ada = await signUp();
    const post = await write(ada);
    const replies = await insertReplies(ada, post.id, Array(499).fill('Reply.'));
    expect(await readTruncated(post.id)).toEqual({ ancestors: false, descendants: false });

    replies.push((await write(ada, { parent_id: post.id })).id);
    expect(await readTruncated(post.id)).toEqual({ ancestors: false, descendants: false });

    const { id } = await write(ada, { parent_id: post.id, published: false });
    expect(await readTruncated(post.id)).toEqual({ ancestors: false, descendants: false });
    const { body } = await api(`GET /posts/${post.id}/thread`, { token: ada.token });
    expect(ids(body.descendants)).toEqual(replies);
    expect(body.truncated).toEqual({ ancestors: false, descendants: true });
    await api(`PATCH /posts/${id}`, { token: ada.token, json: { published: true } });
    expect(await readTruncated(post.id)).toEqual({ ancestors: false, descendants: true });
  });

  /** A text whose JSON, with its quotes, has this many bytes. */
  const textOf = (bytes: number) => {
    const words = '\u{1F600}\u{1F600}\u{1F600} '.repeat(Math.floor((bytes - 2) / 13));
    return words.padEnd(words.length + ((bytes - 2) % 13), 'x');
  };
  const twoMegabytes = (last: number) => [...Array(79).fill(textOf(25_000)), textOf(25_000 + last)];

  it.each([
    [-1, false],
    [0, false],
    [1, true],
  ])('shows two megabytes of text beneath, and says when there is more (%i bytes)', async (last, more) => {
    const ada = await signUp();
    const post = await write(ada);
    const replies = await insertReplies(ada, post.id, twoMegabytes(last));

    const { body } = await api(`GET /posts/${post.id}/thread`);

    expect(ids(body.descendants)).toEqual(more ? replies.slice(0, -1) : replies);
    expect(body.truncated).toEqual({ ancestors: false, descendants: more });
  });

  it.each([
    [-1, false],
    [0, false],
    [1, true],
  ])('shows two megabytes of text above, and says when there is more (%i bytes)', async (last, more) => {
    const ada = await signUp();
    // The farthest is left out first.
    const chain = await insertChain(ada, [...twoMegabytes(last).reverse(), 'Note.']);

    const { body } = await api(`GET /posts/${chain.at(-1)}/thread`);

    expect(ids(body.ancestors)).toEqual(chain.slice(more ? 1 : 0, -1));
    expect(body.truncated).toEqual({ ancestors: more, descendants: false });
  });
});

describe('GET /posts/{id}/history', () => {
  it('lists all versions that were published, and none of a draft', async () => {
    const ada = await signUp();
    const post = await write(ada, { content: 'draft one', published: false });
    const edit = (json: object) => api(`PATCH /posts/${post.id}`, { token: ada.token, json });
    await edit({ content: 'draft two' });
    await edit({ content: 'first', published: true });
    await edit({ content: 'second', title: 'Title' });
    await edit({ content: 'third', title: null, tags: ['x'] });
    await edit({ tags: ['x'] });

    const history = await api(`GET /posts/${post.id}/history?total=true`);
    expect(history.status).toBe(200);
    expect(history.body.data).toMatchObject([
      { version: 4, content: 'second', title: 'Title', tags: [], mentions: [] },
      { version: 3, content: 'first', title: null, tags: [], mentions: [] },
    ]);
    expect(history.body.page.total).toBe(2);
    expect(history.text).not.toContain('draft');
  });
});
